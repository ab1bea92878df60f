using System.Text.Json;
using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>The members of <c>config.json</c> as BertModel calls them.</summary>
internal static class BertKeys
{
    public static BertConfiguration Read(JsonCursor root)
    {
        EncoderConfigurationFile.RequireGelu(root, "hidden_act");
        root.RequireText("position_embedding_type", "absolute");
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

    public static void Write(Utf8JsonWriter json, BertConfiguration configuration)
    {
        json.WriteStartArray("architectures"u8);
        json.WriteStringValue("BertModel"u8);
        json.WriteEndArray();
        json.WriteNumber("attention_probs_dropout_prob"u8, configuration.AttentionDropout);
        json.WriteString("hidden_act"u8, "gelu"u8);
        json.WriteNumber("hidden_dropout_prob"u8, configuration.HiddenDropout);
        json.WriteNumber("hidden_size"u8, configuration.HiddenSize);
        json.WriteNumber("initializer_range"u8, configuration.InitializerRange);
        json.WriteNumber("intermediate_size"u8, configuration.IntermediateSize);
        json.WriteNumber("layer_norm_eps"u8, configuration.LayerNormEpsilon);
        json.WriteNumber("max_position_embeddings"u8, configuration.MaximumPositions);
        json.WriteNumber("num_attention_heads"u8, configuration.Heads);
        json.WriteNumber("num_hidden_layers"u8, configuration.Layers);
        json.WriteString("position_embedding_type"u8, "absolute"u8);
        json.WriteNumber("type_vocab_size"u8, configuration.TokenTypes);
        json.WriteNumber("vocab_size"u8, configuration.VocabularySize);
    }
}
