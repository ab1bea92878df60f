using System.Text.Json;
using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>The members of <c>config.json</c> as DistilBertModel calls them.</summary>
internal static class DistilBertKeys
{
    // Not in the file: DistilBertModel has no other.
    private const double LayerNormEpsilon = 1e-12;

    public static BertConfiguration Read(JsonCursor root)
    {
        EncoderConfigurationFile.RequireGelu(root, "activation");
        // Sinusoidal positions are weights of the file like learned ones; only their first values differ.
        _ = root.Flag("sinusoidal_pos_embds", false);
        return new BertConfiguration
        {
            Architecture = EncoderArchitecture.DistilBert,
            VocabularySize = root.Required("vocab_size").Integer(1),
            HiddenSize = root.Required("dim").Integer(1),
            Layers = root.Required("n_layers").Integer(1),
            Heads = root.Required("n_heads").Integer(1),
            IntermediateSize = root.Required("hidden_dim").Integer(1),
            MaximumPositions = root.Optional("max_position_embeddings")?.Integer(1) ?? 512,
            TokenTypes = 0,
            LayerNormEpsilon = LayerNormEpsilon,
            HiddenDropout = root.Number("dropout", 0.1),
            AttentionDropout = root.Number("attention_dropout", 0.1),
            InitializerRange = root.Number("initializer_range", 0.02),
        };
    }

    public static void Write(Utf8JsonWriter json, BertConfiguration configuration)
    {
        if (configuration.LayerNormEpsilon != LayerNormEpsilon)
            throw new QEngineException(
                $"expected layer_norm_eps {LayerNormEpsilon}, the only one of DistilBERT, found {configuration.LayerNormEpsilon}");
        json.WriteString("activation"u8, "gelu"u8);
        json.WriteStartArray("architectures"u8);
        json.WriteStringValue("DistilBertModel"u8);
        json.WriteEndArray();
        json.WriteNumber("attention_dropout"u8, configuration.AttentionDropout);
        json.WriteNumber("dim"u8, configuration.HiddenSize);
        json.WriteNumber("dropout"u8, configuration.HiddenDropout);
        json.WriteNumber("hidden_dim"u8, configuration.IntermediateSize);
        json.WriteNumber("initializer_range"u8, configuration.InitializerRange);
        json.WriteNumber("max_position_embeddings"u8, configuration.MaximumPositions);
        json.WriteNumber("n_heads"u8, configuration.Heads);
        json.WriteNumber("n_layers"u8, configuration.Layers);
        json.WriteBoolean("sinusoidal_pos_embds"u8, false);
        json.WriteNumber("vocab_size"u8, configuration.VocabularySize);
    }
}
