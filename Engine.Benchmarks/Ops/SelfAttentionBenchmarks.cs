using BenchmarkDotNet.Attributes;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Tests.Oracles;

namespace QEngine.Benchmarks;

/// <summary>Attention with the dropout of BERT's training left out, so that it can be compared.</summary>
public class SelfAttentionBenchmarks : OpBenchmarks
{
    private int[] _offsets = [];

    /// <summary>The sequences and heads.</summary>
    [ParamsSource(nameof(Cases))]
    public AttentionShape Shape { get; set; } = Shapes.Attentions[0];

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<AttentionShape> Cases => Shapes.Attentions;

    /// <inheritdoc/>
    protected override Shape Input => new(Shape.Tokens, 3 * Shape.Hidden);

    /// <inheritdoc/>
    protected override int Outputs => Shape.Hidden;

    /// <summary>The last sequence.</summary>
    protected override int CheckedRows => Shape.Length;

    /// <inheritdoc/>
    protected override void Declare(ParameterStore<float> store) =>
        _offsets = [.. Enumerable.Range(0, Shape.Sequences + 1).Select(sequence => sequence * Shape.Length)];

    /// <inheritdoc/>
    protected override Tensor<float> Apply(Tape<float> tape, Tensor<float> x) =>
        SelfAttention.Apply(tape, x, _offsets, Shape.Heads, Dropout.None);

    /// <inheritdoc/>
    protected override double[] Naive(double[] x, double[] parameters) =>
        new AttentionOracle(Shape.Heads, Shape.Hidden, (_, _) => 1).Forward(x, [0, Shape.Length]);
}
