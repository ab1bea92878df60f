using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Tests.Ops.Problems;

internal sealed class MultiplyProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("a", size.Rows, size.Columns), random.Normal("b", size.Rows, size.Columns))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Multiply.Apply(tape, inputs[0], inputs[1]);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Zip(inputs[1], (a, b) => a * b)];
}

/// <summary>About the middle third of the columns.</summary>
internal sealed class SliceColumnsProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, size.Columns))
{
    private readonly int _first = size.Columns / 3, _columns = (size.Columns + 2) / 3;

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => SliceColumns.Apply(tape, inputs[0], _first, _columns);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Chunk(Size(0).Columns).SelectMany(row => row.Skip(_first).Take(_columns))];
}

internal sealed class JoinColumnsProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("left", size.Rows, size.Columns), random.Normal("right", size.Rows, size.Rows))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => JoinColumns.Apply(tape, inputs[0], inputs[1]);

    public override double[] Oracle(double[][] inputs) =>
        [.. inputs[0].Chunk(Size(0).Columns).Zip(inputs[1].Chunk(Size(1).Columns), (left, right) => left.Concat(right)).SelectMany(row => row)];
}

internal sealed class OuterProductProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("a", size.Rows, 3), random.Normal("b", size.Rows, size.Columns))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => OuterProduct.Apply(tape, inputs[0], inputs[1]);

    public override double[] Oracle(double[][] inputs) =>
        [.. inputs[0].Chunk(3).Zip(inputs[1].Chunk(Size(1).Columns), (a, b) => from x in a from y in b select x * y).SelectMany(row => row)];
}
