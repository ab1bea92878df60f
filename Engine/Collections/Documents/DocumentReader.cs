using System.Collections.ObjectModel;
using System.Text.Json;

namespace QEngine.Collections;

/// <summary>Reads a line that <see cref="DocumentWriter"/> wrote.</summary>
internal static class DocumentReader
{
    /// <summary>Reads a document.</summary>
    /// <param name="line">The line.</param>
    /// <exception cref="JsonException">It is no JSON, or a value of metadata is of no kind that metadata has.</exception>
    /// <exception cref="InvalidOperationException">A member is no string.</exception>
    /// <exception cref="KeyNotFoundException">A member is missing.</exception>
    /// <exception cref="ArgumentException">The id is empty.</exception>
    public static Document Read(ReadOnlyMemory<byte> line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement root = json.RootElement;
        return new Document(root.GetProperty("_id"u8).GetString()!, root.GetProperty("text"u8).GetString()!)
        {
            Metadata = root.TryGetProperty("metadata"u8, out JsonElement metadata)
                ? Metadata(metadata)
                : ReadOnlyDictionary<string, MetadataValue>.Empty,
        };
    }

    private static Dictionary<string, MetadataValue> Metadata(JsonElement node)
    {
        Dictionary<string, MetadataValue> values = new(StringComparer.Ordinal);
        foreach (JsonProperty member in node.EnumerateObject())
        {
            values[member.Name] = member.Value.ValueKind switch
            {
                JsonValueKind.String => member.Value.GetString()!,
                JsonValueKind.Number when member.Value.TryGetDouble(out double number) && double.IsFinite(number) => number,
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => throw new JsonException("expected a string, a number or a boolean"),
            };
        }
        return values;
    }
}
