using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// A block of which only input and result are kept: the backward pass computes it again with recording, so that the memory of
/// all blocks but one is saved for one more forward pass (Chen et al., arXiv 1604.06174).
/// </summary>
/// <typeparam name="TBlock">The block.</typeparam>
/// <typeparam name="T">The element.</typeparam>
public readonly struct Checkpoint<TBlock, T> : IOp<T>
    where TBlock : struct, IBlock<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TBlock _block;
    private readonly Tensor<T> _x, _y;

    private Checkpoint(TBlock block, Tensor<T> x, Tensor<T> y) => (_block, _x, _y) = (block, x, y);

    /// <summary>Applies the block.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">The block's input.</param>
    /// <param name="block">The block.</param>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> x, TBlock block)
    {
        if (!tape.Recording) return block.Forward(tape, x);
        Tensor<T> result = tape.Unrecorded(block, x);
        if (!x.NeedsGradient && !block.Trains) return result;
        Tensor<T> y = tape.WithGradient(result);
        tape.Record(new Checkpoint<TBlock, T>(block, x, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy)) return;
        Tape<T> tape = gradients.Recomputation();
        Tensor<T> x = tape.Leaf(_x.Span, _x.Shape);
        Gradients<T> inner = tape.Backward(_block.Forward(tape, x), dy);
        if (gradients.Wants(_x)) Kernels.Elementwise.Add(gradients.Workers, inner[x], gradients[_x]);
    }
}
