using System.Globalization;
using System.Text.Json.Serialization;
using QEngine.Retrieval;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Evaluating;

/// <summary>The result of an evaluation, as JSON and as a table.</summary>
/// <param name="evaluation">The values.</param>
/// <param name="retriever">What was evaluated.</param>
/// <param name="task">What was ranked.</param>
/// <param name="time">Time for embedding and answering the queries.</param>
internal sealed class EvaluationReport(Evaluation evaluation, IRetriever retriever, RankingTask task, TimeSpan time)
{
    private EmbeddingRetriever? Model => (retriever as HybridRetriever)?.Model ?? retriever as EmbeddingRetriever;

    private double Rate => task.Queries.Queries.Count / Math.Max(time.TotalSeconds, 1e-9);

    /// <summary>The result as JSON has it.</summary>
    public EvaluationResult Result => new(
        retriever.Name,
        retriever.Title,
        MeasureOptions.Values(evaluation.Measures, evaluation.Summary),
        evaluation.QueryIds.Count,
        evaluation.MissingQueries,
        retriever.PassageIds.Count,
        task.JudgedOnly,
        task.Candidates is not null,
        task.IgnoreIdenticalIds,
        MeasureOptions.Name(evaluation.Options.Ties),
        Model is { } model ? Math.Round(model.PassageTime.Time.TotalSeconds, 3) : null,
        Math.Round(Rate, 1));

    /// <summary>Writes a table and what belongs beside its values.</summary>
    public void WriteTable(ResultWriter results)
    {
        ResultTable table = new(new ResultColumn("measure"), new ResultColumn(retriever.Title, IsNumber: true));
        for (int i = 0; i < evaluation.Measures.Count; i++)
            table.Add(evaluation.Measures[i].ToString(), MeasureOptions.Format(evaluation.Measures[i], evaluation.Summary(i)));
        results.Table(table);
        string left = task.IgnoreIdenticalIds ? $"; {IdenticalIds.Remark}" : "";
        results.Remark(
            $"{Plural.Format(evaluation.QueryIds.Count, "query", "queries")} over {task.Ranked} "
            + $"({Plural.Format(retriever.PassageIds.Count, "passage")}); "
            + $"equal scores {MeasureOptions.Describe(evaluation.Options.Ties)}{left}");
        if (evaluation.MissingQueries > 0)
            results.Remark($"{evaluation.MissingQueries} of these queries are not in the queries file and count 0");
        string embedding = Model is { } model
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"passages embedded in {ProgressReporter.Time(model.PassageTime.Time)} ({model.PassageTime.Rate:F0} texts/s), ")
            : "";
        results.Remark(string.Create(CultureInfo.InvariantCulture, $"{embedding}{Rate:F0} queries/s"));
    }
}

/// <summary>The result of an evaluation, as JSON.</summary>
internal sealed record EvaluationResult(
    string Model,
    string Name,
    IReadOnlyDictionary<string, double> Measures,
    int Queries,
    int MissingQueries,
    int Passages,
    bool JudgedOnly,
    bool CandidatesOnly,
    bool IgnoreIdenticalIds,
    string Ties,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? EmbeddingSeconds,
    double QueriesPerSecond);
