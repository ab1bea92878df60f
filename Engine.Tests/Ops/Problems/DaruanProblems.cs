using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Oracles;

namespace QEngine.Tests.Ops.Problems;

/// <summary>Edges with all their parameters; few inputs, so that the columns are the rows of the batch.</summary>
internal sealed class DaruanProblem(OpSize size, RandomInputs random, DaruanAnsatz ansatz, DaruanReadout readout) : OpProblem(
    // w x + b within [-0.9, 0.9], so that arc cosines have derivatives.
    random.Uniform("x", Plan(size, ansatz, readout).Inputs, size.Columns, -1, 1),
    random.Normal("theta", Plan(size, ansatz, readout).Edges, Plan(size, ansatz, readout).Angles),
    random.Uniform("w", Plan(size, ansatz, readout).Edges, Repetitions, 0.3, 0.7),
    random.Uniform("b", Plan(size, ansatz, readout).Edges, Repetitions, -0.2, 0.2),
    random.Normal("s", Plan(size, ansatz, readout).Edges, 1),
    random.Normal("c", Plan(size, ansatz, readout).Edges, 1))
{
    private const int Repetitions = 3;

    private readonly DaruanPlan _plan = Plan(size, ansatz, readout);

    /// <summary>|alpha| - |beta| has a kink at the poles.</summary>
    public override bool NearKink => _plan.Readout == DaruanReadout.AmplitudeDifference && Enumerable.Range(0, _plan.Edges).Any(edge => Enumerable.Range(0, Size(0).Columns).Any(row =>
    {
        double x = Values(0)[(edge % _plan.Inputs * Size(0).Columns) + row];
        double[] data = [.. Enumerable.Range(edge * Repetitions, Repetitions).Select(l => (Values(2)[l] * x) + Values(3)[l])];
        return Math.Abs(DaruanOracle.Edge(_plan.Ansatz, DaruanReadout.Expectation, Values(1).AsSpan(edge * _plan.Angles, _plan.Angles), data)) > 0.9999;
    }));

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) =>
        DaruanLayer.Apply(tape, _plan, inputs[0], new(inputs[1], inputs[2], inputs[3], inputs[4], inputs[5]));

    public override double[] Oracle(double[][] inputs) => DaruanOracle.Layer(_plan, inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], inputs[5]);

    private static DaruanPlan Plan(OpSize size, DaruanAnsatz ansatz, DaruanReadout readout) => new(Math.Min(3, size.Rows), 2, Repetitions, ansatz, readout);
}

/// <summary>Edges that read their input as it is and have trained angles alone.</summary>
internal sealed class PlainDaruanProblem(OpSize size, RandomInputs random, DaruanAnsatz ansatz) : OpProblem(
    random.Uniform("x", Math.Min(3, size.Rows), size.Columns, -0.9, 0.9),
    random.Normal("theta", Plan(size, ansatz).Edges, Plan(size, ansatz).Angles))
{
    private readonly DaruanPlan _plan = Plan(size, ansatz);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => DaruanLayer.Apply(tape, _plan, inputs[0], new(inputs[1]));

    public override double[] Oracle(double[][] inputs) => DaruanOracle.Layer(_plan, inputs[0], inputs[1]);

    private static DaruanPlan Plan(OpSize size, DaruanAnsatz ansatz) => new(Math.Min(3, size.Rows), 2, 2, ansatz, DaruanReadout.Expectation);
}

/// <summary>Degree 3.</summary>
internal sealed class FourierExpansionProblem(OpSize size, RandomInputs random, bool hasConstant) : OpProblem(random.Normal("x", size.Rows, size.Columns, deviation: 3))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => FourierExpansion.Apply(tape, inputs[0], 3, hasConstant);

    public override double[] Oracle(double[][] inputs) =>
        [.. inputs[0].SelectMany(x => (double[])[.. hasConstant ? (double[])[1] : [], .. Enumerable.Range(1, 3).SelectMany(k => (double[])[Math.Cos(k * x), Math.Sin(k * x)])])];
}

internal sealed class TransposeProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, size.Columns))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Transpose.Apply(tape, inputs[0]);

    public override double[] Oracle(double[][] inputs) =>
        [.. Enumerable.Range(0, Size(0).Columns).SelectMany(column => inputs[0].Where((_, i) => i % Size(0).Columns == column))];
}
