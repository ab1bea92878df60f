using System.Text.Json.Serialization;
using QEngine.Retrieval;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Evaluating;

/// <summary>The values of run files, as JSON and as a table.</summary>
/// <param name="runs">The runs, a row each.</param>
/// <param name="measures">The measures, a column each.</param>
/// <param name="options">How they count.</param>
/// <param name="judgedQueries">Queries with judgements.</param>
/// <param name="perQuery">Whether each query's values are shown too.</param>
/// <param name="comparisons">The runs beside a baseline, or null.</param>
internal sealed class ScoreReport(
    IReadOnlyList<ScoredRun> runs,
    Measure[] measures,
    EvaluationOptions options,
    int judgedQueries,
    bool perQuery,
    RunComparisons? comparisons)
{
    private readonly ComparisonReport? _comparisonReport = comparisons is null ? null : new ComparisonReport(comparisons);

    /// <summary>The values as JSON has them.</summary>
    public ScoreResult Result => new(
        judgedQueries,
        MeasureOptions.Name(options.Ties),
        options.Complete,
        options.JudgedOnly,
        options.IgnoreIdenticalIds,
        [.. runs.Select(ResultOf)],
        _comparisonReport?.Results,
        _comparisonReport?.Tests);

    /// <summary>
    /// Writes the table, with a row for each query too where they are wanted; then the comparison, and what belongs beside the values.
    /// </summary>
    public void Write(ResultWriter results)
    {
        results.Table(perQuery ? QueryTable() : SummaryTable());
        _comparisonReport?.WriteTables(results);
        string left = options.JudgedOnly ? "; documents without a judgement taken out" : "";
        if (options.IgnoreIdenticalIds) left += $"; {IdenticalIds.Remark}";
        results.Remark($"{judgedQueries} judged queries; equal scores {MeasureOptions.Describe(options.Ties)}{left}");
        IEnumerable<ScoredRun> read = comparisons is null ? runs : runs.Append(comparisons.Baseline);
        foreach (ScoredRun run in read) WriteRemarks(results, run);
    }

    private void WriteRemarks(ResultWriter results, ScoredRun run)
    {
        int missing = run.Evaluation.MissingQueries, unjudged = run.Evaluation.UnjudgedQueries;
        if (missing > 0)
        {
            results.Remark(
                $"{run.Name}: {missing} judged {Queries(missing)} not in the run, "
                + $"{(options.Complete ? "counted as 0" : "left out (--complete counts 0)")}");
        }
        if (unjudged > 0) results.Remark($"{run.Name}: {unjudged} {Queries(unjudged)} of the run without judgements, ignored");
    }

    private static string Queries(int count) => count == 1 ? "query" : "queries";

    private ResultTable SummaryTable()
    {
        ResultTable table = Table(new ResultColumn("run"), new ResultColumn("queries", IsNumber: true));
        foreach (ScoredRun run in runs) table.Add([run.Name, $"{run.Evaluation.QueryIds.Count}", .. Values(run.Evaluation.Summary)]);
        return table;
    }

    private ResultTable QueryTable()
    {
        ResultTable table = Table(new ResultColumn("run"), new ResultColumn("query"));
        foreach (ScoredRun run in runs)
        {
            for (int query = 0; query < run.Evaluation.QueryIds.Count; query++)
                table.Add([run.Name, run.Evaluation.QueryIds[query], .. Values(measure => run.Evaluation.Value(query, measure))]);
            table.Add([run.Name, "all", .. Values(run.Evaluation.Summary)]);
        }
        return table;
    }

    private ResultTable Table(params ResultColumn[] first) =>
        new([.. first, .. measures.Select(measure => new ResultColumn(measure.ToString(), IsNumber: true))]);

    private IEnumerable<string> Values(Func<int, double> value) =>
        measures.Select((measure, i) => MeasureOptions.Format(measure, value(i)));

    private RunResult ResultOf(ScoredRun run) => new(
        run.Path,
        run.Evaluation.QueryIds.Count,
        run.Evaluation.MissingQueries,
        run.Evaluation.UnjudgedQueries,
        MeasureOptions.Values(measures, run.Evaluation.Summary),
        perQuery ? PerQuery(run.Evaluation) : null);

    private Dictionary<string, IReadOnlyDictionary<string, double>> PerQuery(Evaluation evaluation)
    {
        Dictionary<string, IReadOnlyDictionary<string, double>> values = new(StringComparer.Ordinal);
        for (int i = 0; i < evaluation.QueryIds.Count; i++)
        {
            int query = i;
            values.Add(evaluation.QueryIds[query], MeasureOptions.Values(measures, measure => evaluation.Value(query, measure)));
        }
        return values;
    }
}

/// <summary>The values of run files, as JSON.</summary>
internal sealed record ScoreResult(
    int JudgedQueries,
    string Ties,
    bool Complete,
    bool JudgedOnly,
    bool IgnoreIdenticalIds,
    RunResult[] Runs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RunComparisonResult[]? Comparisons,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ComparisonTests? Tests);

/// <summary>The values of a run file, as JSON.</summary>
internal sealed record RunResult(
    string Run,
    int Queries,
    int MissingQueries,
    int UnjudgedQueries,
    IReadOnlyDictionary<string, double> Measures,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>? PerQuery);
