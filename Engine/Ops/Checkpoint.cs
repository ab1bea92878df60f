using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// A block of which only input and result are kept: the backward pass computes it again with recording, so that the memory of
/// all blocks but one is saved for one more forward pass (Chen et al., arXiv 1604.06174).
/// </summary>
public static class Checkpoint
{
    /// <summary>Applies the block.</summary>
    /// <typeparam name="TBlock">The block.</typeparam>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">The block's input.</param>
    /// <param name="block">The block.</param>
    public static Tensor<T> Apply<TBlock, T>(Tape<T> tape, Tensor<T> x, TBlock block)
        where TBlock : struct, IBlock<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!tape.Recording) return block.Forward(tape, x);
        Tensor<T> result = tape.Unrecorded(block, x);
        if (!x.NeedsGradient && !block.Trains) return result;
        Tensor<T> y = tape.WithGradient(result);
        tape.Record(new Op<TBlock, T>(block, x, y));
        return y;
    }

    private readonly record struct Op<TBlock, T>(TBlock Block, Tensor<T> X, Tensor<T> Y) : IOp<T>
        where TBlock : struct, IBlock<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            Tape<T> tape = gradients.Recomputation();
            Tensor<T> x = tape.Leaf(X.Span, X.Shape);
            Gradients<T> inner = tape.Backward(Block.Forward(tape, x), dy);
            if (gradients.Wants(X)) Kernels.Elementwise.Add(gradients.Workers, inner[x], gradients[X]);
        }
    }
}
