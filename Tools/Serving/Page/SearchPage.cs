using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using QEngine.Collections;
using QEngine.Tools.Cli;
using QEngine.Tools.Serving.Http;
using QEngine.Tools.Serving.Search;

namespace QEngine.Tools.Serving.Page;

/// <summary>
/// <c>GET /</c>: a page to search with. Its form works without JavaScript, too: then the results are in the page that it leads to.
/// </summary>
/// <param name="model">What is served.</param>
/// <param name="search">The index; null where there is none.</param>
/// <param name="guard">Who may see results.</param>
internal sealed class SearchPage(ServedModel model, SharedSearch? search, RequestGuard guard)
{
    private static readonly PageTemplate Template = PageTemplate.Load("search.html");

    private static readonly int[] Tops = [10, 20, 50, 100];

    /// <summary>Answers a request.</summary>
    public async Task Answer(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        Dictionary<string, string> places = Places(query["q"].ToString(), query["top"].ToString(), query["hybrid"] == "rrf");
        if (search is not null && !string.IsNullOrWhiteSpace(query["q"]) && guard.IsLetIn(context.Request))
            await Fill(places, query, context.RequestAborted);
        context.Response.ContentType = "text/html; charset=utf-8";
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Template.ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        await context.Response.WriteAsync(Template.Fill(places));
    }

    private Dictionary<string, string> Places(string query, string top, bool isHybrid) => new(StringComparer.Ordinal)
    {
        ["title"] = Html(query.Length > 0 ? $"{query} - {model.Name}" : model.Name),
        ["about"] = Html(search is null ? model.Name : $"{Documents}, {model.Name}"),
        ["query"] = Html(query),
        ["tops"] = string.Concat(Tops.Select(count => Option(count.ToString(CultureInfo.InvariantCulture), top))),
        ["hybrid"] = isHybrid ? " checked" : "",
        ["no-words"] = search?.Index.Embedder is null ? " hidden" : "",
        ["status"] = "",
        ["results"] = "",
        ["empty"] = search is null
            ? "This server has no index to search. Start it with --index to have one."
            : $"Type a question or a few words: {Documents} are searched by meaning.",
    };

    private string Documents => string.Create(
        CultureInfo.InvariantCulture, $"{search!.Index.Count:N0} {(search.Index.Count == 1 ? "document" : "documents")}");

    /// <summary>Searches, and puts results, or what is wrong, into the page.</summary>
    private async Task Fill(Dictionary<string, string> places, IQueryCollection query, CancellationToken cancellationToken)
    {
        try
        {
            SearchRequest request = SearchRequest.Read(query);
            IReadOnlyList<SearchHit> hits = await search!.SearchAsync(request, cancellationToken);
            bool isFidelity = Similarities.IsFidelity(search.ScoreName(request));
            places["results"] = string.Concat(hits.Select(hit => Entry(hit, isFidelity)));
            places["status"] = Plural.Format(hits.Count, "result");
            places["empty"] = hits.Count == 0 ? "Nothing was found." : "";
        }
        catch (ApiException refused)
        {
            places["status"] = Html(refused.Message);
        }
    }

    private static string Entry(SearchHit hit, bool isFidelity)
    {
        StringBuilder facts = new();
        foreach ((string field, MetadataValue value) in hit.Metadata)
            facts.Append($"<dt>{Html(field)}</dt><dd>{Html(value.ToString())}</dd>");
        double score = isFidelity ? Math.Exp(hit.Score) : hit.Score;
        string shown = score.ToString(isFidelity && score is > 0 and < 0.001 ? "0.0e+0" : "F3", CultureInfo.InvariantCulture);
        return $"<li><details><summary><span class=\"score\">{shown}</span><span class=\"text\"><span>{Html(hit.Text)}</span></span>"
            + $"<span class=\"id\">{Html(hit.Id)}</span></summary>{(facts.Length > 0 ? $"<dl>{facts}</dl>" : "")}</details></li>";
    }

    private static string Option(string count, string chosen) => $"<option{(count == chosen ? " selected" : "")}>{count}</option>";

    private static string Html(string text) => HtmlEncoder.Default.Encode(text);
}
