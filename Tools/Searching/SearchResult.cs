using System.Globalization;
using System.Text.Json.Serialization;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Searching;

/// <summary>The documents found for a query, as JSON and as a table.</summary>
/// <param name="query">The query; its id is empty where it has none.</param>
/// <param name="hits">The documents, best first.</param>
/// <param name="scoreName">What their scores are called, <see cref="IndexSearch.ScoreName"/>.</param>
internal sealed class SearchResult(IdText query, IReadOnlyList<SearchHit> hits, string scoreName)
{
    // The longest id that a terminal shows whole.
    private const int MaxIdCells = 40;

    private const int MaxMetadataCells = 40;

    /// <summary>Whether scores are ln F.</summary>
    public bool IsFidelity { get; } = Similarities.IsFidelity(scoreName);

    /// <summary>Query and results as JSON has them where <see cref="IsFidelity"/>.</summary>
    public QueryResult<FidelityHit> ToFidelities() =>
        ToResult((hit, rank) => new FidelityHit(rank, hit.Id, Math.Exp(hit.Score), hit.Score, hit.Text, MetadataOf(hit)));

    /// <summary>Query and results as JSON has them otherwise.</summary>
    public QueryResult<ScoredHit> ToScores() => ToResult((hit, rank) => new ScoredHit(rank, hit.Id, hit.Score, hit.Text, MetadataOf(hit)));

    private QueryResult<THit> ToResult<THit>(Func<SearchHit, int, THit> select)
    {
        bool isHybrid = !IsFidelity && scoreName != CollectionManifest.NameOf(Similarity.Cosine);
        THit[] results = [.. hits.Select((hit, i) => select(hit, i + 1))];
        return new QueryResult<THit>(query.Id.Length > 0 ? query.Id : null, query.Text, isHybrid ? scoreName : null, results);
    }

    private static IReadOnlyDictionary<string, MetadataValue>? MetadataOf(SearchHit hit) => hit.Metadata.Count > 0 ? hit.Metadata : null;

    /// <summary>Writes a table, a line a result; with a column of metadata where a document has any.</summary>
    public void WriteTable(ResultWriter results)
    {
        ResultTitle title = query.Id.Length > 0 ? new("query_id", query.Id, query.Text) : new("query", query.Text, query.Text);
        List<ResultColumn> columns =
            [new("rank", IsNumber: true), new(scoreName, IsNumber: true), new("id", MaxCells: MaxIdCells), new("text", TakesRest: true)];
        bool hasMetadata = hits.Any(hit => hit.Metadata.Count > 0);
        if (hasMetadata) columns.Add(new("metadata", MaxCells: MaxMetadataCells));
        ResultTable table = new([.. columns]) { Title = title };
        for (int i = 0; i < hits.Count; i++)
        {
            string[] row = [(i + 1).ToString(CultureInfo.InvariantCulture), Score(hits[i].Score), hits[i].Id, hits[i].Text];
            table.Add(hasMetadata ? [.. row, string.Join(", ", hits[i].Metadata.Select(field => $"{field.Key}: {field.Value}"))] : row);
        }
        results.Table(table);
    }

    private string Score(float score) => IsFidelity ? FidelityText(score) : score.ToString("F6", CultureInfo.InvariantCulture);

    /// <summary>e^x with six digits, also where that is below the smallest number.</summary>
    internal static string FidelityText(double logarithm)
    {
        if (logarithm > -700) return Math.Exp(logarithm).ToString("G6", CultureInfo.InvariantCulture);
        double decimals = logarithm / Math.Log(10), exponent = Math.Floor(decimals);
        double mantissa = Math.Round(Math.Pow(10, decimals - exponent), 5);
        if (mantissa >= 10) (mantissa, exponent) = (1, exponent + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa:F5}E{exponent:F0}");
    }
}

/// <summary>A query and what was found, as JSON.</summary>
internal sealed record QueryResult<THit>(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? QueryId,
    string Query,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Hybrid,
    THit[] Results);

/// <summary>A document found by fidelity, as JSON.</summary>
internal sealed record FidelityHit(
    int Rank, string Id, double Score, float LogFidelity, string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, MetadataValue>? Metadata);

/// <summary>A document found by cosine or by the score of a fusion, as JSON.</summary>
internal sealed record ScoredHit(
    int Rank, string Id, float Score, string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, MetadataValue>? Metadata);
