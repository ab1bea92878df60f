using System.Globalization;

namespace QEngine.Tools.Cli;

/// <summary>The numbers that an option takes, all of them finite.</summary>
internal readonly record struct Interval
{
    private readonly double _least, _most;
    private readonly bool _withLeast, _withMost;

    private Interval(double least, bool withLeast, double most, bool withMost) =>
        (_least, _withLeast, _most, _withMost) = (least, withLeast, most, withMost);

    /// <summary>Any number.</summary>
    public static Interval Any { get; } = new(double.NegativeInfinity, false, double.PositiveInfinity, false);

    /// <summary>A share, both ends included.</summary>
    public static Interval Share { get; } = new(0, true, 1, true);

    /// <summary>A share, perhaps none, but not all.</summary>
    public static Interval ShareBelowAll { get; } = new(0, true, 1, false);

    /// <summary>A share that is neither none nor all.</summary>
    public static Interval SomeShare { get; } = new(0, false, 1, false);

    /// <summary>Above a bound.</summary>
    public static Interval Above(double bound, double most = double.PositiveInfinity) => new(bound, false, most, true);

    /// <summary>A bound and above.</summary>
    public static Interval AtLeast(double bound) => new(bound, true, double.PositiveInfinity, false);

    /// <summary>Whether a number is in it.</summary>
    public bool Contains(double value) =>
        double.IsFinite(value) && (_withLeast ? value >= _least : value > _least) && (_withMost ? value <= _most : value < _most);

    /// <summary>As it stands in a message after the option.</summary>
    public override string ToString()
    {
        string most = double.IsInfinity(_most) ? "" : _withMost ? $"to {Text(_most)}" : $"below {Text(_most)}";
        if (!_withLeast && double.IsInfinity(_least)) return "as a finite number";
        if (!_withLeast) return $"above {Text(_least)}{(most.Length == 0 ? "" : _withMost ? $" and up {most}" : $" and {most}")}";
        return most.Length == 0 ? $"of at least {Text(_least)}" : $"from {Text(_least)} {(_withMost ? most : $"to {most}")}";
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
