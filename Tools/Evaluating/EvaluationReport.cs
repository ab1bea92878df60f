using System.Globalization;
using System.Text.Json;
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

    /// <summary>Writes the members of a JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("model"u8, retriever.Name);
        json.WriteStartObject("measures"u8);
        for (int i = 0; i < evaluation.Measures.Count; i++) json.WriteNumber(evaluation.Measures[i].ToString(), evaluation.Summary(i));
        json.WriteEndObject();
        json.WriteNumber("queries"u8, evaluation.QueryIds.Count);
        json.WriteNumber("missing_queries"u8, evaluation.MissingQueries);
        json.WriteNumber("passages"u8, retriever.PassageIds.Count);
        json.WriteBoolean("judged_only"u8, task.JudgedOnly);
        json.WriteBoolean("candidates_only"u8, task.Candidates is not null);
        json.WriteBoolean("ignore_identical_ids"u8, task.IgnoreIdenticalIds);
        json.WriteString("ties"u8, MeasureOptions.Name(evaluation.Options.Ties));
        if (Model is { } model) json.WriteNumber("embedding_seconds"u8, Math.Round(model.PassageTime.Time.TotalSeconds, 3));
        json.WriteNumber("queries_per_second"u8, Math.Round(Rate, 1));
    }

    /// <summary>Writes a table and what belongs beside its values.</summary>
    public void WriteTable(ResultWriter results)
    {
        ResultTable table = new(new ResultColumn("measure"), new ResultColumn(retriever.Name, IsNumber: true));
        for (int i = 0; i < evaluation.Measures.Count; i++)
            table.Add(evaluation.Measures[i].ToString(), MeasureOptions.Format(evaluation.Measures[i], evaluation.Summary(i)));
        results.Table(table);
        results.Remark(string.Create(CultureInfo.InvariantCulture, $"{evaluation.QueryIds.Count} queries over {task.Ranked} ({retriever.PassageIds.Count} passages); equal scores {MeasureOptions.Describe(evaluation.Options.Ties)}{(task.IgnoreIdenticalIds ? $"; {IdenticalIds.Remark}" : "")}"));
        if (evaluation.MissingQueries > 0) results.Remark($"{evaluation.MissingQueries} of these queries are not in the queries file and count 0");
        string embedding = Model is { } model
            ? string.Create(CultureInfo.InvariantCulture, $"passages embedded in {ProgressReporter.Time(model.PassageTime.Time)} ({model.PassageTime.Rate:F0} texts/s), ")
            : "";
        results.Remark(string.Create(CultureInfo.InvariantCulture, $"{embedding}{Rate:F0} queries/s"));
    }
}
