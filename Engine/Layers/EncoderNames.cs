namespace QEngine.Layers;

/// <summary>Whose names and whose details an encoder follows.</summary>
public enum EncoderArchitecture
{
    /// <summary>Hugging Face's BertModel.</summary>
    Bert,

    /// <summary>Hugging Face's DistilBertModel: no token types, and no dropout between attention and its normalisation.</summary>
    DistilBert,
}

/// <summary>What an architecture calls the parts of an encoder in weight files; <c>.weight</c> and <c>.bias</c> follow.</summary>
internal sealed record EncoderNames
{
    private EncoderNames()
    {
    }

    /// <summary>The names of Hugging Face's BertModel.</summary>
    public static EncoderNames Bert { get; } = new()
    {
        Model = "bert",
        Layer = "encoder.layer",
        Query = "attention.self.query",
        Key = "attention.self.key",
        Value = "attention.self.value",
        AttentionOutput = "attention.output.dense",
        AttentionNorm = "attention.output.LayerNorm",
        Intermediate = "intermediate.dense",
        Output = "output.dense",
        OutputNorm = "output.LayerNorm",
    };

    /// <summary>The names of Hugging Face's DistilBertModel.</summary>
    public static EncoderNames DistilBert { get; } = new()
    {
        Model = "distilbert",
        Layer = "transformer.layer",
        Query = "attention.q_lin",
        Key = "attention.k_lin",
        Value = "attention.v_lin",
        AttentionOutput = "attention.out_lin",
        AttentionNorm = "sa_layer_norm",
        Intermediate = "ffn.lin1",
        Output = "ffn.lin2",
        OutputNorm = "output_layer_norm",
    };

    /// <summary>What a model for a task calls the encoder in it, and <c>config.json</c> the architecture.</summary>
    public required string Model { get; init; }

    /// <summary>Word embeddings.</summary>
    public string Words { get; } = "embeddings.word_embeddings";

    /// <summary>Position embeddings.</summary>
    public string Positions { get; } = "embeddings.position_embeddings";

    /// <summary>Embeddings of token types.</summary>
    public string Types { get; } = "embeddings.token_type_embeddings";

    /// <summary>Normalisation of the sum of the embeddings.</summary>
    public string EmbeddingNorm { get; } = "embeddings.LayerNorm";

    /// <summary>The layers; a layer's number and its part follow.</summary>
    public required string Layer { get; init; }

    /// <summary>The projection to queries.</summary>
    public required string Query { get; init; }

    /// <summary>The projection to keys.</summary>
    public required string Key { get; init; }

    /// <summary>The projection to values.</summary>
    public required string Value { get; init; }

    /// <summary>The projection after attention.</summary>
    public required string AttentionOutput { get; init; }

    /// <summary>The normalisation after attention.</summary>
    public required string AttentionNorm { get; init; }

    /// <summary>The first linear map of the feed-forward part.</summary>
    public required string Intermediate { get; init; }

    /// <summary>The second linear map of the feed-forward part.</summary>
    public required string Output { get; init; }

    /// <summary>The normalisation after the feed-forward part.</summary>
    public required string OutputNorm { get; init; }

    /// <summary>The full name of a layer's part, without <c>.weight</c> or <c>.bias</c>.</summary>
    /// <param name="layer">Its number, from 0.</param>
    /// <param name="part">One of the names of parts.</param>
    public string Name(int layer, string part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return $"{Layer}.{layer}.{part}";
    }
}
