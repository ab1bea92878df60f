using System.Text.Json;
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
    IReadOnlyList<ScoredRun> runs, Measure[] measures, EvaluationOptions options, int judgedQueries, bool perQuery, RunComparisons? comparisons)
{
    private readonly ComparisonReport? comparisonReport = comparisons is null ? null : new ComparisonReport(comparisons);

    /// <summary>Writes the members of a JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteNumber("judged_queries"u8, judgedQueries);
        json.WriteString("ties"u8, MeasureOptions.Name(options.Ties));
        json.WriteBoolean("complete"u8, options.Complete);
        json.WriteBoolean("judged_only"u8, options.JudgedOnly);
        json.WriteBoolean("ignore_identical_ids"u8, options.IgnoreIdenticalIds);
        json.WriteStartArray("runs"u8);
        foreach (ScoredRun run in runs) WriteJson(json, run);
        json.WriteEndArray();
        comparisonReport?.WriteJson(json);
    }

    /// <summary>Writes the table, with a row for each query too where they are wanted; then the comparison, and what belongs beside the values.</summary>
    public void Write(ResultWriter results)
    {
        results.Table(perQuery ? QueryTable() : SummaryTable());
        comparisonReport?.WriteTables(results);
        string left = options.JudgedOnly ? "; documents without a judgement taken out" : "";
        if (options.IgnoreIdenticalIds) left += $"; {IdenticalIds.Remark}";
        results.Remark($"{judgedQueries} judged queries; equal scores {MeasureOptions.Describe(options.Ties)}{left}");
        IEnumerable<ScoredRun> read = comparisons is null ? runs : runs.Append(comparisons.Baseline);
        foreach (ScoredRun run in read) WriteRemarks(results, run);
    }

    private void WriteRemarks(ResultWriter results, ScoredRun run)
    {
        int missing = run.Evaluation.MissingQueries, unjudged = run.Evaluation.UnjudgedQueries;
        if (missing > 0) results.Remark($"{run.Name}: {missing} judged {Queries(missing)} not in the run, {(options.Complete ? "counted as 0" : "left out (--complete counts 0)")}");
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

    private ResultTable Table(params ResultColumn[] first) => new([.. first, .. measures.Select(measure => new ResultColumn(measure.ToString(), IsNumber: true))]);

    private IEnumerable<string> Values(Func<int, double> value) => measures.Select((measure, i) => MeasureOptions.Format(measure, value(i)));

    private void WriteJson(Utf8JsonWriter json, ScoredRun run)
    {
        json.WriteStartObject();
        json.WriteString("run"u8, run.Path);
        json.WriteNumber("queries"u8, run.Evaluation.QueryIds.Count);
        json.WriteNumber("missing_queries"u8, run.Evaluation.MissingQueries);
        json.WriteNumber("unjudged_queries"u8, run.Evaluation.UnjudgedQueries);
        json.WriteStartObject("measures"u8);
        for (int i = 0; i < measures.Length; i++) json.WriteNumber(measures[i].ToString(), run.Evaluation.Summary(i));
        json.WriteEndObject();
        if (perQuery)
        {
            json.WriteStartObject("per_query"u8);
            for (int query = 0; query < run.Evaluation.QueryIds.Count; query++)
            {
                json.WriteStartObject(run.Evaluation.QueryIds[query]);
                for (int i = 0; i < measures.Length; i++) json.WriteNumber(measures[i].ToString(), run.Evaluation.Value(query, i));
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
