using QEngine.Tensors;

namespace QEngine.Autodiff;

/// <summary>A part of a network from one tensor to another that gives the same result whenever it runs within a step.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IBlock<T>
    where T : unmanaged
{
    /// <summary>Whether it has parameters to train.</summary>
    bool Trains { get; }

    /// <summary>Applies the operations of the block.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">Its input.</param>
    Tensor<T> Forward(Tape<T> tape, Tensor<T> x);
}
