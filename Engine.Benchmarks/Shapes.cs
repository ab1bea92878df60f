namespace QEngine.Benchmarks;

/// <summary>A shape that knows how many floating point operations a benchmark does on it; a multiply-add counts two.</summary>
public interface IWork
{
    /// <summary>Operations of one call.</summary>
    /// <param name="benchmark">Name of the benchmark's method.</param>
    double Flops(string benchmark);
}

/// <summary>A matrix product [rows, depth] times [depth, columns].</summary>
public sealed record GemmShape(string Name, int Rows, int Columns, int Depth) : IWork
{
    /// <inheritdoc/>
    public double Flops(string benchmark) => 2.0 * Rows * Columns * Depth;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Rows}x{Columns}x{Depth}";
}

/// <summary>Multi-head attention on sequences of one length.</summary>
public sealed record AttentionShape(string Name, int Sequences, int Length, int Heads, int Hidden) : IWork
{
    /// <summary>Tokens of all sequences.</summary>
    public int Tokens => Sequences * Length;

    /// <summary>Two products forward; five backward, one of them the scores computed again.</summary>
    /// <inheritdoc/>
    public double Flops(string benchmark) => (benchmark == nameof(AttentionBenchmarks.Forward) ? 2 : 5) * 2.0 * Tokens * Length * Hidden;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Sequences}x{Length} {Heads}x{Hidden / Heads}";
}

/// <summary>Rows that are worked on one by one.</summary>
public sealed record RowsShape(string Name, int Rows, int Columns)
{
    /// <summary>Elements of all rows.</summary>
    public int Length => Rows * Columns;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Rows}x{Columns}";
}

/// <summary>A compression of input to output qubits.</summary>
public sealed record QubitsShape(int Input, int Output)
{
    /// <inheritdoc/>
    public override string ToString() => $"qubits {Input}->{Output}";
}

/// <summary>The shapes that all benchmarks share: those of published encoders, and lengths that fit no register.</summary>
public static class Shapes
{
    // A prime: every blocking and every lane width leaves a tail.
    private const int Awkward = 3079;

    /// <summary>Small enough for a triple loop.</summary>
    public static GemmShape Tiny { get; } = new("tiny", 64, 128, 128);

    /// <summary>Matrix products: 2048 tokens of BERT base, of MiniLM, a small one and an awkward one.</summary>
    public static IReadOnlyList<GemmShape> Gemms { get; } =
    [
        new("bert_qkv", 2048, 768, 768),
        new("bert_ffn", 2048, 3072, 768),
        new("minilm", 2048, 384, 384),
        Tiny,
        new("awkward", 67, Awkward, 131),
    ];

    /// <summary>Attention: whole passages, short texts, MiniLM's heads.</summary>
    public static IReadOnlyList<AttentionShape> Attentions { get; } =
    [
        new("attention_128", 16, 128, 12, 768),
        new("attention_32", 64, 32, 12, 768),
        new("minilm", 16, 128, 12, 384),
    ];

    /// <summary>Rows of hidden states.</summary>
    public static IReadOnlyList<RowsShape> Rows { get; } = [new("bert", 2048, 768), new("minilm", 2048, 384), new("awkward", 64, Awkward)];

    /// <summary>The compressions of BERT base's embeddings.</summary>
    public static IReadOnlyList<QubitsShape> Qubits { get; } = [new(768, 256), new(768, 64)];

    /// <summary>One thread, and all there are.</summary>
    public static IReadOnlyList<int> Threads { get; } = [.. new[] { 1, Environment.ProcessorCount }.Distinct()];
}
