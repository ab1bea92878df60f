using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Serving.Http;

namespace QEngine.Tools.Serving.Embedding;

/// <summary><c>POST /v1/embeddings</c>, as OpenAI's API has it.</summary>
/// <param name="model">What is served.</param>
/// <param name="embedder">The model, shared by all clients.</param>
/// <param name="maxTexts">The most texts of a request.</param>
/// <param name="stopping">Set when no further request is taken.</param>
internal sealed class EmbeddingEndpoint(ServedModel model, SharedEmbedder embedder, int maxTexts, CancellationToken stopping)
{
    // A large answer goes out in pieces.
    private const int BytesPerFlush = 1 << 16;

    /// <summary>Answers a request.</summary>
    /// <exception cref="ApiException">It is refused.</exception>
    public async Task Answer(HttpContext context)
    {
        EmbeddingRequest request = await Read(context);
        EmbeddedTexts embedded = await embedder.EmbedAsync(request.Texts, request.Prompt, context.RequestAborted);
        context.Response.ContentType = "application/json";
        await using Utf8JsonWriter json = new(context.Response.BodyWriter, JsonText.Compact);
        await Write(json, request, embedded, context);
    }

    private async Task<EmbeddingRequest> Read(HttpContext context)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        using JsonDocument body = await JsonBody.ReadAsync(context.Request, either.Token);
        return EmbeddingRequest.Read(body.RootElement, model, maxTexts);
    }

    private async Task Write(Utf8JsonWriter json, EmbeddingRequest request, EmbeddedTexts embedded, HttpContext context)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        for (int text = 0; text < request.Texts.Length; text++)
        {
            Write(json, request, embedded, text);
            if (json.BytesPending < BytesPerFlush) continue;
            json.Flush();
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
        json.WriteEndArray();
        json.WriteString("model", model.Name);
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", embedded.Tokens);
        json.WriteNumber("total_tokens", embedded.Tokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, EmbeddingRequest request, EmbeddedTexts embedded, int text)
    {
        Span<float> row = embedded.Embeddings.AsSpan(text * model.Embedder.Dimension, model.Embedder.Dimension);
        ReadOnlySpan<float> numbers = LeadingNumbers.Take(row, request.Dimension, model.Embedder.Model.Head);
        json.WriteStartObject();
        json.WriteString("object", "embedding");
        json.WriteNumber("index", text);
        if (request.IsBase64)
        {
            // Little-endian as every machine that .NET runs on.
            json.WriteBase64String("embedding", MemoryMarshal.AsBytes(numbers));
        }
        else
        {
            json.WriteStartArray("embedding");
            foreach (float number in numbers) json.WriteNumberValue(number);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
