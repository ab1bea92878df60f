using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// What stands for a linear layer in "Let the Quantum Creep In" (Wang et al., arXiv 2409.17583, DataReUploadingLinear): a row's numbers as
/// a symmetric matrix A act R times as exp(i A / R) between trained unitaries (<see cref="DataEvolution{T}"/>), and the probabilities of
/// the first basis states plus a trained <c>bias</c>, from N(0, 1), are the result.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class ReuploadingLinear<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DataEvolution<T> _evolution;
    private readonly Parameter<T> _bias;
    private readonly Tensor<T> _first;
    private readonly int _qubits;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="qubits">n, from 1 to <see cref="PauliSum.MaxQubits"/>.</param>
    /// <param name="repetitions">R, at least 1.</param>
    /// <param name="outputs">From 1 to 2^n.</param>
    public ReuploadingLinear(ParameterStore<T> store, string name, int qubits, int repetitions, int outputs)
    {
        _evolution = new(store, name, qubits, repetitions, 1.0 / repetitions, trainsTime: false);
        Require.Range(outputs, 1, 1L << qubits);
        _qubits = qubits;
        _bias = store.Vector($"{name}.bias", outputs, Initializer.Normal(1));
        T[] first = new T[outputs << qubits];
        for (int i = 0; i < outputs; i++) first[(i << qubits) + i] = T.One;
        _first = new(first, new Shape(outputs, 1 << qubits));
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, numbers], at most 4^n.</param>
    /// <returns>[rows, outputs].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var mark = tape.Mark();
        Tensor<T> probabilities = StateProbabilities.Apply(tape, _evolution.Forward(tape, x), _qubits, _qubits);
        return tape.Release(mark, Linear.Apply(tape, probabilities, _first, _bias.Tensor));
    }
}
