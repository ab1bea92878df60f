using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// Small circuits side by side between two linear maps, the heart of HQNN-Parallel (Senokosov et al., arXiv 2304.09224): a linear map and
/// batch normalisation make the inputs of all circuits, within [-1, 1] by tanh; each is an <see cref="EncodedLayers"/> of which Y is
/// measured, and a linear map of all results follows. Of circuit c the parameters of <c>encoder.c</c>, <c>bn.c</c>, <c>decoder.c</c>, and
/// <c>theta.c</c> [angles], drawn uniformly from a whole turn; the only bias behind the circuits is that of <c>decoder.0</c>.
/// </summary>
/// <remarks>A linear map to several circuits is one to each of them, and one of all their results the sum of one of each.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class ParallelCircuits<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Circuit _circuit;
    private readonly Part[] _parts;

    /// <summary>Declares the parameters; those of the linear maps are uniform within 1/sqrt(inputs), as torch's.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="circuits">Circuits, at least 1.</param>
    /// <param name="qubits">Qubits of each.</param>
    /// <param name="depth">Layers of gates of each.</param>
    /// <param name="outputs">Columns of y.</param>
    public ParallelCircuits(ParameterStore<T> store, string name, int inputs, int circuits, int qubits, int depth, int outputs)
    {
        ArgumentNullException.ThrowIfNull(store);
        Require.Range(circuits, 1, int.MaxValue);
        _circuit = EncodedLayers.Build(qubits, depth, PauliString.Y);
        _parts = new Part[circuits];
        Initializer encoded = Initializer.Uniform(1 / Math.Sqrt(inputs)), decoded = Initializer.Uniform(1 / Math.Sqrt(circuits * qubits));
        for (int c = 0; c < circuits; c++)
        {
            _parts[c] = new(
                new(store, $"{name}.encoder.{c}", inputs, qubits, encoded, encoded),
                new(store, $"{name}.bn.{c}", qubits),
                store.Vector($"{name}.theta.{c}", _circuit.Parameters, Initializer.Uniform(Math.PI)),
                new(store, $"{name}.decoder.{c}", qubits, outputs, decoded, decoded, hasBias: c == 0));
        }
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="isTraining">Whether the batch's moments normalise it.</param>
    /// <returns>[rows, outputs].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x, bool isTraining)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var mark = tape.Mark();
        Tensor<T>? sum = null;
        foreach (Part part in _parts)
        {
            Tensor<T> features = Activations.Tanh(tape, part.Norm.Forward(tape, part.Encoder.Forward(tape, x), isTraining));
            sum = part.Decoder.Forward(tape, CircuitExpectation.Apply(tape, _circuit, features, part.Theta.Tensor), sum);
        }
        return tape.Release(mark, sum!.Value);
    }

    private readonly record struct Part(LinearLayer<T> Encoder, BatchNormLayer<T> Norm, Parameter<T> Theta, LinearLayer<T> Decoder);
}
