using System.Globalization;
using System.Text.Json;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Searching;

/// <summary>A document that was found.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text.</param>
/// <param name="Score">ln F under fidelity, the cosine, or the score of a fusion.</param>
internal readonly record struct FoundDocument(string Id, string Text, float Score);

/// <summary>The documents found for a query, as JSON and as a table.</summary>
/// <param name="query">The query; its id is empty where it has none.</param>
/// <param name="hits">The documents, best first.</param>
/// <param name="scoreName">What their scores are called, <see cref="ISearch.ScoreName"/>.</param>
internal sealed class SearchResult(IdText query, IReadOnlyList<FoundDocument> hits, string scoreName)
{
    // The longest id that a terminal shows whole.
    private const int MostIdCells = 40;

    private readonly bool _fidelity = scoreName == CollectionManifest.NameOf(Similarity.Fidelity);

    /// <summary>Reads the texts of hits.</summary>
    public static SearchResult Of(Collection collection, IdText query, IReadOnlyList<Hit> hits, string scoreName)
    {
        List<FoundDocument> found = [];
        foreach (Hit hit in hits)
        {
            IdText document = collection.Document(hit.Index);
            found.Add(new FoundDocument(document.Id, document.Text, hit.Score));
        }
        return new SearchResult(query, found, scoreName);
    }

    /// <summary>Writes query and results as members of a JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        if (query.Id.Length > 0) json.WriteString("query_id"u8, query.Id);
        json.WriteString("query"u8, query.Text);
        if (!_fidelity && scoreName != CollectionManifest.NameOf(Similarity.Cosine)) json.WriteString("hybrid"u8, scoreName);
        json.WriteStartArray("results"u8);
        for (int i = 0; i < hits.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("rank"u8, i + 1);
            json.WriteString("id"u8, hits[i].Id);
            if (_fidelity)
            {
                json.WriteNumber("score"u8, Math.Exp(hits[i].Score));
                json.WriteNumber("log_fidelity"u8, hits[i].Score);
            }
            else
            {
                json.WriteNumber("score"u8, hits[i].Score);
            }
            json.WriteString("text"u8, hits[i].Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes a table, a line a result.</summary>
    public void WriteTable(ResultWriter results)
    {
        ResultTitle title = query.Id.Length > 0 ? new("query_id", query.Id, query.Text) : new("query", query.Text, query.Text);
        ResultTable table = new(new("rank", IsNumber: true), new(scoreName, IsNumber: true), new("id", Most: MostIdCells), new("text", TakesRest: true)) { Title = title };
        for (int i = 0; i < hits.Count; i++) table.Add((i + 1).ToString(CultureInfo.InvariantCulture), Score(hits[i].Score), hits[i].Id, hits[i].Text);
        results.Table(table);
    }

    private string Score(float score) => _fidelity ? FidelityText(score) : score.ToString("F6", CultureInfo.InvariantCulture);

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
