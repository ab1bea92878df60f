using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The mean of each sequence's token vectors.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct MeanPool<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _x, _y;
    private readonly ReadOnlyMemory<int> _offsets;

    private MeanPool(Tensor<T> x, ReadOnlyMemory<int> offsets, Tensor<T> y) => (_x, _offsets, _y) = (x, offsets, y);

    /// <summary>Pools.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="offsets">[sequences + 1]; no sequence is empty.</param>
    /// <returns>[sequences, hidden].</returns>
    /// <exception cref="QEngineException">The offsets do not divide the tokens into sequences.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> x, ReadOnlyMemory<int> offsets)
    {
        Guard.Offsets(nameof(MeanPool<T>), offsets.Span, x.Rows);
        Tensor<T> y = tape.Output(new Shape(offsets.Length - 1, x.Columns), x.NeedsGradient);
        MeanPooling.Forward(tape.Workers, x.Span, offsets.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new MeanPool<T>(x, offsets, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy) || !gradients.Wants(_x)) return;
        MeanPooling.Backward(gradients.Workers, dy, _offsets.Span, gradients[_x]);
    }
}
