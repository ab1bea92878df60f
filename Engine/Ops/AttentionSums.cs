using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Sums of the values of attention by given weights, for sequences of one length.</summary>
internal static class AttentionSums
{
    /// <summary>Computes the sums.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="plan">Sizes.</param>
    /// <param name="weights">[sequences heads n, n].</param>
    /// <param name="qkv">[sequences n, 3 hidden]: query, key and value of a token side by side.</param>
    /// <returns>[sequences n, hidden].</returns>
    /// <exception cref="QEngineException">The shapes do not fit the sizes.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, HeadMatrices plan, Tensor<T> weights, Tensor<T> qkv)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(AttentionSums), qkv.Shape, plan.Columns);
        Guard.Length(nameof(AttentionSums), qkv.Rows, qkv.Rows / plan.Length * plan.Length);
        Guard.Same(nameof(AttentionSums), weights.Shape, new Shape(qkv.Rows * plan.Heads, plan.Length));
        Tensor<T> y = tape.Output(new Shape(qkv.Rows, plan.Heads * plan.Width), weights, qkv);
        HeadSums.Forward(tape.Workers, plan, weights.Span, qkv.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(plan, weights, qkv, y));
        return y;
    }

    private readonly record struct Op<T>(HeadMatrices Plan, Tensor<T> Weights, Tensor<T> Qkv, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            // By itself first: one tensor may be both the weights and the values.
            Span<T> dweights = gradients.Wants(Weights) ? gradients.Rent(Weights.Shape.Length) : default;
            Span<T> dqkv = gradients.Wants(Qkv) ? gradients[Qkv] : default;
            HeadSums.Backward(gradients.Workers, Plan, Weights.Span, Qkv.Span, dy, dweights, dqkv);
            if (!dweights.IsEmpty) Kernels.Elementwise.Add(gradients.Workers, dweights, gradients[Weights]);
        }
    }
}
