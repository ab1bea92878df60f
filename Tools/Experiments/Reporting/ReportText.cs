using System.Globalization;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>Numbers and lists as reports have them.</summary>
internal static class ReportText
{
    // As much as a hundredth.
    private const double PointsOfOne = 100;

    /// <summary>A measure.</summary>
    public static string Value(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    /// <summary>A measure, or a hyphen where there is none.</summary>
    public static string Value(double? value) => value is { } number ? Value(number) : "-";

    /// <summary>A difference of measures in points, hundredths, with its sign.</summary>
    public static string Points(double difference) =>
        (PointsOfOne * difference).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    /// <summary>A p-value.</summary>
    public static string Probability(double? p) =>
        p is not { } value ? "-" : value < 0.0001 ? "<0.0001" : value.ToString("F4", CultureInfo.InvariantCulture);

    /// <summary>A share in percent.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:G4} %");

    /// <summary>The bits of a number.</summary>
    public static string Bits(int bits) => Plural.Format(bits, "bit");

    /// <summary>Rising numbers: 42 to 46, 50.</summary>
    public static string Seeds(IReadOnlyList<ulong> seeds)
    {
        List<string> parts = [];
        for (int from = 0, to; from < seeds.Count; from = to + 1)
        {
            to = from;
            while (to + 1 < seeds.Count && seeds[to + 1] == seeds[to] + 1) to++;
            if (to - from > 1) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{seeds[from]} to {seeds[to]}"));
            else for (int i = from; i <= to; i++) parts.Add(seeds[i].ToString(CultureInfo.InvariantCulture));
        }
        return string.Join(", ", parts);
    }

    /// <summary>A time in words: 12 s, 3.5 min, 2.1 h.</summary>
    public static string Time(double seconds) => seconds switch
    {
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
        < 6000 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.#} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.#} h"),
    };
}
