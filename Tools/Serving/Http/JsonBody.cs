using System.Text.Json;
using Microsoft.AspNetCore.Http;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Serving.Http;

/// <summary>The JSON object of a request, and its members by kind; what is missing or null is left to the default.</summary>
internal static class JsonBody
{
    /// <summary>Reads a request's body whole.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Set when the client is gone or the server stops.</param>
    /// <returns>The document, to be disposed of; its root is an object.</returns>
    /// <exception cref="ApiException">It is not of JSON's type, no JSON, or no object.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
            throw new ApiException(
                StatusCodes.Status415UnsupportedMediaType,
                $"expected Content-Type: application/json, found {(request.ContentType is { } type ? $"'{type}'" : "none")}");
        JsonDocument json;
        try
        {
            json = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
        }
        catch (JsonException wrong)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, $"expected a JSON object, found malformed JSON: {wrong.Message}");
        }
        if (json.RootElement.ValueKind == JsonValueKind.Object) return json;
        string found = JsonMember.KindOf(json.RootElement);
        json.Dispose();
        throw new ApiException(StatusCodes.Status400BadRequest, $"expected a JSON object, found {found}");
    }

    /// <summary>A member, or null where it is missing or null.</summary>
    public static JsonElement? Member(this JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A member that is a string.</summary>
    public static string? Text(this JsonElement body, string name) =>
        body.Member(name) is { } value ? JsonMember.RequireText(value, name) : null;

    /// <summary>A member that is a whole number from 1 to a bound.</summary>
    public static int? Count(this JsonElement body, string name, int most)
    {
        if (body.Member(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= 1 && number <= most) return number;
        throw ApiException.Wrong(name, $"expected '{name}' from 1 to {most}, found {JsonMember.Shown(value)}");
    }
}
