using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// The matrices of scores of attention, q k / sqrt(width), for sequences of one length: what <see cref="SelfAttention"/> takes softmax of.
/// </summary>
internal static class AttentionScores
{
    /// <summary>Computes the scores.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="plan">Sizes.</param>
    /// <param name="qkv">[sequences n, 3 hidden]: query, key and value of a token side by side.</param>
    /// <returns>[sequences heads n, n].</returns>
    /// <exception cref="QEngineException">The shape does not fit the sizes.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, HeadMatrices plan, Tensor<T> qkv)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(AttentionScores), qkv.Shape, plan.Columns);
        Guard.Length(nameof(AttentionScores), qkv.Rows, qkv.Rows / plan.Length * plan.Length);
        Tensor<T> y = tape.Output(new Shape(qkv.Rows * plan.Heads, plan.Length), qkv);
        HeadScores.Forward(tape.Workers, plan, qkv.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(plan, qkv, y));
        return y;
    }

    private readonly record struct Op<T>(HeadMatrices Plan, Tensor<T> Qkv, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(Qkv)) return;
            HeadScores.Backward(gradients.Workers, Plan, Qkv.Span, dy, gradients[Qkv]);
        }
    }
}
