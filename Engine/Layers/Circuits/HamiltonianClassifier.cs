using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// The Hamiltonian-embedding classifier (Wang et al., arXiv 2407.14055, and its code HamEmbedding): an image as a symmetric matrix A, a
/// Hamiltonian, evolves |+...+&gt; by exp(-i t A / 2) between trained unitaries of all qubits (<see cref="DataEvolution{T}"/>).
/// Probabilities of the first qubits are the logits as they are.
/// </summary>
/// <remarks>Published: images of 32 x 32 on five qubits, ten or twenty layers of 1,024 numbers, four bits, eight classes.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class HamiltonianClassifier<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DataEvolution<T> _evolution;
    private readonly int _qubits, _measured, _classes;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="qubits">n, from 1 to <see cref="PauliSum.MaxQubits"/>.</param>
    /// <param name="layers">How many, at least 1.</param>
    /// <param name="measured">Of how many of the first qubits, from 1 to n.</param>
    /// <param name="classes">From 1 to 2^measured; the values of the bits beyond are not read.</param>
    public HamiltonianClassifier(ParameterStore<T> store, string name, int qubits, int layers, int measured, int classes)
    {
        _evolution = new(store, name, qubits, layers, scale: -0.5, trainsTime: true);
        Require.Range(measured, 1, qubits);
        Require.Range(classes, 1, 1L << measured);
        (_qubits, _measured, _classes) = (qubits, measured, classes);
    }

    /// <summary>Applies the classifier.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, pixels], 2^n x 2^n numbers, in [0, 1] as published, row by row.</param>
    /// <returns>[rows, classes], logits from 0 to 1.</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(HamiltonianClassifier<T>), x.Shape, 1 << (2 * _qubits));
        var mark = tape.Mark();
        Tensor<T> probabilities = StateProbabilities.Apply(tape, _evolution.Forward(tape, x), _qubits, _measured);
        return tape.Release(mark, LeadingColumns.Apply(tape, probabilities, _classes));
    }
}
