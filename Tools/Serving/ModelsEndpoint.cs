using System.Text.Json;
using Microsoft.AspNetCore.Http;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Serving;

/// <summary><c>GET /v1/models</c>: the one model, in OpenAI's shape, with what a client may want to know of it.</summary>
/// <param name="model">What is served.</param>
internal sealed class ModelsEndpoint(ServedModel model)
{
    private readonly long _started = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>Answers a request.</summary>
    public async Task Answer(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await using Utf8JsonWriter json = new(context.Response.BodyWriter, JsonText.Compact);
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        json.WriteStartObject();
        json.WriteString("id", model.Name);
        json.WriteString("object", "model");
        json.WriteNumber("created", _started);
        json.WriteString("owned_by", "qengine");
        json.WriteNumber("dimensions", model.Embedder.Dimension);
        json.WriteNumber("max_tokens", model.Embedder.MaximumLength);
        json.WriteString("similarity", Collections.CollectionManifest.NameOf(model.Embedder.Similarity));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
