using System.Text;
using System.Text.Json;
using QEngine.Storage;

namespace QEngine.Tools.Cli;

/// <summary>JSON as this program writes it: nothing escaped but what JSON or a terminal demands, and no number that JSON has not.</summary>
internal static class JsonText
{
    /// <summary>For people and files.</summary>
    public static JsonWriterOptions Indented { get; } = new() { Indented = true, Encoder = MinimalJsonEncoder.Instance };

    /// <summary>For an object a line.</summary>
    public static JsonWriterOptions Compact { get; } = new() { Encoder = MinimalJsonEncoder.Instance };

    /// <summary>An object as text.</summary>
    /// <param name="write">Writes its members.</param>
    /// <param name="options">The form.</param>
    public static string Of(Action<Utf8JsonWriter> write, JsonWriterOptions options)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer, options))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Writes an item of an array: a number, or null where it is not defined.</summary>
    public static void WriteNumberValueOrNull(this Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteNullValue();
    }

    /// <summary>Writes a number, or null where it is not defined: JSON has no NaN.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
