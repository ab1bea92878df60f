using QEngine.Layers;

namespace QEngine.Benchmarks;

/// <summary>A shape that knows how many floating point operations a benchmark does on it; a multiply-add counts two.</summary>
public interface IWork
{
    /// <summary>Operations of one call.</summary>
    /// <param name="benchmark">Name of the benchmark's method.</param>
    double Flops(string benchmark);
}

/// <summary>The register-only loop, on every thread.</summary>
public sealed record LoopShape(int Threads) : IWork
{
    /// <summary>Operations of one thread, a millisecond or two: whole turns of the loop for every lane.</summary>
    public const double FlopsPerThread = 384 << 20;

    /// <inheritdoc/>
    public double Flops(string benchmark) => FlopsPerThread * Threads;

    /// <inheritdoc/>
    public override string ToString() => $"registers x {Threads}";
}

/// <summary>A matrix product [rows, depth] times [depth, columns].</summary>
public sealed record GemmShape(string Name, int Rows, int Columns, int Depth) : IWork
{
    /// <summary>One product; with its backward pass three, the gradients of both operands being products of the same size.</summary>
    /// <inheritdoc/>
    public double Flops(string benchmark) => (benchmark == nameof(OpBenchmarks.ForwardBackward) ? 3 : 1) * 2.0 * Rows * Columns * Depth;

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
    public double Flops(string benchmark)
    {
        int products = benchmark switch
        {
            nameof(AttentionBenchmarks.Backward) => 5,
            nameof(OpBenchmarks.ForwardBackward) => 7,
            _ => 2,
        };
        return products * 2.0 * Tokens * Length * Hidden;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Sequences}x{Length} {Heads}x{Hidden / Heads}";
}

/// <summary>Rows that are worked on one by one; see <see cref="TrafficAttribute"/>.</summary>
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

/// <summary>A batch of sequences of one length through an encoder.</summary>
/// <param name="Preset">A preset of <see cref="BertConfiguration"/>.</param>
/// <param name="Sequences">Sequences of the batch.</param>
/// <param name="Length">Tokens of a sequence.</param>
public sealed record BatchShape(string Preset, int Sequences, int Length) : IWork
{
    /// <summary>Tokens of all sequences.</summary>
    public int Tokens => Sequences * Length;

    /// <summary>The matrix products of all layers; a training step thrice the forward pass, whatever it computes again.</summary>
    /// <inheritdoc/>
    public double Flops(string benchmark)
    {
        BertConfiguration sizes = BertConfiguration.Preset(Preset, 1);
        double hidden = sizes.HiddenSize, weights = (4 * hidden * hidden) + (2 * hidden * sizes.IntermediateSize);
        double forward = 2 * sizes.Layers * Tokens * (weights + (2 * hidden * Length));
        return benchmark == nameof(TrainingBenchmarks.Step) ? 3 * forward : forward;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Preset} {Sequences}x{Length}";
}

/// <summary>Texts of so many words each.</summary>
public sealed record TextsShape(int Texts, int Words)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Texts} x {Words} words";
}
