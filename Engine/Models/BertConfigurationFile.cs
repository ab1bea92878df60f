using System.Text.Json;
using QEngine.Layers;
using QEngine.Text;

namespace QEngine.Models;

/// <summary>Hugging Face's <c>config.json</c> of a BertModel.</summary>
internal static class BertConfigurationFile
{
    public const string FileName = "config.json";

    /// <summary>Reads the sizes; refuses by name what this encoder does not compute.</summary>
    public static BertConfiguration Read(string path)
    {
        BertConfiguration configuration = JsonFile.Read(path, Parse);
        configuration.Validate(path);
        return configuration;
    }

    /// <summary>How many numbers an encoder has; wide, since the sizes come from a file.</summary>
    public static Int128 Parameters(BertConfiguration configuration)
    {
        Int128 hidden = configuration.HiddenSize, intermediate = configuration.IntermediateSize;
        Int128 embeddings = hidden * ((Int128)configuration.VocabularySize + configuration.MaximumPositions + configuration.TokenTypes + 2);
        return embeddings + (configuration.Layers * ((4 * hidden * hidden) + (9 * hidden) + (2 * hidden * intermediate) + intermediate));
    }

    public static void Write(string path, BertConfiguration configuration) => JsonFile.Write(path, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("architectures"u8);
        json.WriteStringValue("BertModel"u8);
        json.WriteEndArray();
        json.WriteNumber("attention_probs_dropout_prob"u8, configuration.AttentionDropout);
        json.WriteString("dtype"u8, "float32"u8);
        json.WriteString("hidden_act"u8, "gelu"u8);
        json.WriteNumber("hidden_dropout_prob"u8, configuration.HiddenDropout);
        json.WriteNumber("hidden_size"u8, configuration.HiddenSize);
        json.WriteNumber("initializer_range"u8, configuration.InitializerRange);
        json.WriteNumber("intermediate_size"u8, configuration.IntermediateSize);
        json.WriteNumber("layer_norm_eps"u8, configuration.LayerNormEpsilon);
        json.WriteNumber("max_position_embeddings"u8, configuration.MaximumPositions);
        json.WriteString("model_type"u8, "bert"u8);
        json.WriteNumber("num_attention_heads"u8, configuration.Heads);
        json.WriteNumber("num_hidden_layers"u8, configuration.Layers);
        json.WriteString("position_embedding_type"u8, "absolute"u8);
        json.WriteNumber("type_vocab_size"u8, configuration.TokenTypes);
        json.WriteNumber("vocab_size"u8, configuration.VocabularySize);
        json.WriteEndObject();
    });

    private static BertConfiguration Parse(JsonNode root)
    {
        root.RequireText("model_type", "bert");
        root.RequireText("hidden_act", "gelu");
        root.RequireText("position_embedding_type", "absolute");
        if (root.Flag("is_decoder", false)) throw new QEngineException($"expected is_decoder false, found true, which is not supported, in {root.Path}");
        return new BertConfiguration
        {
            VocabularySize = root.Required("vocab_size").Integer(1),
            HiddenSize = root.Required("hidden_size").Integer(1),
            Layers = root.Required("num_hidden_layers").Integer(1),
            Heads = root.Required("num_attention_heads").Integer(1),
            IntermediateSize = root.Required("intermediate_size").Integer(1),
            MaximumPositions = root.Optional("max_position_embeddings")?.Integer(1) ?? 512,
            TokenTypes = root.Optional("type_vocab_size")?.Integer(1) ?? 2,
            LayerNormEpsilon = root.Number("layer_norm_eps", 1e-12),
            HiddenDropout = root.Number("hidden_dropout_prob", 0.1),
            AttentionDropout = root.Number("attention_probs_dropout_prob", 0.1),
            InitializerRange = root.Number("initializer_range", 0.02),
        };
    }
}
