using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// The head of a quantum transfer learner (arXiv 2408.03351): features are the angles of RY on as many qubits, Hadamard gates and a cascade
/// of CNOTs follow, and the probabilities of all outcomes go through a network: linear map, batch normalisation, ReLU, dropout, linear map.
/// The circuit has nothing to train. Parameters of <c>fc1</c>, <c>bn</c> and <c>fc2</c>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class QuantumTransferHead<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Circuit _circuit;
    private readonly Tensor<T> _noParameters = new([], Shape.Vector(0));
    private readonly LinearLayer<T> _hidden, _logits;
    private readonly BatchNormLayer<T> _norm;
    private readonly double _dropout;

    /// <summary>Declares the parameters; those of linear maps are uniform within 1/sqrt(inputs), as torch's.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="qubits">Features; the publication has 5.</param>
    /// <param name="hidden">Columns between the linear maps.</param>
    /// <param name="dropout">Probability of zeroing one of them in training, in [0, 1).</param>
    /// <param name="classes">Columns of y.</param>
    public QuantumTransferHead(ParameterStore<T> store, string name, int qubits, int hidden, double dropout, int classes)
    {
        _circuit = Map(qubits);
        _dropout = dropout;
        _hidden = Linear("fc1", _circuit.Outputs, hidden);
        _norm = new(store, $"{name}.bn", hidden);
        _logits = Linear("fc2", hidden, classes);

        LinearLayer<T> Linear(string part, int inputs, int outputs)
        {
            Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(inputs));
            return new(store, $"{name}.{part}", inputs, outputs, uniform, uniform);
        }
    }

    /// <summary>Applies the head.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, qubits], angles.</param>
    /// <param name="dropout">Source of dropouts.</param>
    /// <param name="isTraining">Whether the batch's moments normalise it.</param>
    /// <returns>[rows, classes], logits.</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x, DropoutSequence dropout, bool isTraining)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(dropout);
        var mark = tape.Mark();
        Tensor<T> probabilities = CircuitExpectation.Apply(tape, _circuit, x, _noParameters);
        Tensor<T> hidden = Activations.LeakyRelu(tape, _norm.Forward(tape, _hidden.Forward(tape, probabilities), isTraining), T.Zero);
        return tape.Release(mark, _logits.Forward(tape, Drop.Apply(tape, hidden, dropout.Next(_dropout))));
    }

    private static Circuit Map(int qubits)
    {
        CircuitBuilder circuit = new(qubits);
        for (int q = 0; q < qubits; q++) circuit.RY(q, Angle.Input(q)).H(q);
        for (int q = 0; q + 1 < qubits; q++) circuit.CNOT(q, q + 1);
        int[] all = new int[qubits];
        for (int q = 0; q < qubits; q++) all[q] = q;
        return circuit.Probabilities(all).Build();
    }
}
