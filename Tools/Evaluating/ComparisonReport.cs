using System.Globalization;
using System.Text.Json.Serialization;
using QEngine.Retrieval;
using QEngine.Statistics;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Evaluating;

/// <summary>Runs beside a baseline, as JSON and as a table for each run.</summary>
/// <param name="comparisons">The comparisons.</param>
internal sealed class ComparisonReport(RunComparisons comparisons)
{
    private static readonly string[] Columns =
        ["baseline", "run", "difference", "relative", "95 % interval", "d", "+/-/=", "p t-test", "p random.", "Holm"];

    /// <summary>The comparisons as JSON has them.</summary>
    public RunComparisonResult[] Results =>
    [
        .. comparisons.Runs.Select(compared => new RunComparisonResult(
            compared.Run.Path,
            comparisons.Baseline.Path,
            compared.Pairs.QueryCount,
            compared.Pairs.UnpairedQueries,
            compared.Measures.ToDictionary(one => one.Values.Measure.ToString(), ResultOf))),
    ];

    /// <summary>How p-values and intervals were made.</summary>
    public ComparisonTests Tests => new(
        comparisons.Tests,
        CorrectedComparison.Level,
        PairedComparison.Permutations,
        PairedComparison.Resamples,
        "percentile bootstrap",
        comparisons.Seed);

    /// <summary>Writes a table for each run and what its columns are.</summary>
    public void WriteTables(ResultWriter results)
    {
        foreach (ComparedRun compared in comparisons.Runs)
        {
            string unpaired = compared.Pairs.UnpairedQueries > 0
                ? $" that both have ({compared.Pairs.UnpairedQueries} others left out)"
                : "";
            string queries = Plural.Format(compared.Pairs.QueryCount, "query", "queries");
            results.Remark($"{compared.Run.Name} against {comparisons.Baseline.Name} on {queries}{unpaired}");
            IEnumerable<ResultColumn> numbers = Columns.Select(column => new ResultColumn(column, IsNumber: true));
            ResultTable table = new([new("measure"), .. numbers, new("verdict")])
            {
                Title = new ResultTitle("run", compared.Run.Name, null),
            };
            foreach (CorrectedComparison one in compared.Measures) table.Add([.. Row(one)]);
            results.Table(table);
        }
        results.Remark(
            "p: two-sided, paired t-test and randomisation test (100,000 random sign flips; all of them where at most 16 queries differ); "
            + $"Holm: the latter after Holm's correction for {comparisons.Tests} comparisons, significant below 0.05");
        results.Remark(
            "95 % interval: percentile bootstrap of the mean difference, 9,999 samples; d: Cohen's d for pairs; +/-/=: queries higher, "
            + $"lower, equal; seed {comparisons.Seed}");
    }

    private static IEnumerable<string> Row(CorrectedComparison one)
    {
        PairedComparison queries = one.Values.Queries;
        yield return one.Values.Measure.ToString();
        yield return Text("F4", one.Values.Baseline);
        yield return Text("F4", one.Values.Run);
        yield return Signed(queries.TTest.Mean);
        yield return Relative(one.Values) is { } relative ? Text("+0.0;-0.0;0.0", relative) + " %" : "-";
        yield return $"{Signed(queries.Interval.Low)} to {Signed(queries.Interval.High)}";
        yield return queries.EffectSize is { } size ? Text("+0.00;-0.00;0.00", size) : "-";
        yield return $"{queries.Wins}/{queries.Losses}/{queries.Ties}";
        yield return Probability(queries.TTest.P);
        yield return Probability(queries.SignFlips.P);
        yield return Probability(one.SignFlipsCorrected);
        yield return one.Significant ? (queries.TTest.Mean > 0 ? "significantly higher" : "significantly lower") : "not significant";
    }

    private static ComparedMeasure ResultOf(CorrectedComparison one)
    {
        PairedComparison queries = one.Values.Queries;
        return new ComparedMeasure(
            one.Values.Run,
            one.Values.Baseline,
            queries.TTest.Mean,
            JsonText.Defined(Relative(one.Values)),
            [queries.Interval.Low, queries.Interval.High],
            JsonText.Defined(queries.EffectSize),
            queries.Wins,
            queries.Losses,
            queries.Ties,
            JsonText.Defined(queries.TTest.T),
            queries.Count - 1,
            JsonText.Defined(queries.TTest.P),
            JsonText.Defined(one.TTestCorrected),
            queries.SignFlips.P,
            one.SignFlipsCorrected,
            queries.SignFlips.Exact,
            one.Significant);
    }

    private static double? Relative(MeasureComparison one) => one.Baseline == 0 ? null : 100 * one.Queries.TTest.Mean / one.Baseline;

    private static string Signed(double value) => Text("+0.0000;-0.0000;0.0000", value);

    private static string Probability(double? p) => p is not { } value ? "-" : value < 0.0001 ? "<0.0001" : Text("F4", value);

    private static string Text(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>A run beside a baseline, as JSON.</summary>
internal sealed record RunComparisonResult(
    string Run,
    string Baseline,
    int Queries,
    int UnpairedQueries,
    IReadOnlyDictionary<string, ComparedMeasure> Measures);

/// <summary>A measure of a run beside the baseline's, as JSON; null where a number is not defined.</summary>
internal sealed record ComparedMeasure(
    double Run,
    double Baseline,
    double Difference,
    double? RelativePercent,
    [property: JsonPropertyName("interval_95")] double[] Interval,
    double? EffectSize,
    int Wins,
    int Losses,
    int Ties,
    double? T,
    int DegreesOfFreedom,
    [property: JsonPropertyName("p_t_test")] double? TTest,
    [property: JsonPropertyName("p_t_test_holm")] double? TTestCorrected,
    [property: JsonPropertyName("p_randomization")] double Randomization,
    [property: JsonPropertyName("p_randomization_holm")] double RandomizationCorrected,
    bool RandomizationExact,
    bool Significant);

/// <summary>How comparisons were tested, as JSON.</summary>
internal sealed record ComparisonTests(
    int CorrectedOver,
    double Level,
    int SignFlips,
    int Resamples,
    string Interval,
    ulong Seed);
