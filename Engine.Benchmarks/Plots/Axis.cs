using System.Globalization;

namespace QEngine.Benchmarks;

/// <summary>A scale: what is on it, from which value to which, and where its ticks are.</summary>
internal sealed class Axis
{
    private const int MostSteps = 8;

    private static readonly double[] Factors = [1, 2, 5];

    private readonly Func<double, double> _scale;

    private Axis(string name, IReadOnlyList<double> ticks, Func<double, double> scale) => (Name, Ticks, _scale) = (name, ticks, scale);

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
        double[] ticks = [.. Enumerable.Range(first, last - first + 1).SelectMany(power => Factors.Select(factor => factor * Math.Pow(10, power)))];
        double low = ticks.Last(tick => tick <= least), high = ticks.First(tick => tick >= most);
        return new Axis(name, [.. ticks.Where(tick => tick >= low && tick <= high)], Math.Log);
    }

    /// <summary>Where a value is: 0 at the first tick, 1 at the last.</summary>
    internal double Place(double value)
    {
        double first = _scale(Ticks[0]), last = _scale(Ticks[^1]);
        return (_scale(value) - first) / (last - first);
    }

    /// <summary>A tick's number.</summary>
    internal static string Number(double tick) => tick.ToString("0.####", CultureInfo.InvariantCulture);

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
