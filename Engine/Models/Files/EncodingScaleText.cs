using System.Text.Json;
using QEngine.Quantum;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>The scale of an encoding in a module's <c>config.json</c>; without one there is no member.</summary>
internal static class EncodingScaleText
{
    private const string Name = "encoding_scale", One = "one", PerInput = "per_input";

    public static EncodingScale Read(JsonCursor root) => root.Optional(Name)?.Text() switch
    {
        null => EncodingScale.None,
        One => EncodingScale.One,
        PerInput => EncodingScale.PerInput,
        string found => throw new QEngineException(
            $"expected {Name} {One} or {PerInput}, or none, found {Printable.Quote(found)} in {root.Path}"),
    };

    public static void Write(Utf8JsonWriter json, EncodingScale scale)
    {
        if (scale != EncodingScale.None) json.WriteString(Name, scale == EncodingScale.One ? One : PerInput);
    }

    /// <summary>How many scales d inputs have.</summary>
    public static long Count(EncodingScale scale, int inputs) => scale switch
    {
        EncodingScale.One => 1,
        EncodingScale.PerInput => inputs,
        _ => 0,
    };

    /// <summary>What a description adds to "angle encoding".</summary>
    public static string Description(EncodingScale scale) => scale switch
    {
        EncodingScale.One => " with a scale",
        EncodingScale.PerInput => " with a scale for each input",
        _ => "",
    };
}
