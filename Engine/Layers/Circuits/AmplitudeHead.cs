using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// An embedding as the amplitudes of few qubits: scaled to length 1, zeros after it, no imaginary parts. The fidelity of two is the square
/// of their cosine.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="inputs">d, at most 2^n.</param>
/// <param name="qubits">n.</param>
internal sealed class AmplitudeHead<T>(int inputs, int qubits) : IHead<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(AmplitudeHead<T>), x.Shape, inputs);
        var mark = tape.Mark();
        Tensor<T> zeros = tape.Save(new Shape(x.Rows, (2 << qubits) - inputs));
        zeros.Span.Clear();
        return tape.Release(mark, JoinColumns.Apply(tape, Normalize.Apply(tape, x), zeros));
    }
}
