using QEngine.Tools.Plots;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>Draws the measures of a training run: losses, and below them what should rise.</summary>
internal static class TrainingPlot
{
    private const int Width = 560, Left = 60, Top = 56, Height = 220, Below = 64, Margin = 32, MostLabel = 22, Headroom = 16;
    private const double LeastRange = 0.02, Beyond = 1e9;

    /// <summary>Draws the epochs.</summary>
    /// <param name="epochs">The epochs, at least one.</param>
    public static Svg Draw(IReadOnlyList<EpochReport> epochs)
    {
        string[] measures = [.. epochs.SelectMany(epoch => epoch.Measures).Select(measure => measure.Key).Distinct()];
        Line[] lines = [.. measures.Select((measure, place) => Of(epochs, measure, place)).Where(line => line.Points.Count > 0)];
        Line[][] panels = [.. lines.GroupBy(line => EpochReport.LowerIsBetter(line.Label)).Select(group => group.ToArray())];
        Svg svg = new(Width, Top + (panels.Length * (Height + Below)))
        {
            Title = "Measures by epoch",
            Description = $"{string.Join(", ", measures)} of {epochs.Count} epochs.",
        };
        Axis across = Axis.Whole("epoch", epochs[0].Epoch, Math.Max(epochs[^1].Epoch, epochs[0].Epoch + 1));
        for (int i = 0; i < panels.Length; i++)
        {
            Line[] panel = [.. panels[i].Select(line => line with { Label = MarkupText.Shorten(line.Label, MostLabel) })];
            double labels = panel.Max(line => LabelPlacer.Width(line.Label));
            Axis up = Axis.Of("", panel.SelectMany(line => line.Points).Select(point => point.Y), LeastRange);
            new LinePanel("", across, up, panel) { Headroom = Headroom }
                .Draw(svg, Left, Top + (i * (Height + Below)), Width - Left - labels - Margin, Height);
        }
        return svg;
    }

    private static Line Of(IReadOnlyList<EpochReport> epochs, string measure, int place) => new(
        measure,
        LineStyle.Of(place),
        [.. epochs.Where(epoch => Math.Abs(epoch[measure]) < Beyond).Select(epoch => new LinePoint(epoch.Epoch, epoch[measure]))]);
}
