using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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
    /// <param name="value">The object.</param>
    /// <param name="type">Its members.</param>
    /// <param name="options">The form.</param>
    public static string From<T>(T value, JsonTypeInfo<T> type, JsonWriterOptions options)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer, options)) JsonSerializer.Serialize(writer, value, type);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>A number as JSON has it: null where it is not defined, as JSON has no NaN.</summary>
    public static double? Defined(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
