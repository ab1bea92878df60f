using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Tests.Oracles;

namespace QEngine.Tests.Ops.Problems;

internal sealed class LinearProblem(OpSize size, RandomInputs random) : OpProblem(
    random.Normal("x", size.Rows, size.Columns),
    random.Normal("weight", (size.Columns / 2) + 1, size.Columns),
    random.Normal("bias", 1, (size.Columns / 2) + 1))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Linear.Apply(tape, inputs[0], inputs[1], inputs[2]);

    public override double[] Oracle(double[][] inputs) => LinearOracle.Rows(inputs[0], inputs[1], inputs[2]);
}

internal sealed class LinearResidualProblem(OpSize size, RandomInputs random) : OpProblem(
    random.Normal("x", size.Rows, size.Columns),
    random.Normal("weight", size.Columns, size.Columns),
    random.Normal("bias", 1, size.Columns),
    random.Normal("residual", size.Rows, size.Columns))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Linear.Apply(tape, inputs[0], inputs[1], inputs[2], inputs[3]);

    public override double[] Oracle(double[][] inputs) => [.. LinearOracle.Rows(inputs[0], inputs[1], inputs[2]).Zip(inputs[3], (sum, added) => sum + added)];
}

internal sealed class LinearGeluProblem(OpSize size, RandomInputs random) : OpProblem(
    random.Normal("x", size.Rows, size.Columns),
    random.Normal("weight", (size.Columns / 2) + 1, size.Columns),
    random.Normal("bias", 1, (size.Columns / 2) + 1))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => LinearGelu.Apply(tape, inputs[0], inputs[1], inputs[2]);

    public override double[] Oracle(double[][] inputs) =>
        [.. LinearOracle.Rows(inputs[0], inputs[1], inputs[2]).Select(FormulaOracle.Gelu)];
}

/// <summary>What the problems with a layer normalisation share.</summary>
internal static class Norms
{
    public const double Epsilon = 1e-5;

    public static double[] Rows(double[] s, double[] gamma, double[] beta) => new LayerNormOracle(s, gamma, beta, Epsilon).Y;

    /// <summary>Nearly equal elements: the derivative grows as the inverse of their spread.</summary>
    public static bool NearKink(double[] s, int columns) => columns > 1 && s.Chunk(columns).Any(row => Variance(row) < 0.1);

    private static double Variance(double[] row)
    {
        double mean = row.Average();
        return row.Average(value => (value - mean) * (value - mean));
    }
}

internal sealed class AddLayerNormProblem(OpSize size, RandomInputs random) : OpProblem(
    random.Normal("x", size.Rows, size.Columns),
    random.Normal("residual", size.Rows, size.Columns),
    random.Normal("gamma", 1, size.Columns, mean: 1),
    random.Normal("beta", 1, size.Columns))
{
    public override bool NearKink => Norms.NearKink(Sum(Values(0), Values(1)), Size(0).Columns) || Norms.NearKink(Values(0), Size(0).Columns);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) =>
        AddLayerNorm.Apply(tape, inputs[0], inputs[1], inputs[2], inputs[3], T.CreateChecked(Norms.Epsilon));

    public override double[] Oracle(double[][] inputs) => Norms.Rows(Sum(inputs[0], inputs[1]), inputs[2], inputs[3]);

    private static double[] Sum(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a + b)];
}

internal sealed class LayerNormProblem(OpSize size, RandomInputs random) : OpProblem(
    random.Normal("x", size.Rows, size.Columns, deviation: 3, mean: 2),
    random.Normal("gamma", 1, size.Columns),
    random.Normal("beta", 1, size.Columns))
{
    public override bool NearKink => Norms.NearKink(Values(0), Size(0).Columns);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) =>
        AddLayerNorm.Apply(tape, inputs[0], null, inputs[1], inputs[2], T.CreateChecked(Norms.Epsilon));

    public override double[] Oracle(double[][] inputs) => Norms.Rows(inputs[0], inputs[1], inputs[2]);
}

internal sealed class NormalizeProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, size.Columns))
{
    public override bool NearKink => Values(0).Chunk(Size(0).Columns).Any(row => Norm(row) < 0.2);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Normalize.Apply(tape, inputs[0]);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Chunk(Size(0).Columns).SelectMany(row => row.Select(x => x / Norm(row)))];

    private static double Norm(double[] row) => Math.Sqrt(row.Sum(x => x * x));
}
