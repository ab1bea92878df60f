namespace QEngine.Benchmarks;

/// <summary>Finds room for labels, none of which lies over another or over a point.</summary>
internal sealed class LabelPlacer
{
    // Of a text of 12 pixels; fonts differ, and this is a wide one's.
    private const double CharacterWidth = 7, Ascent = 12, Descent = 4;

    // How far a label may be from where it belongs.
    private const int Farthest = 200;

    private readonly List<Box> _taken = [];

    /// <summary>Keeps labels off a point.</summary>
    internal void Avoid(double x, double y, double radius) => _taken.Add(new Box(x - radius, y - radius, x + radius, y + radius));

    /// <summary>The baseline of a label to the right of a place, moved up as far as it must be.</summary>
    /// <param name="text">The label.</param>
    /// <param name="x">Its left end.</param>
    /// <param name="y">The baseline where nothing is in the way.</param>
    internal double Beside(string text, double x, double y) => Take(Enumerable.Range(0, Farthest).Select(up => y - up), x, Width(text));

    /// <summary>The baseline of a label above a place or below it, whichever is nearer.</summary>
    /// <param name="text">The label.</param>
    /// <param name="x">Its middle.</param>
    /// <param name="y">The place.</param>
    /// <param name="gap">Between the place and the label.</param>
    internal double Around(string text, double x, double y, double gap) => Take(
        Enumerable.Range(0, Farthest).SelectMany(away => (double[])[y - gap - Descent - away, y + gap + Ascent + away]),
        x - (Width(text) / 2),
        Width(text));

    private static double Width(string text) => text.Length * CharacterWidth;

    private double Take(IEnumerable<double> baselines, double left, double width)
    {
        Box At(double baseline) => new(left, baseline - Ascent, left + width, baseline + Descent);
        double free = baselines.First(baseline => !_taken.Exists(At(baseline).Overlaps));
        _taken.Add(At(free));
        return free;
    }

    private readonly record struct Box(double Left, double Top, double Right, double Bottom)
    {
        public bool Overlaps(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
    }
}
