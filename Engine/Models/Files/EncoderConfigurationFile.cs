using System.Text.Json;
using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>Hugging Face's <c>config.json</c> of an encoder.</summary>
internal static class EncoderConfigurationFile
{
    public const string FileName = "config.json";

    private const string Gelu = "gelu", Quantization = "quantization_config", QuantizationMethod = "qengine",
        InputScales = "input_scales";

    private const int QuantizationBits = 8;

    // Of the weights or of the reference's arithmetic; weights are taken as they are stored, and all is computed in float32.
    private static readonly string[] Types = ["float32", "float16", "bfloat16", "float64"];

    /// <summary>Reads the sizes; refuses by name what this encoder does not compute.</summary>
    public static BertConfiguration Read(string path)
    {
        BertConfiguration configuration = JsonFile.Read(path, Parse);
        configuration.Validate(path);
        return configuration;
    }

    /// <summary>The class of tokenizer that the file names, which need not exist; or null.</summary>
    public static string? ReadTokenizerClass(string path) =>
        File.Exists(path) ? JsonFile.Read(path, root => root.Optional("tokenizer_class")?.Text()) : null;

    /// <summary>Whether the file, which need not exist, says that matrices in eight bits have scales of their inputs.</summary>
    public static bool HasInputScales(string path) => File.Exists(path) && JsonFile.Read(
        path, root => root.Optional(Quantization) is { } quantization && quantization.Flag(InputScales, absent: false));

    /// <summary>How many numbers an encoder has; wide, since the sizes come from a file.</summary>
    public static Int128 Parameters(BertConfiguration configuration)
    {
        Int128 hidden = configuration.HiddenSize, intermediate = configuration.IntermediateSize;
        Int128 embeddings = hidden * ((Int128)configuration.VocabularySize + configuration.MaximumPositions + configuration.TokenTypes + 2);
        return embeddings + (configuration.Layers * ((4 * hidden * hidden) + (9 * hidden) + (2 * hidden * intermediate) + intermediate));
    }

    /// <summary>Writes the sizes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="configuration">The encoder.</param>
    /// <param name="hasInputScales">Whether matrices in eight bits have scales of their inputs.</param>
    public static void Write(string path, BertConfiguration configuration, bool hasInputScales = false) => JsonFile.Write(path, json =>
    {
        json.WriteStartObject();
        if (configuration.Architecture == EncoderArchitecture.DistilBert) DistilBertKeys.Write(json, configuration);
        else BertKeys.Write(json, configuration);
        // What is computed in, however the weights are stored: loaders that follow it then give the numbers given here.
        json.WriteString("dtype"u8, "float32"u8);
        json.WriteString("model_type"u8, configuration.Names.Model);
        if (configuration.Precision == EncoderPrecision.Int8) WritePrecision(json, hasInputScales);
        json.WriteEndObject();
    });

    /// <summary>Requires the one activation that the encoder computes; GPT's approximation of it and others give other numbers.</summary>
    public static void RequireGelu(JsonCursor root, string name) => root.RequireText(name, Gelu);

    // The oldest files of BERT name no type.
    private static BertConfiguration Parse(JsonCursor root)
    {
        string type = root.Optional("model_type")?.Text() ?? EncoderNames.Bert.Model;
        foreach (string flag in (ReadOnlySpan<string>)["is_decoder", "is_encoder_decoder", "add_cross_attention"])
            root.RequireFlag(flag, false);
        foreach (string name in (ReadOnlySpan<string>)["auto_map", "pruned_heads"]) root.RequireNothing(name);
        foreach (string name in (ReadOnlySpan<string>)["dtype", "torch_dtype"]) RequireType(root, name);
        EncoderPrecision precision = ReadPrecision(root);
        if (type == EncoderNames.Bert.Model) return BertKeys.Read(root) with { Precision = precision };
        if (type == EncoderNames.DistilBert.Model) return DistilBertKeys.Read(root) with { Precision = precision };
        throw new QEngineException(
            $"expected model_type \"{EncoderNames.Bert.Model}\" or \"{EncoderNames.DistilBert.Model}\", "
            + $"found {Printable.Quote(type)}, which is not supported, in {root.Path}");
    }

    // Hugging Face's name for what else than numbers of "dtype" a weight file holds; loaders refuse methods they do not know.
    private static EncoderPrecision ReadPrecision(JsonCursor root)
    {
        if (root.Optional(Quantization) is not { } quantization) return EncoderPrecision.Float32;
        // Every other method is refused as it is where there is nothing of it.
        if (quantization.Optional("quant_method")?.Text() != QuantizationMethod) root.RequireNothing(Quantization);
        quantization.RequireKnown(["quant_method", "bits", InputScales]);
        int bits = quantization.Required("bits").Integer(1);
        if (bits != QuantizationBits)
            throw new QEngineException($"expected bits {QuantizationBits} in {Quantization}, found {bits} in {root.Path}");
        // Held against the weights when these are read; here it is only to be a flag.
        _ = quantization.Flag(InputScales, absent: false);
        return EncoderPrecision.Int8;
    }

    private static void WritePrecision(Utf8JsonWriter json, bool hasInputScales)
    {
        json.WriteStartObject(Quantization);
        json.WriteString("quant_method"u8, QuantizationMethod);
        json.WriteNumber("bits"u8, QuantizationBits);
        // Programs that do not know them refuse the folder by this; they would compute other vectors.
        if (hasInputScales) json.WriteBoolean(InputScales, true);
        json.WriteEndObject();
    }

    private static void RequireType(JsonCursor root, string name)
    {
        if (root.Optional(name)?.Text() is not string found) return;
        const string Prefix = "torch.";
        if (Array.IndexOf(Types, found.StartsWith(Prefix, StringComparison.Ordinal) ? found[Prefix.Length..] : found) < 0)
            throw new QEngineException(
                $"expected {name} {string.Join(", ", Types)}, found {Printable.Quote(found)}, which is not supported, in {root.Path}");
    }
}
