using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Each sequence's token vectors added up and divided by their number, or by its square root.</summary>
/// <remarks>The poolings <c>mean_tokens</c> and <c>mean_sqrt_len_tokens</c> of sentence-transformers.</remarks>
public static class MeanPool
{
    /// <summary>Pools.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[tokens, hidden].</param>
    /// <param name="offsets">[sequences + 1]; no sequence is empty.</param>
    /// <param name="divisor">What the sums are divided by.</param>
    /// <returns>[sequences, hidden].</returns>
    /// <exception cref="QEngineException">The offsets do not divide the tokens into sequences.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, ReadOnlyMemory<int> offsets, MeanDivisor divisor = MeanDivisor.Length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Offsets(nameof(MeanPool), offsets.Span, x.Rows);
        Tensor<T> y = tape.Output(new Shape(offsets.Length - 1, x.Columns), x);
        MeanPooling.Forward(tape.Workers, x.Span, offsets.Span, y.Span, divisor);
        if (y.NeedsGradient) tape.Record(new Op<T>(x, offsets, divisor, y));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> X, ReadOnlyMemory<int> Offsets, MeanDivisor Divisor, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(X)) return;
            MeanPooling.Backward(gradients.Workers, dy, Offsets.Span, gradients[X], Divisor);
        }
    }
}
