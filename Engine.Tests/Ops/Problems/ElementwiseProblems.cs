using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Tests.Oracles;

namespace QEngine.Tests.Ops.Problems;

internal sealed class AddProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("a", size.Rows, size.Columns), random.Normal("b", size.Rows, size.Columns))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Add.Apply(tape, inputs[0], inputs[1]);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Zip(inputs[1], (a, b) => a + b)];
}

internal sealed class GeluProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, size.Columns, deviation: 2))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Activations.Gelu(tape, inputs[0]);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Select(FormulaOracle.Gelu)];
}

/// <summary>tanh(GELU(x)) as a block that is computed again in the backward pass.</summary>
internal sealed class CheckpointProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, size.Columns))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Checkpoint.Apply(tape, inputs[0], default(TwoSteps<T>));

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Select(x => Math.Tanh(FormulaOracle.Gelu(x)))];

    private readonly struct TwoSteps<T> : IBlock<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public bool Trains => false;

        public Tensor<T> Forward(Tape<T> tape, Tensor<T> x) => Activations.Tanh(tape, Activations.Gelu(tape, x));
    }
}

internal sealed class TanhProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, size.Columns, deviation: 2))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Activations.Tanh(tape, inputs[0]);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Select(Math.Tanh)];
}

internal sealed class AtanProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, size.Columns, deviation: 2))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Activations.Atan(tape, inputs[0]);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Select(Math.Atan)];
}

internal sealed class ScaledExpProblem(OpSize size, RandomInputs random) : OpProblem(random.Uniform("x", size.Rows, size.Columns, -4, 0))
{
    private const double Scale = 20, Tau = 1.5;

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) =>
        Activations.ScaledExp(tape, inputs[0], T.CreateChecked(Scale), T.CreateChecked(Tau));

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Select(x => Scale * Math.Exp(x / Tau))];
}

internal sealed class AffineProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, size.Columns))
{
    private const double Factor = -1.75, Shift = 0.625;

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) =>
        Activations.Affine(tape, inputs[0], T.CreateChecked(Factor), T.CreateChecked(Shift));

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Select(x => (Factor * x) + Shift)];
}

internal sealed class DropProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, size.Columns))
{
    private readonly Dropout _dropout = new(0.375f, random.Seed());

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Drop.Apply(tape, inputs[0], _dropout);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Select((x, i) => x * DropoutMask.Factor(_dropout, item: 0, i))];
}

/// <summary>
/// The mask of dropout, one element at a time: SplitMix64 of seed and item gives a key, Wellons' triple32 of key and
/// index the bits.
/// </summary>
internal static class DropoutMask
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>0 where the element is dropped, else 1 / (1 - rate).</summary>
    public static double Factor(Dropout dropout, uint item, int index)
    {
        // The generator adds gamma to its state before it mixes.
        ulong key = new SplittableRandom(dropout.Seed + (item * Gamma) - Gamma).NextBits();
        uint h = ((uint)index + (uint)key) * 0x9E3779B9u;
        h ^= (h >> 17) ^ (uint)(key >> 32);
        h *= 0xED5AD4BBu;
        h ^= h >> 11;
        h *= 0xAC4C1B51u;
        h ^= h >> 15;
        h *= 0x31848BABu;
        h ^= h >> 14;
        return h < dropout.Rate * 4294967296.0 ? 0 : 1 / (1 - (double)dropout.Rate);
    }
}

internal sealed class SigmoidProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, size.Columns, deviation: 2))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Activations.Sigmoid(tape, inputs[0]);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Select(x => 1 / (1 + Math.Exp(-x)))];
}

internal sealed class SiluProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, size.Columns, deviation: 2))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Activations.Silu(tape, inputs[0]);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Select(x => x / (1 + Math.Exp(-x)))];
}

internal sealed class LeakyReluProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, size.Columns))
{
    private const double Slope = 0.125;

    public override bool NearKink => Values(0).Any(x => Math.Abs(x) < 1e-3);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Activations.LeakyRelu(tape, inputs[0], T.CreateChecked(Slope));

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Select(x => x < 0 ? Slope * x : x)];
}
