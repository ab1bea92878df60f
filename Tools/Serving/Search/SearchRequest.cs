using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Tools.Searching;
using QEngine.Tools.Serving.Http;

namespace QEngine.Tools.Serving.Search;

/// <summary>What <c>/v1/search</c> is asked for.</summary>
/// <param name="Query">The query, not blank.</param>
/// <param name="Top">The most documents wanted.</param>
/// <param name="Hybrid">How the ranking is fused with BM25's, <c>rrf</c> or <c>weighted</c>; null for vectors alone.</param>
/// <param name="Options">How the index is searched.</param>
internal sealed record SearchRequest(string Query, int Top, string? Hybrid, SearchOptions Options)
{
    /// <summary>The most documents that may be wanted.</summary>
    public const int MaxTop = 1000;

    private const int DefaultTop = 10;

    // Alike for all who ask alike, so that their queries share a batch.
    private static readonly SearchOptions Exact = new();
    private static readonly SearchOptions ReciprocalRanks = new() { Hybrid = new ReciprocalRankFusion() };
    private static readonly SearchOptions Weighted = new() { Hybrid = new WeightedFusion(0.5) };

    /// <summary>Reads the body of a POST.</summary>
    /// <param name="body">A JSON object.</param>
    /// <exception cref="ApiException">A member is missing or wrong.</exception>
    public static SearchRequest Read(JsonElement body)
    {
        SearchRequest request = From(body.Text("query"), "query", body.Count("top", MaxTop), body.Text("hybrid"));
        MetadataFilter? filter = FilterReader.Read(body.Member("filter"));
        return filter is null ? request : request with { Options = request.Options with { Filter = filter } };
    }

    /// <summary>Reads the address of a GET: <c>q</c>, <c>top</c> and <c>hybrid</c>.</summary>
    /// <param name="query">What stands behind the question mark.</param>
    /// <exception cref="ApiException">A value is missing or wrong.</exception>
    public static SearchRequest Read(IQueryCollection query)
    {
        if (query.ContainsKey("filter"))
            throw ApiException.Wrong("filter", "expected 'filter' in the body of a POST, found it in an address");
        foreach (string name in (ReadOnlySpan<string>)["q", "top", "hybrid"])
            if (query[name].Count > 1) throw ApiException.Wrong(name, $"expected '{name}' once, found it {query[name].Count} times");
        int? top = null;
        if (query["top"].ToString() is { Length: > 0 } text)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1 or > MaxTop)
                throw ApiException.Wrong("top", $"expected 'top' from 1 to {MaxTop}, found '{text}'");
            top = number;
        }
        return From(query["q"].ToString(), "q", top, query["hybrid"].ToString() is { Length: > 0 } hybrid ? hybrid : null);
    }

    private static SearchRequest From(string? query, string name, int? top, string? hybrid)
    {
        if (string.IsNullOrWhiteSpace(query)) throw ApiException.Wrong(name, $"expected a query in '{name}', found none");
        SearchOptions options = hybrid switch
        {
            null => Exact,
            "rrf" => ReciprocalRanks,
            "weighted" => Weighted,
            _ => throw ApiException.Wrong("hybrid", $"expected 'hybrid' rrf or weighted, found '{hybrid}'"),
        };
        return new SearchRequest(query, top ?? DefaultTop, hybrid, options);
    }
}
