using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;

namespace QEngine.Tools.Cli;

/// <summary>
/// Options whose values are numbers: each says its range where it is defined, and reads one form (<see cref="NumberText"/>). An option of a
/// number without one of these would read thousands, spaces and more.
/// </summary>
internal static class NumberOptions
{
    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public static Option<int> Whole(this Option<int> option, int min, int max = int.MaxValue)
    {
        option.CustomParser = result => Read(result, option, min, max);
        return option;
    }

    /// <summary>The same for an option that may be left out.</summary>
    public static Option<int?> Whole(this Option<int?> option, int min, int max = int.MaxValue)
    {
        option.CustomParser = result => Read(result, option, min, max);
        return option;
    }

    /// <summary>A whole number that is not negative, of 64 bits.</summary>
    public static Option<ulong> Whole(this Option<ulong> option)
    {
        option.CustomParser = result => Read(result, option, ulong.MinValue, ulong.MaxValue);
        return option;
    }

    /// <summary>A number of an interval.</summary>
    public static Option<double> Real(this Option<double> option, Interval interval)
    {
        option.CustomParser = result => Read(result, option, interval);
        return option;
    }

    /// <summary>The same for an option that may be left out.</summary>
    public static Option<double?> Real(this Option<double?> option, Interval interval)
    {
        option.CustomParser = result => Read(result, option, interval);
        return option;
    }

    private static T Read<T>(ArgumentResult result, Option option, T min, T max)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        string text = result.Tokens[^1].Value;
        bool isNumber = NumberText.IsWhole(text), fits = NumberText.TryWhole(text, out T value);
        if (fits && value >= min && value <= max) return value;
        string range = fits && max == T.MaxValue && value < min ? $"of at least {min}" : $"from {min} to {max}";
        string expected = isNumber
            ? $"{option.Name} {range}"
            : $"a whole number for {option.Name}, digits alone as in {T.Max(min, T.CreateChecked(10))}";
        result.AddError($"expected {expected}, found {Shown(text, isNumber)}");
        return default;
    }

    private static double Read(ArgumentResult result, Option option, Interval interval)
    {
        string text = result.Tokens[^1].Value;
        bool isNumber = NumberText.IsReal(text) || NumberText.IsNotFinite(text);
        if (NumberText.TryReal(text, out double value) && interval.Contains(value)) return value;
        string expected = isNumber ? $"{option.Name} {interval}" : $"a number for {option.Name}, digits with a point as in 0.5 or 1e-3";
        result.AddError($"expected {expected}, found {Shown(text, isNumber)}");
        return default;
    }

    private static string Shown(string text, bool isNumber) => isNumber ? text : $"'{text}'";
}
