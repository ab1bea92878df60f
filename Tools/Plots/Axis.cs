using System.Globalization;

namespace QEngine.Tools.Plots;

/// <summary>A scale: what is on it, from which value to which, and where its ticks are.</summary>
internal sealed class Axis
{
    private const int MostSteps = 8;
    private const double LeastPart = 1e-6;

    private static readonly double[] Factors = [1, 2, 5];

    private readonly Func<double, double> _scale;
    private readonly Func<double, string> _text;

    private Axis(string name, IReadOnlyList<double> ticks, Func<double, double> scale, Func<double, string>? text = null) =>
        (Name, Ticks, _scale, _text) = (name, ticks, scale, text ?? Number);

    /// <summary>What is on it.</summary>
    internal string Name { get; }

    /// <summary>Ascending; the scale goes from the first to the last.</summary>
    internal IReadOnlyList<double> Ticks { get; }

    /// <summary>Ticks at multiples of 1, 2 or 5 times a power of ten, about eight steps at most.</summary>
    /// <param name="name">What is on it.</param>
    /// <param name="least">The smallest value.</param>
    /// <param name="most">The largest value, above <paramref name="least"/>.</param>
    internal static Axis Linear(string name, double least, double most)
    {
        double step = Step(most - least);
        int first = (int)Math.Floor(least / step), last = (int)Math.Ceiling(most / step);
        return new Axis(name, [.. Enumerable.Range(first, last - first + 1).Select(i => i * step)], value => value);
    }

    /// <summary>A scale of some values, ticks as those of <see cref="Linear"/>.</summary>
    /// <param name="name">What is on it.</param>
    /// <param name="values">The values, at least one.</param>
    /// <param name="leastRange">What the scale spans at least.</param>
    internal static Axis Of(string name, IEnumerable<double> values, double leastRange)
    {
        double[] sorted = [.. values.Order()];
        double least = sorted[0], most = sorted[^1];
        // Steps have to be more than the rounding of the values.
        double range = Math.Max(leastRange, LeastPart * Math.Max(Math.Abs(least), Math.Abs(most)));
        double more = Math.Max(0, range - (most - least)) / 2;
        return Linear(name, least - more, most + more);
    }

    /// <summary>A scale of numbers of things, without ticks between whole numbers.</summary>
    /// <param name="name">What is on it.</param>
    /// <param name="least">The smallest value.</param>
    /// <param name="most">The largest value, above <paramref name="least"/>.</param>
    internal static Axis Whole(string name, int least, int most)
    {
        int step = (int)Math.Max(1, Step((double)most - least));
        int count = ((most - least + step - 1) / step) + 1;
        return new Axis(name, [.. Enumerable.Range(0, count).Select(i => least + ((double)step * i))], value => value);
    }

    /// <summary>A logarithmic scale with ticks at powers of two.</summary>
    /// <param name="name">What is on it.</param>
    /// <param name="least">The smallest value, above 0.</param>
    /// <param name="most">The largest value, above <paramref name="least"/>.</param>
    internal static Axis PowersOfTwo(string name, double least, double most)
    {
        int first = (int)Math.Floor(Math.Log2(least)), last = (int)Math.Ceiling(Math.Log2(most));
        return new Axis(name, [.. Enumerable.Range(first, last - first + 1).Select(i => Math.Pow(2, i))], Math.Log);
    }

    /// <summary>A logarithmic scale with ticks at 1, 2 and 5 times powers of ten.</summary>
    /// <param name="name">What is on it.</param>
    /// <param name="least">The smallest value, above 0.</param>
    /// <param name="most">The largest value, above <paramref name="least"/>.</param>
    internal static Axis Logarithmic(string name, double least, double most)
    {
        int first = (int)Math.Floor(Math.Log10(least)), last = (int)Math.Floor(Math.Log10(most)) + 1;
        double[] ticks =
            [.. Enumerable.Range(first, last - first + 1).SelectMany(power => Factors.Select(factor => factor * Math.Pow(10, power)))];
        double low = ticks.Last(tick => tick <= least), high = ticks.First(tick => tick >= most);
        return new Axis(name, [.. ticks.Where(tick => tick >= low && tick <= high)], Math.Log);
    }

    /// <summary>A scale for counts from 0 up, of log(1 + x), with ticks at 0 and powers of ten.</summary>
    /// <param name="name">What is on it.</param>
    /// <param name="most">The largest value.</param>
    internal static Axis Counts(string name, double most)
    {
        int powers = Math.Max(1, (int)Math.Ceiling(Math.Log10(Math.Max(most, 1))));
        return new Axis(name, [0, .. Enumerable.Range(0, powers + 1).Select(power => Math.Pow(10, power))], value => Math.Log(1 + value));
    }

    /// <summary>A scale of angles from -pi to pi.</summary>
    /// <param name="name">What is on it.</param>
    internal static Axis Angles(string name) =>
        new(name, [-Math.PI, -Math.PI / 2, 0, Math.PI / 2, Math.PI], value => value, angle => (angle / Math.PI) switch
        {
            -1 => "-\u03c0",
            -0.5 => "-\u03c0/2",
            0 => "0",
            0.5 => "\u03c0/2",
            _ => "\u03c0",
        });

    /// <summary>Where a value is: 0 at the first tick, 1 at the last.</summary>
    internal double Place(double value)
    {
        double first = _scale(Ticks[0]), last = _scale(Ticks[^1]);
        return (_scale(value) - first) / (last - first);
    }

    /// <summary>A tick's text.</summary>
    internal string Text(double tick) => _text(tick);

    private static string Number(double tick) => tick.ToString("0.####", CultureInfo.InvariantCulture);

    private static double Step(double range)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(range / MostSteps)));
        foreach (double factor in Factors)
        {
            if (range <= MostSteps * factor * power) return factor * power;
        }
        return 10 * power;
    }
}
