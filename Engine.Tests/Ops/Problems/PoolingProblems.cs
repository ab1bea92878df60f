using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Tests.Ops.Problems;

internal sealed class MeanPoolProblem(OpSize size, RandomInputs random, MeanDivisor divisor) : OpProblem(random.Normal("x", size.Rows, size.Columns))
{
    private readonly int[] _offsets = random.Offsets(size.Rows);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => MeanPool.Apply(tape, inputs[0], _offsets, divisor);

    public override double[] Oracle(double[][] inputs) =>
        [.. Sequences.Columns(inputs[0], _offsets, Size(0).Columns).Select(column => column.Sum() / (divisor == MeanDivisor.Length ? column.Length : Math.Sqrt(column.Length)))];
}

internal sealed class MaxPoolProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, size.Columns))
{
    private readonly int[] _offsets = random.Offsets(size.Rows);

    /// <summary>Where two tokens are almost the largest, a difference may swap them.</summary>
    public override bool NearKink =>
        Sequences.Columns(Values(0), _offsets, Size(0).Columns).Any(column => column.Length > 1 && column.Order().TakeLast(2).ToArray() is var top && top[1] - top[0] < 1e-3);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => MaxPool.Apply(tape, inputs[0], _offsets);

    public override double[] Oracle(double[][] inputs) => [.. Sequences.Columns(inputs[0], _offsets, Size(0).Columns).Select(column => column.Max())];
}

internal sealed class LeadingColumnsProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, size.Columns))
{
    private readonly int _columns = (size.Columns + 1) / 2;

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => LeadingColumns.Apply(tape, inputs[0], _columns);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Where((_, i) => i % Size(0).Columns < _columns)];
}

internal sealed class ConcatenateProblem(OpSize size, RandomInputs random)
    : OpProblem(random.Normal("first", size.Rows, size.Columns), random.Normal("second", 1, size.Columns))
{
    // An operation's parts must stay until its backward pass, and a warm step allocates nothing: arrays are used again after some calls.
    private readonly Array?[] _parts = new Array?[4];
    private int _calls;

    /// <summary>The first comes twice, so that its gradient has two shares.</summary>
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs)
    {
        ref Array? kept = ref _parts[_calls++ % _parts.Length];
        Tensor<T>[] parts = kept as Tensor<T>[] ?? new Tensor<T>[3];
        (kept, parts[0], parts[1], parts[2]) = (parts, inputs[0], inputs[1], inputs[0]);
        return Concatenate.Apply<T>(tape, parts);
    }

    public override double[] Oracle(double[][] inputs) => [.. inputs[0], .. inputs[1], .. inputs[0]];
}

/// <summary>Packed sequences column by column.</summary>
internal static class Sequences
{
    /// <summary>For every sequence and column, the elements of its tokens.</summary>
    public static IEnumerable<double[]> Columns(double[] x, int[] offsets, int columns)
    {
        for (int s = 0; s + 1 < offsets.Length; s++)
            for (int c = 0; c < columns; c++)
                yield return [.. Enumerable.Range(offsets[s], offsets[s + 1] - offsets[s]).Select(token => x[(token * columns) + c])];
    }
}
