using System.Globalization;
using System.Text.Json;
using QEngine.Retrieval;
using QEngine.Statistics;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Evaluating;

/// <summary>Runs beside a baseline, as JSON and as a table for each run.</summary>
/// <param name="comparisons">The comparisons.</param>
internal sealed class ComparisonReport(RunComparisons comparisons)
{
    private static readonly string[] Columns = ["baseline", "run", "difference", "relative", "95 % interval", "d", "+/-/=", "p t-test", "p random.", "Holm"];

    /// <summary>Writes the member <c>comparisons</c>, and how p-values and intervals were made.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartArray("comparisons"u8);
        foreach (ComparedRun compared in comparisons.Runs)
        {
            json.WriteStartObject();
            json.WriteString("run"u8, compared.Run.Path);
            json.WriteString("baseline"u8, comparisons.Baseline.Path);
            json.WriteNumber("queries"u8, compared.Pairs.QueryCount);
            json.WriteNumber("unpaired_queries"u8, compared.Pairs.UnpairedQueries);
            json.WriteStartObject("measures"u8);
            foreach (CorrectedComparison one in compared.Measures) WriteJson(json, one);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("tests"u8);
        json.WriteNumber("corrected_over"u8, comparisons.Tests);
        json.WriteNumber("level"u8, CorrectedComparison.Level);
        json.WriteNumber("sign_flips"u8, PairedComparison.Permutations);
        json.WriteNumber("resamples"u8, PairedComparison.Resamples);
        json.WriteString("interval"u8, "percentile bootstrap"u8);
        json.WriteNumber("seed"u8, comparisons.Seed);
        json.WriteEndObject();
    }

    /// <summary>Writes a table for each run and what its columns are.</summary>
    public void WriteTables(ResultWriter results)
    {
        foreach (ComparedRun compared in comparisons.Runs)
        {
            string unpaired = compared.Pairs.UnpairedQueries > 0 ? $" that both have ({compared.Pairs.UnpairedQueries} others left out)" : "";
            results.Remark($"{compared.Run.Name} against {comparisons.Baseline.Name} on {compared.Pairs.QueryCount} queries{unpaired}");
            ResultTable table = new([new("measure"), .. Columns.Select(column => new ResultColumn(column, IsNumber: true)), new("verdict")]) { Title = new ResultTitle("run", compared.Run.Name, null) };
            foreach (CorrectedComparison one in compared.Measures) table.Add([.. Row(one)]);
            results.Table(table);
        }
        results.Remark(
            "p: two-sided, paired t-test and randomisation test (100,000 random sign flips; all of them where at most 16 queries differ); "
            + $"Holm: the latter after Holm's correction for {comparisons.Tests} comparisons, significant below 0.05");
        results.Remark(
            "95 % interval: percentile bootstrap of the mean difference, 9,999 samples; d: Cohen's d for pairs; +/-/=: queries higher, lower, "
            + $"equal; seed {comparisons.Seed}");
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

    private static void WriteJson(Utf8JsonWriter json, CorrectedComparison one)
    {
        PairedComparison queries = one.Values.Queries;
        json.WriteStartObject(one.Values.Measure.ToString());
        json.WriteNumber("run"u8, one.Values.Run);
        json.WriteNumber("baseline"u8, one.Values.Baseline);
        json.WriteNumber("difference"u8, queries.TTest.Mean);
        json.WriteNumberOrNull("relative_percent", Relative(one.Values));
        json.WriteStartArray("interval_95"u8);
        json.WriteNumberValue(queries.Interval.Low);
        json.WriteNumberValue(queries.Interval.High);
        json.WriteEndArray();
        json.WriteNumberOrNull("effect_size", queries.EffectSize);
        json.WriteNumber("wins"u8, queries.Wins);
        json.WriteNumber("losses"u8, queries.Losses);
        json.WriteNumber("ties"u8, queries.Ties);
        json.WriteNumberOrNull("t", queries.TTest.T);
        json.WriteNumber("degrees_of_freedom"u8, queries.Count - 1);
        json.WriteNumberOrNull("p_t_test", queries.TTest.P);
        json.WriteNumberOrNull("p_t_test_holm", one.TTestCorrected);
        json.WriteNumber("p_randomization"u8, queries.SignFlips.P);
        json.WriteNumber("p_randomization_holm"u8, one.SignFlipsCorrected);
        json.WriteBoolean("randomization_exact"u8, queries.SignFlips.Exact);
        json.WriteBoolean("significant"u8, one.Significant);
        json.WriteEndObject();
    }

    private static double? Relative(MeasureComparison one) => one.Baseline == 0 ? null : 100 * one.Queries.TTest.Mean / one.Baseline;

    private static string Signed(double value) => Text("+0.0000;-0.0000;0.0000", value);

    private static string Probability(double? p) => p is not { } value ? "-" : value < 0.0001 ? "<0.0001" : Text("F4", value);

    private static string Text(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}
