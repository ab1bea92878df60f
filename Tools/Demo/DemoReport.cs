using System.Globalization;
using System.Text.Json.Serialization;
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
        ResultTable found = new(new("score", IsNumber: true), new("member"), new("summary", TakesRest: true))
        {
            Title = new ResultTitle("query", Query, Query),
            HasHeading = false,
        };
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
internal sealed record DemoReport(
    IReadOnlyList<DemoRow> Rows, IReadOnlyList<DemoSearch> Searches, int Members, int Queries, string Folder, TimeSpan Time)
{
    /// <summary>Name of the pretrained encoder; null where encoders were trained from scratch.</summary>
    public string? Encoder { get; init; }

    /// <summary>When the example queries were first answered.</summary>
    public TimeSpan? FirstAnswers { get; init; }

    /// <summary>What the rows show, in sentences; none to leave it to the reader.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>What is to be said of how the rows came about.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>What the saved model is, in a few words; null where the table says it.</summary>
    public string? Kept { get; init; }

    /// <summary>The report as JSON has it.</summary>
    public DemoResult Result => new(
        Members,
        Queries,
        Time.TotalSeconds,
        Folder,
        Encoder,
        FirstAnswers?.TotalSeconds,
        Findings.Count > 0 ? Findings : null,
        Kept,
        [
            .. Rows.Select(row => new DemoModel(
                row.Name,
                row.Ndcg,
                row.ReciprocalRank,
                row.Recall,
                row.HeadParameters,
                row.BytesPerVector,
                row.TrainingTime?.TotalSeconds,
                row.QueryMilliseconds)),
        ],
        [
            .. Searches.Select(search => new DemoQuery(
                search.Query, [.. search.Found.Select(found => new DemoHit(found.Score, found.Signature, found.Summary))])),
        ]);

    /// <summary>Writes the report as tables.</summary>
    public void WriteTables(ResultWriter results)
    {
        results.Remark(string.Create(
            CultureInfo.InvariantCulture,
            $"{Queries:N0} descriptions of held-out .NET types, each searched in the documentation of {Members:N0} members ")
            + "(without their summaries):");
        string[] numbers = ["NDCG@10", "MRR@10", "recall@10", "head parameters", "bytes/vector", "training", "ms/query"];
        ResultTable models = new([new("model"), .. numbers.Select(column => new ResultColumn(column, IsNumber: true))]);
        foreach (DemoRow row in Rows)
        {
            models.Add(
                row.Name,
                Number(row.Ndcg),
                Number(row.ReciprocalRank),
                Number(row.Recall),
                row.HeadParameters?.ToString(CultureInfo.InvariantCulture) ?? "-",
                row.BytesPerVector?.ToString(CultureInfo.InvariantCulture) ?? "-",
                row.TrainingTime is { } time ? ProgressReporter.Time(time) : "-",
                row.QueryMilliseconds.ToString("F2", CultureInfo.InvariantCulture));
        }
        results.Table(models);
        foreach (string finding in Findings) results.Remark(finding);
        foreach (string remark in Remarks) results.Remark(remark);
        foreach (DemoSearch search in Searches) search.WriteTable(results);
        if (Kept is not null) results.Remark($"Model for your programs, {Kept}: {Here(Path.Combine(Folder, "model"))}");
        results.Remark(
            $"Done in {ProgressReporter.Time(Time)}. "
            + $"Search on with: {Program()} search --index {Here(Path.Combine(Folder, "index"))} \"your words\"");
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

/// <summary>The report of the demo, as JSON.</summary>
internal sealed record DemoResult(
    int Members,
    int Queries,
    double Seconds,
    string Out,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Encoder,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? FirstAnswersSeconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Findings,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model,
    DemoModel[] Models,
    DemoQuery[] Searches);

/// <summary>A way of searching, as JSON.</summary>
internal sealed record DemoModel(
    string Name,
    [property: JsonPropertyName("nDCG@10")] double Ndcg,
    [property: JsonPropertyName("RR@10")] double ReciprocalRank,
    [property: JsonPropertyName("R@10")] double Recall,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? HeadParameters,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? BytesPerVector,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? TrainSeconds,
    double QueryMilliseconds);

/// <summary>An example search, as JSON.</summary>
internal sealed record DemoQuery(string Query, DemoHit[] Found);

/// <summary>A member that was found, as JSON.</summary>
internal sealed record DemoHit(double Score, string Member, string Summary);
