using System.Text.Json;
using Microsoft.AspNetCore.Http;
using QEngine.Collections;
using QEngine.Tools.Cli;
using QEngine.Tools.Searching;
using QEngine.Tools.Serving.Http;

namespace QEngine.Tools.Serving.Search;

/// <summary><c>/v1/search</c>: documents for a query.</summary>
/// <param name="model">What is served.</param>
/// <param name="search">The index; null where there is none.</param>
/// <param name="stopping">Set when no further request is taken.</param>
internal sealed class SearchEndpoint(ServedModel model, SharedSearch? search, CancellationToken stopping)
{
    /// <summary>Answers a POST.</summary>
    /// <exception cref="ApiException">It is refused.</exception>
    public async Task AnswerPost(HttpContext context)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        SearchRequest request;
        using (JsonDocument body = await JsonBody.ReadAsync(context.Request, either.Token)) request = SearchRequest.Read(body.RootElement);
        await Answer(context, request);
    }

    /// <summary>Answers a GET.</summary>
    /// <exception cref="ApiException">It is refused.</exception>
    public Task AnswerGet(HttpContext context) => Answer(context, SearchRequest.Read(context.Request.Query));

    private async Task Answer(HttpContext context, SearchRequest request)
    {
        if (search is null)
            throw new ApiException(StatusCodes.Status404NotFound, "expected a server with an index, found one started without --index");
        IReadOnlyList<SearchHit> hits = await search.SearchAsync(request, context.RequestAborted);
        context.Response.ContentType = "application/json";
        await using Utf8JsonWriter json = new(context.Response.BodyWriter, JsonText.Compact);
        string scoreName = search.ScoreName(request);
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteString("model", model.Name);
        json.WriteString("query", request.Query);
        json.WriteString("scores", scoreName);
        json.WriteNumber("documents", search.Index.Count);
        json.WriteStartArray("results");
        for (int i = 0; i < hits.Count; i++) Write(json, hits[i], i + 1, Similarities.IsFidelity(scoreName));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SearchHit hit, int rank, bool isFidelity)
    {
        json.WriteStartObject();
        json.WriteNumber("rank", rank);
        json.WriteString("id", hit.Id);
        if (!isFidelity) json.WriteNumber("score", hit.Score);
        else
        {
            json.WriteNumber("score", Math.Exp(hit.Score));
            json.WriteNumber("log_fidelity", hit.Score);
        }
        json.WriteString("text", hit.Text);
        json.WritePropertyName("metadata");
        MetadataJson.Write(json, hit.Metadata);
        json.WriteEndObject();
    }
}
