namespace QEngine.Benchmarks;

/// <summary>The shapes that all benchmarks share: those of published encoders, and lengths that fit no register.</summary>
public static class Shapes
{
    // A prime: every blocking and every lane width leaves a tail.
    private const int Awkward = 3079;

    /// <summary>Small enough for a triple loop.</summary>
    public static GemmShape Tiny { get; } = new("tiny", 64, 128, 128);

    /// <summary>Matrix products: a cube, 2048 tokens of BERT base and of MiniLM, 16 tokens of both, a small one and an awkward one.</summary>
    public static IReadOnlyList<GemmShape> Gemms { get; } =
    [
        new("cube", 1024, 1024, 1024),
        new("bert_out", 2048, 768, 768),
        new("bert_up", 2048, 3072, 768),
        new("bert_down", 2048, 768, 3072),
        new("minilm_qkv", 2048, 1152, 384),
        new("minilm_out", 2048, 384, 384),
        new("minilm_up", 2048, 1536, 384),
        new("minilm_down", 2048, 384, 1536),
        new("bert_short", 16, 3072, 768),
        new("minilm_short", 16, 1536, 384),
        Tiny,
        new("awkward", 67, Awkward, 131),
    ];

    /// <summary>Linear maps as ops: the feed-forward half of a layer, up for both encoders, down, and a short text.</summary>
    public static IReadOnlyList<GemmShape> Linears { get; } =
        [.. Gemms.Where(shape => shape.Name is "bert_up" or "bert_down" or "minilm_up" or "minilm_short")];

    /// <summary>Linear layers in int8: MiniLM's, of many tokens and of a short text.</summary>
    public static IReadOnlyList<GemmShape> Int8Gemms { get; } =
        [.. Gemms.Where(shape => shape.Name.StartsWith("minilm", StringComparison.Ordinal))];

    /// <summary>Attention: 2048 tokens of BERT base in sequences of every length, and MiniLM's heads.</summary>
    public static IReadOnlyList<AttentionShape> Attentions { get; } =
    [
        new("attention_8", 256, 8, 12, 768),
        new("attention_16", 128, 16, 12, 768),
        new("attention_64", 32, 64, 12, 768),
        new("attention_128", 16, 128, 12, 768),
        new("attention_512", 4, 512, 12, 768),
        new("minilm", 16, 128, 12, 384),
    ];

    /// <summary>Rows of hidden states.</summary>
    public static IReadOnlyList<RowsShape> Rows { get; } = [new("bert", 2048, 768), new("minilm", 2048, 384), new("awkward", 64, Awkward)];

    /// <summary>Logits: candidates of a batch, and the vocabulary of BERT.</summary>
    public static IReadOnlyList<RowsShape> Logits { get; } = [new("in_batch", 128, 128), new("vocabulary", 256, RandomModel.Vocabulary)];

    /// <summary>Parameters of an optimiser: a matrix that stays in the last-level cache, and about all of MiniLM, which does not.</summary>
    public static IReadOnlyList<RowsShape> Parameters { get; } = [new("matrix", 384, 1536), new("minilm", 59_000, 384)];

    /// <summary>The compressions of BERT base's embeddings.</summary>
    public static IReadOnlyList<QubitsShape> Qubits { get; } = [new(768, 256), new(768, 64)];

    /// <summary>Batches through an encoder: many texts, one short text, passages of BERT base.</summary>
    public static IReadOnlyList<BatchShape> Batches { get; } = [new("minilm", 32, 64), new("minilm", 1, 16), new("base", 8, 128)];

    /// <summary>Batches to train on.</summary>
    public static IReadOnlyList<BatchShape> TrainingBatches { get; } = [new("minilm", 32, 64), new("base", 8, 128)];

    /// <summary>A query, a batch of queries, and a batch of passages.</summary>
    public static IReadOnlyList<TextsShape> Texts { get; } = [new(1, 8), new(64, 8), new(64, 32)];

    /// <summary>One thread, and all there are.</summary>
    public static IReadOnlyList<int> Threads { get; } = [.. new[] { 1, Environment.ProcessorCount }.Distinct()];
}
