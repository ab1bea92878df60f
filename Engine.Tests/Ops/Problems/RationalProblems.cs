using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Tests.Oracles;

namespace QEngine.Tests.Ops.Problems;

/// <summary>Every column a group, or all of them one.</summary>
internal sealed class RationalProblem(OpSize size, RandomInputs random, bool whole) : OpProblem(
    random.Normal("x", size.Rows, size.Columns), random.Normal("numerators", 1, 6), random.Normal("denominators", whole ? 1 : size.Columns, 4))
{
    /// <summary>|x| and |b| have kinks at 0.</summary>
    public override bool NearKink => Values(0).Concat(Values(2)).Any(value => Math.Abs(value) < 3e-4);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => RationalActivation.Apply(tape, inputs[0], inputs[1], inputs[2]);

    public override double[] Oracle(double[][] inputs) => RationalOracle.Rows(inputs[0], Size(0).Columns, inputs[1], inputs[2]);
}
