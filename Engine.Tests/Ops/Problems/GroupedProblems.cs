using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Tests.Oracles;

namespace QEngine.Tests.Ops.Problems;

/// <summary>About a third of the inputs come out, in one group or in as many as go.</summary>
internal sealed class GroupedLinearProblem(OpSize size, RandomInputs random, bool whole) : OpProblem(
    random.Normal("x", size.Rows, size.Columns),
    random.Normal("weight", Plan(size.Columns, whole).OutputsPerGroup, size.Columns),
    random.Normal("bias", 1, Plan(size.Columns, whole).Outputs))
{
    private readonly InputGroups _groups = Plan(size.Columns, whole);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) =>
        GroupedLinear.Apply(tape, _groups, inputs[0], inputs[1], inputs[2]);

    public override double[] Oracle(double[][] inputs) =>
        GroupedOracle.Rows(inputs[0], inputs[1], inputs[2], _groups.Inputs, _groups.Outputs, _groups.Count);

    private static InputGroups Plan(int columns, bool whole)
    {
        int outputs = Math.Max(1, columns / 3);
        return new InputGroups(columns, outputs, whole ? 1 : outputs % 2 == 0 ? outputs / 2 : outputs);
    }
}
