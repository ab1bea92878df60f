namespace QEngine.Tools.Plots;

/// <summary>Finds room for labels, none of which lies over another or over a point.</summary>
internal sealed class LabelPlacer
{
    // Of a text of 12 pixels; fonts differ, and this is a wide one's.
    private const double CharacterWidth = 7, Ascent = 12, Descent = 4, LineStep = 4;

    // How far a line's label may be from its end, and a point's from the point.
    private const int Farthest = 1000, Near = 25;

    private readonly List<Box> _taken = [], _lines = [];

    /// <summary>Pixels that a label takes across, at most.</summary>
    internal static double Width(string text) => text.Length * CharacterWidth;

    /// <summary>Keeps labels off a point.</summary>
    internal void Avoid(double x, double y, double radius) => _taken.Add(new Box(x - radius, y - radius, x + radius, y + radius));

    /// <summary>Keeps labels between two heights.</summary>
    internal void Bound(double top, double bottom)
    {
        const double Infinity = double.PositiveInfinity;
        _taken.Add(new Box(-Infinity, -Infinity, Infinity, top));
        _taken.Add(new Box(-Infinity, bottom, Infinity, Infinity));
    }

    /// <summary>Keeps labels off a line where there is room elsewhere; they can be read on one too.</summary>
    internal void AvoidLine((double X, double Y) from, (double X, double Y) to)
    {
        int steps = (int)(Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)) / LineStep) + 1;
        for (int i = 0; i <= steps; i++)
        {
            double x = from.X + ((to.X - from.X) * i / steps), y = from.Y + ((to.Y - from.Y) * i / steps);
            _lines.Add(new Box(x - 1, y - 1, x + 1, y + 1));
        }
    }

    /// <summary>
    /// The baseline of a label to the right of a place, moved up or down as far as it must be; null where all room is taken.
    /// </summary>
    /// <param name="text">The label.</param>
    /// <param name="x">Its left end.</param>
    /// <param name="y">The baseline where nothing is in the way.</param>
    internal double? Beside(string text, double x, double y)
    {
        double middle = x + (Width(text) / 2);
        IEnumerable<(double, double)> Places(int farthest) =>
            Enumerable.Range(0, farthest).SelectMany(away => ((double, double)[])[(middle, y - away), (middle, y + away)]);
        return (Take(text, Places(Near), onLines: false) ?? Take(text, Places(Farthest), onLines: true))?.Baseline;
    }

    /// <summary>Keeps later labels off one that is to the right of a place whatever is in its way; returns its baseline.</summary>
    internal double Take(string text, double x, double y)
    {
        _taken.Add(new Box(x, y - Ascent, x + Width(text), y + Descent));
        return y;
    }

    /// <summary>
    /// Where a label above, below or beside a point is: where it is nearest, and nowhere if that is too far to see whose it is.
    /// </summary>
    /// <param name="text">The label.</param>
    /// <param name="x">The point.</param>
    /// <param name="y">The point.</param>
    /// <param name="gap">Between point and label.</param>
    internal (double Middle, double Baseline)? Around(string text, double x, double y, double gap)
    {
        double side = gap + (Width(text) / 2), centre = y + ((Ascent - Descent) / 2);
        IEnumerable<(double, double)> places = Enumerable.Range(0, Near).SelectMany(away => ((double, double)[])
            [(x, y - gap - Descent - away), (x, y + gap + Ascent + away), (x + side + away, centre), (x - side - away, centre)]);
        return Take(text, places, onLines: false) ?? Take(text, places, onLines: true);
    }

    private (double Middle, double Baseline)? Take(string text, IEnumerable<(double Middle, double Baseline)> places, bool onLines)
    {
        double half = Width(text) / 2;
        foreach ((double middle, double baseline) in places)
        {
            Box box = new(middle - half, baseline - Ascent, middle + half, baseline + Descent);
            if (_taken.Exists(box.Overlaps) || (!onLines && _lines.Exists(box.Overlaps))) continue;
            _taken.Add(box);
            return (middle, baseline);
        }
        return null;
    }

    private readonly record struct Box(double Left, double Top, double Right, double Bottom)
    {
        public bool Overlaps(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
    }
}
