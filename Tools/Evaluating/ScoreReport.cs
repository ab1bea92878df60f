using System.Text.Json;
using QEngine.Retrieval;
using Spectre.Console;

namespace QEngine.Tools.Evaluating;

/// <summary>The values of run files, as JSON and as a table or lines with tabs.</summary>
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
        json.WriteStartArray("runs"u8);
        foreach (ScoredRun run in runs) WriteJson(json, run);
        json.WriteEndArray();
        comparisonReport?.WriteJson(json);
    }

    /// <summary>Writes the table or, with each query's values, lines with tabs; then the comparison, and what belongs beside the values.</summary>
    public void Write(IAnsiConsole console)
    {
        if (perQuery) WriteLines();
        else WriteTable(console);
        comparisonReport?.WriteTables(console);
        // Lines with tabs are for programs, which are spared the remarks.
        TextWriter remarks = perQuery ? Console.Error : Console.Out;
        string left = options.JudgedOnly ? "; documents without a judgement taken out" : "";
        remarks.WriteLine($"{judgedQueries} judged queries; equal scores {MeasureOptions.Describe(options.Ties)}{left}");
        IEnumerable<ScoredRun> read = comparisons is null ? runs : runs.Append(comparisons.Baseline);
        foreach (ScoredRun run in read) WriteRemarks(remarks, run);
    }

    private void WriteRemarks(TextWriter remarks, ScoredRun run)
    {
        int missing = run.Evaluation.MissingQueries, unjudged = run.Evaluation.UnjudgedQueries;
        if (missing > 0) remarks.WriteLine($"{run.Name}: {missing} judged {Queries(missing)} not in the run, {(options.Complete ? "counted as 0" : "left out (--complete counts 0)")}");
        if (unjudged > 0) remarks.WriteLine($"{run.Name}: {unjudged} {Queries(unjudged)} of the run without judgements, ignored");
    }

    private static string Queries(int count) => count == 1 ? "query" : "queries";

    private void WriteTable(IAnsiConsole console)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("run").AddColumn(new TableColumn("queries").RightAligned());
        foreach (Measure measure in measures) table.AddColumn(new TableColumn(Markup.Escape(measure.ToString())).RightAligned());
        foreach (ScoredRun run in runs)
        {
            IEnumerable<string> values = measures.Select((measure, i) => MeasureOptions.Format(measure, run.Evaluation.Summary(i)));
            table.AddRow([Markup.Escape(run.Name), $"{run.Evaluation.QueryIds.Count}", .. values]);
        }
        console.Write(table);
    }

    private void WriteLines()
    {
        Console.Out.WriteLine($"run\tquery\t{string.Join('\t', measures.Select(measure => measure.ToString()))}");
        foreach (ScoredRun run in runs)
        {
            for (int query = 0; query < run.Evaluation.QueryIds.Count; query++)
                WriteLine(run.Name, run.Evaluation.QueryIds[query], measure => run.Evaluation.Value(query, measure));
            WriteLine(run.Name, "all", run.Evaluation.Summary);
        }
    }

    private void WriteLine(string run, string query, Func<int, double> value) =>
        Console.Out.WriteLine($"{run}\t{query}\t{string.Join('\t', measures.Select((measure, i) => MeasureOptions.Format(measure, value(i))))}");

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
