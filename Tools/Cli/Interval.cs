using System.Globalization;

namespace QEngine.Tools.Cli;

/// <summary>The numbers that an option takes, all of them finite.</summary>
internal readonly record struct Interval
{
    private readonly double _min, _max;
    private readonly bool _hasMin, _hasMax;

    private Interval(double min, bool hasMin, double max, bool hasMax) =>
        (_min, _hasMin, _max, _hasMax) = (min, hasMin, max, hasMax);

    /// <summary>Any number.</summary>
    public static Interval Any { get; } = new(double.NegativeInfinity, false, double.PositiveInfinity, false);

    /// <summary>A share, both ends included.</summary>
    public static Interval Share { get; } = new(0, true, 1, true);

    /// <summary>A share, perhaps none, but not all.</summary>
    public static Interval ShareBelowAll { get; } = new(0, true, 1, false);

    /// <summary>A share that is neither none nor all.</summary>
    public static Interval SomeShare { get; } = new(0, false, 1, false);

    /// <summary>Above a bound.</summary>
    public static Interval Above(double bound, double max = double.PositiveInfinity) => new(bound, false, max, true);

    /// <summary>From one bound to another, both included.</summary>
    public static Interval Between(double min, double max) => new(min, true, max, true);

    /// <summary>A bound and above.</summary>
    public static Interval AtLeast(double bound) => new(bound, true, double.PositiveInfinity, false);

    /// <summary>Whether a number is in it.</summary>
    public bool Contains(double value) =>
        double.IsFinite(value) && (_hasMin ? value >= _min : value > _min) && (_hasMax ? value <= _max : value < _max);

    /// <summary>As it stands in a message after the option.</summary>
    public override string ToString()
    {
        string upper = double.IsInfinity(_max) ? "" : _hasMax ? $"to {Text(_max)}" : $"below {Text(_max)}";
        if (!_hasMin && double.IsInfinity(_min)) return "as a finite number";
        if (!_hasMin) return $"above {Text(_min)}{(upper.Length == 0 ? "" : _hasMax ? $" and up {upper}" : $" and {upper}")}";
        return upper.Length == 0 ? $"of at least {Text(_min)}" : $"from {Text(_min)} {(_hasMax ? upper : $"to {upper}")}";
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
