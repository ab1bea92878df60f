using System.Text.Json;
using System.Text.Json.Serialization;
using QEngine.Collections;

namespace QEngine.Tools.Searching;

/// <summary>Metadata as a JSON object.</summary>
internal sealed class MetadataJson : JsonConverter<IReadOnlyDictionary<string, MetadataValue>>
{
    /// <summary>Writes an object.</summary>
    /// <param name="json">Where it goes.</param>
    /// <param name="metadata">Its members.</param>
    public static void Write(Utf8JsonWriter json, IReadOnlyDictionary<string, MetadataValue> metadata)
    {
        json.WriteStartObject();
        foreach ((string field, MetadataValue value) in metadata)
        {
            if (value.Kind == MetadataKind.Number) json.WriteNumber(field, value.AsNumber());
            else if (value.Kind == MetadataKind.Boolean) json.WriteBoolean(field, value.AsBoolean());
            else json.WriteString(field, value.AsString());
        }
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void Write(
        Utf8JsonWriter writer, IReadOnlyDictionary<string, MetadataValue> value, JsonSerializerOptions options) => Write(writer, value);

    /// <summary>Results are not read.</summary>
    public override IReadOnlyDictionary<string, MetadataValue> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();
}
