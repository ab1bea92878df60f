using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>What turns a pooled text vector into the representation that is compared, or one part of that.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IHead<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Applies the head.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, d], pooled vectors.</param>
    /// <returns>[rows, width]: k numbers for a classical head, 2k Bloch coordinates for a quantum one.</returns>
    Tensor<T> Forward(Tape<T> tape, Tensor<T> x);
}

/// <summary>Parts applied one after another; without any, the pooled vector itself.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="parts">The parts, the first applied first.</param>
public sealed class HeadChain<T>(params IHead<T>[] parts) : IHead<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IHead<T>[] _parts = parts ?? throw new ArgumentNullException(nameof(parts));

    /// <inheritdoc/>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        foreach (IHead<T> part in _parts) x = part.Forward(tape, x);
        return x;
    }
}
