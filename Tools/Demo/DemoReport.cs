using System.Globalization;
using System.Text.Json;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Demo;

/// <summary>An example search and what it found.</summary>
/// <param name="Query">The query.</param>
/// <param name="Found">Score, signature and summary of the best members.</param>
internal sealed record DemoSearch(string Query, IReadOnlyList<(double Score, string Signature, string Summary)> Found)
{
    /// <summary>Writes what was found as a table.</summary>
    public void WriteTable(ResultWriter results)
    {
        ResultTable found = new(new("score", IsNumber: true), new("member"), new("summary", TakesRest: true)) { Title = new ResultTitle("query", Query, Query), HasHeading = false };
        foreach ((double score, string signature, string summary) in Found) found.Add(DemoReport.Number(score), signature, summary);
        results.Table(found);
    }
}

/// <summary>What the demo shows at its end.</summary>
/// <param name="Rows">The ways of searching compared.</param>
/// <param name="Searches">Example searches with the model that is kept.</param>
/// <param name="Members">Documented members searched.</param>
/// <param name="Queries">Held-out queries.</param>
/// <param name="Folder">Where model and index are.</param>
/// <param name="Time">Time of everything.</param>
internal sealed record DemoReport(IReadOnlyList<DemoRow> Rows, IReadOnlyList<DemoSearch> Searches, int Members, int Queries, string Folder, TimeSpan Time)
{
    /// <summary>Name of the pretrained encoder; null where encoders were trained from scratch.</summary>
    public string? Encoder { get; init; }

    /// <summary>When the example queries were first answered.</summary>
    public TimeSpan? FirstAnswers { get; init; }

    /// <summary>What the rows show; null to leave it to the reader.</summary>
    public string? Finding { get; init; }

    /// <summary>What is to be said of how the rows came about.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>What the saved model is, in a few words; null where the table says it.</summary>
    public string? Kept { get; init; }

    /// <summary>Writes the report as a JSON object's members.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteNumber("members", Members);
        json.WriteNumber("queries", Queries);
        json.WriteNumber("seconds", Time.TotalSeconds);
        json.WriteString("out", Folder);
        if (Encoder is not null) json.WriteString("encoder", Encoder);
        if (FirstAnswers is { } first) json.WriteNumber("first_answers_seconds", first.TotalSeconds);
        if (Finding is not null) json.WriteString("finding", Finding);
        if (Kept is not null) json.WriteString("model", Kept);
        json.WriteStartArray("models");
        foreach (DemoRow row in Rows)
        {
            json.WriteStartObject();
            json.WriteString("name", row.Name);
            json.WriteNumber("nDCG@10", row.Ndcg);
            json.WriteNumber("RR@10", row.ReciprocalRank);
            json.WriteNumber("R@10", row.Recall);
            if (row.HeadParameters is { } parameters) json.WriteNumber("head_parameters", parameters);
            if (row.BytesPerVector is { } bytes) json.WriteNumber("bytes_per_vector", bytes);
            if (row.TrainingTime is { } time) json.WriteNumber("train_seconds", time.TotalSeconds);
            json.WriteNumber("query_milliseconds", row.QueryMilliseconds);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("searches");
        foreach (DemoSearch search in Searches)
        {
            json.WriteStartObject();
            json.WriteString("query", search.Query);
            json.WriteStartArray("found");
            foreach ((double score, string signature, string summary) in search.Found)
            {
                json.WriteStartObject();
                json.WriteNumber("score", score);
                json.WriteString("member", signature);
                json.WriteString("summary", summary);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes the report as tables.</summary>
    public void WriteTables(ResultWriter results)
    {
        results.Remark(string.Create(CultureInfo.InvariantCulture, $"{Queries:N0} descriptions of held-out .NET types, each searched in the documentation of {Members:N0} members (without their summaries):"));
        string[] numbers = ["NDCG@10", "MRR@10", "recall@10", "head parameters", "bytes/vector", "training", "ms/query"];
        ResultTable models = new([new("model"), .. numbers.Select(column => new ResultColumn(column, IsNumber: true))]);
        foreach (DemoRow row in Rows)
        {
            models.Add(
                row.Name, Number(row.Ndcg), Number(row.ReciprocalRank), Number(row.Recall), row.HeadParameters?.ToString(CultureInfo.InvariantCulture) ?? "-",
                row.BytesPerVector?.ToString(CultureInfo.InvariantCulture) ?? "-", row.TrainingTime is { } time ? ProgressReporter.Time(time) : "-", row.QueryMilliseconds.ToString("F2", CultureInfo.InvariantCulture));
        }
        results.Table(models);
        if (Finding is not null) results.Remark(Finding);
        foreach (string remark in Remarks) results.Remark(remark);
        foreach (DemoSearch search in Searches) search.WriteTable(results);
        if (Kept is not null) results.Remark($"Model for your programs, {Kept}: {Here(Path.Combine(Folder, "model"))}");
        results.Remark($"Done in {ProgressReporter.Time(Time)}. Search on with: {Program()} search --index {Here(Path.Combine(Folder, "index"))} \"your words\"");
    }

    /// <summary>How to start this program again from the current folder.</summary>
    private static string Program()
    {
        if (Environment.ProcessPath is not { } path) return "qengine";
        // Started as dotnet qengine.dll, the process is another program's.
        return Path.GetFileNameWithoutExtension(path) == "dotnet" ? $"dotnet {Here(Environment.GetCommandLineArgs()[0])}" : Here(path);
    }

    private static string Here(string path) => Path.GetRelativePath(Environment.CurrentDirectory, path);

    internal static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
