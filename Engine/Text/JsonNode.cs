using System.Text.Json;

namespace QEngine.Text;

/// <summary>A JSON value with its place, so that every wrong type is reported with what was expected, found, and where.</summary>
/// <param name="Element">The value.</param>
/// <param name="Place">Its place in the document, for errors.</param>
/// <param name="Path">The file, for errors.</param>
internal readonly record struct JsonNode(JsonElement Element, string Place, string Path)
{
    /// <summary>A member that must be there and not null.</summary>
    public JsonNode Required(string name) => Optional(name)
        ?? throw new QEngineException($"expected the member \"{name}\" in {Place}, found none in {Path}");

    /// <summary>A member, or null where it is absent or null.</summary>
    public JsonNode? Optional(string name)
    {
        Expect(JsonValueKind.Object);
        return Element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? new JsonNode(value, name, Path)
            : null;
    }

    /// <summary>All members of an object, in the file's order.</summary>
    public IEnumerable<(string Name, JsonNode Value)> Members()
    {
        Expect(JsonValueKind.Object);
        foreach (JsonProperty member in Element.EnumerateObject())
        {
            yield return (member.Name, new JsonNode(member.Value, Place, Path));
        }
    }

    /// <summary>All elements of an array.</summary>
    public IEnumerable<JsonNode> Elements()
    {
        Expect(JsonValueKind.Array);
        foreach (JsonElement element in Element.EnumerateArray()) yield return new JsonNode(element, Place, Path);
    }

    /// <summary>The value as text.</summary>
    public string Text()
    {
        Expect(JsonValueKind.String);
        return Element.GetString()!;
    }

    /// <summary>The value as a whole number of at least <paramref name="minimum"/>.</summary>
    public int Integer(int minimum)
    {
        Expect(JsonValueKind.Number);
        return Element.TryGetInt32(out int value) && value >= minimum
            ? value
            : throw new QEngineException(
                $"expected a whole number from {minimum} to {int.MaxValue} for {Place}, found {Element.GetRawText()} in {Path}");
    }

    /// <summary>A true or false member, or <paramref name="absent"/> where it is absent or null.</summary>
    public bool Flag(string name, bool absent)
    {
        if (Optional(name) is not JsonNode node) return absent;
        return node.Element.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind kind => throw new QEngineException($"expected true or false for {name}, found {kind} in {Path}"),
        };
    }

    private void Expect(JsonValueKind kind)
    {
        if (Element.ValueKind != kind) throw new QEngineException($"expected {kind} for {Place}, found {Element.ValueKind} in {Path}");
    }
}
