using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Quantum.Circuits;

namespace QEngine.Tests.Ops.Problems;

/// <summary>Sequences of three tokens, two heads.</summary>
internal sealed class AttentionScoresProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("qkv", 3 * size.Rows, Plan(size).Columns))
{
    private readonly HeadMatrices _plan = Plan(size);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => AttentionScores.Apply(tape, _plan, inputs[0]);

    public override double[] Oracle(double[][] inputs) => HeadOracle.Scores(_plan, inputs[0]);

    public static HeadMatrices Plan(OpSize size) => new(2, (size.Columns + 1) / 2, 3);
}

internal sealed class AttentionSumsProblem(OpSize size, RandomInputs random) : OpProblem(
    random.Normal("weights", 3 * size.Rows * 2, 3), random.Normal("qkv", 3 * size.Rows, AttentionScoresProblem.Plan(size).Columns))
{
    private readonly HeadMatrices _plan = AttentionScoresProblem.Plan(size);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => AttentionSums.Apply(tape, _plan, inputs[0], inputs[1]);

    public override double[] Oracle(double[][] inputs) => HeadOracle.Sums(_plan, inputs[0], inputs[1]);
}

/// <summary>Square matrices of as many rows as there are columns, at most nine.</summary>
internal sealed class SinkhornProblem(OpSize size, RandomInputs random, int steps) : OpProblem(
    random.Normal("x", Math.Min(4, size.Rows) * Math.Min(9, size.Columns), Math.Min(9, size.Columns)))
{
    private int Length => Size(0).Columns * Size(0).Columns;

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => SinkhornNormalize.Apply(tape, inputs[0], steps);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Chunk(Length).SelectMany(x => StochasticOracle.Sinkhorn(x, Size(0).Columns, steps))];
}

/// <summary>The same, none near to one whose columns depend on each other.</summary>
internal sealed class OrthogonalProblem(OpSize size, RandomInputs random) : OpProblem(
    random.Normal("x", Math.Min(4, size.Rows) * Math.Min(6, size.Columns), Math.Min(6, size.Columns)))
{
    public override bool NearKink => Matrices(Values(0)).Any(x =>
    {
        StochasticOracle.OrthogonalSquares(x, Size(0).Columns, out double rest);
        return rest < 0.1;
    });

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => OrthogonalWeights.Apply(tape, inputs[0]);

    public override double[] Oracle(double[][] inputs) => [.. Matrices(inputs[0]).SelectMany(x => StochasticOracle.OrthogonalSquares(x, Size(0).Columns, out _))];

    private IEnumerable<double[]> Matrices(double[] x) => x.Chunk(Size(0).Columns * Size(0).Columns);
}

/// <summary>Matrices of two rows; the oracle runs the circuit's gates from every basis state.</summary>
internal sealed class MixingProblem(OpSize size, RandomInputs random) : OpProblem(
    random.Normal("x", 2 * Math.Min(3, size.Rows), 2), random.Normal("factors", 1, Mixing.Angles))
{
    private static readonly MixingCircuit Mixing = new(data: 1, auxiliary: 1, layers: 1);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => MixingWeights.Apply(tape, Mixing, inputs[0], inputs[1]);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Chunk(4).SelectMany(x => MixingOracle.Matrix(Mixing, x, inputs[1]))];
}
