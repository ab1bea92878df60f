using System.Globalization;

namespace QEngine.Tools.Plots;

/// <summary>The differences of two systems on every item, as bars from the highest to the lowest, and their mean.</summary>
/// <param name="first">The system that is higher where bars go up.</param>
/// <param name="second">The other one.</param>
/// <param name="differences">A number for every item, at least one.</param>
internal sealed class DifferencePanel(string first, string second, IReadOnlyList<double> differences)
{
    /// <summary>Bars at most; where there are more items, each bar is the mean of its neighbours in the order.</summary>
    internal const int MostBars = 250;

    private const int Gap = 8, LineHeight = 16;
    private const double LeastRange = 0.02;

    /// <summary>Draws the panel.</summary>
    /// <param name="svg">Where to.</param>
    /// <param name="left">Left edge of the plotted area; the axis is left of it.</param>
    /// <param name="top">Its upper edge.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    internal void Draw(Svg svg, double left, double top, double width, double height)
    {
        double[] bars = Bars(), sorted = [.. differences.OrderDescending()];
        double mean = sorted.Sum(value => value / sorted.Length);
        Axis up = Axis.Of("difference", [.. bars, mean, 0], LeastRange);
        double Y(double value) => top + height - (height * up.Place(value));
        double step = width / bars.Length, wide = step > 3 ? step - 1 : step, zero = Y(0);

        PanelAxes.Up(svg, up, left, top, width, height);
        IEnumerable<(double, double, double, double)> Of(Func<double, bool> which) => bars.Select((value, i) => (value, i))
            .Where(bar => which(bar.value))
            .Select(bar => (left + (step * bar.i), Math.Min(Y(bar.value), zero), wide, Math.Abs(Y(bar.value) - zero)));
        svg.Bars(Of(value => value > 0), PlotColour.Blue);
        svg.Bars(Of(value => value < 0), PlotColour.Orange);
        svg.Line(left, zero, left + width, zero, PlotColour.Ink);
        svg.Line(left, Y(mean), left + width, Y(mean), PlotColour.Ink, Dash.Long);
        string text = string.Create(CultureInfo.InvariantCulture, $"mean {mean:+0.0000;-0.0000;0.0000}");
        svg.Text(left + width + Gap, Y(mean) + 4, text, PlotColour.Ink);
        // Where bars leave room: the high ones are on the left, the low ones on the right.
        svg.Text(left + width, top + LineHeight, $"{first} higher: {differences.Count(value => value > 0)}", PlotColour.Blue, Anchor.End);
        svg.Text(left + Gap, top + height - Gap, $"{second} higher: {differences.Count(value => value < 0)}", PlotColour.Orange);
    }

    private double[] Bars()
    {
        double[] sorted = [.. differences.OrderDescending()];
        if (sorted.Length <= MostBars) return sorted;
        double[] bars = new double[MostBars];
        for (int i = 0; i < MostBars; i++)
        {
            int from = (int)((long)i * sorted.Length / MostBars), to = (int)((i + 1L) * sorted.Length / MostBars);
            for (int item = from; item < to; item++) bars[i] += sorted[item] / (to - from);
        }
        return bars;
    }
}
