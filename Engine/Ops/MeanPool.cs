using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Each sequence's token vectors added up and divided by their number, or by its square root.</summary>
/// <remarks>The poolings <c>mean_tokens</c> and <c>mean_sqrt_len_tokens</c> of sentence-transformers.</remarks>
/// <typeparam name="T">The element.</typeparam>
public readonly struct MeanPool<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _x, _y;
    private readonly ReadOnlyMemory<int> _offsets;
    private readonly MeanDivisor _divisor;

    private MeanPool(Tensor<T> x, ReadOnlyMemory<int> offsets, MeanDivisor divisor, Tensor<T> y) => (_x, _offsets, _divisor, _y) = (x, offsets, divisor, y);

    /// <summary>Pools.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="offsets">[sequences + 1]; no sequence is empty.</param>
    /// <param name="divisor">What the sums are divided by.</param>
    /// <returns>[sequences, hidden].</returns>
    /// <exception cref="QEngineException">The offsets do not divide the tokens into sequences.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> x, ReadOnlyMemory<int> offsets, MeanDivisor divisor = MeanDivisor.Length)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Offsets(nameof(MeanPool<T>), offsets.Span, x.Rows);
        Tensor<T> y = tape.Output(new Shape(offsets.Length - 1, x.Columns), x.NeedsGradient);
        MeanPooling.Forward(tape.Workers, x.Span, offsets.Span, y.Span, divisor);
        if (y.NeedsGradient) tape.Record(new MeanPool<T>(x, offsets, divisor, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy) || !gradients.Wants(_x)) return;
        MeanPooling.Backward(gradients.Workers, dy, _offsets.Span, gradients[_x], _divisor);
    }
}
