using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Qubits of which one of two is measured, picked by chance: z = (1 - r) z_first + r z_second, x = sqrt(1 - z^2).</summary>
internal static class MixOutcomes
{
    /// <summary>Measures.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="first">[rows, 2k], x then z.</param>
    /// <param name="second">[rows, 2k].</param>
    /// <param name="shares">[1, k], r of each qubit, from 0 to 1.</param>
    /// <returns>[rows, 2k].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> first, Tensor<T> second, Tensor<T> shares)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(MixOutcomes), first.Shape, 2 * shares.Shape.Length);
        Guard.Same(nameof(MixOutcomes), second.Shape, first.Shape);
        Tensor<T> y = tape.Output(first.Shape, first, second, shares);
        OutcomeMixture.Forward(tape.Workers, first.Span, second.Span, shares.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(first, second, shares, y));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> First, Tensor<T> Second, Tensor<T> Shares, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            // One at a time: both states may be the same tensor.
            if (gradients.Wants(First)) Add(dy, gradients[First], [], []);
            if (gradients.Wants(Second)) Add(dy, [], gradients[Second], []);
            if (gradients.Wants(Shares)) Add(dy, [], [], gradients[Shares]);
        }

        private void Add(ReadOnlySpan<T> dy, Span<T> dfirst, Span<T> dsecond, Span<T> dshares) =>
            OutcomeMixture.Backward(First.Span, Second.Span, Shares.Span, Y.Span, dy, dfirst, dsecond, dshares);
    }
}
