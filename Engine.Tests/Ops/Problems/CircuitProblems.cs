using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Quantum.Circuits;

namespace QEngine.Tests.Ops.Problems;

/// <summary>A circuit with as many inputs as columns and at most four qubits; the oracle multiplies by the gates' matrices.</summary>
internal sealed class CircuitProblem(OpSize size, RandomInputs random) : OpProblem(
    random.Normal("inputs", size.Rows, size.Columns), random.Normal("parameters", 1, size.Columns))
{
    private static readonly string[] Kinds = ["rx", "ry", "rz", "crx", "rzz", "rot", "cry", "rxx", "p", "crz", "ryy"];

    private readonly CircuitProblemGates _gates = new(size.Columns, Kinds, inputs: true);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => CircuitExpectation.Apply(tape, _gates.Circuit, inputs[0], inputs[1]);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Chunk(Size(0).Columns).SelectMany(row => _gates.Results(row, inputs[1]))];
}

/// <summary>The same state for every row.</summary>
internal sealed class FixedCircuitProblem(OpSize size, RandomInputs random) : OpProblem(
    random.Normal("nothing", size.Rows, 0), random.Normal("parameters", 1, size.Columns))
{
    private static readonly string[] Kinds = ["ry", "crz", "rxx", "rz"];

    private readonly CircuitProblemGates _gates = new(size.Columns, Kinds, inputs: false);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => CircuitExpectation.Apply(tape, _gates.Circuit, inputs[0], inputs[1]);

    public override double[] Oracle(double[][] inputs)
    {
        double[] results = _gates.Results([], inputs[1]);
        return [.. Enumerable.Range(0, Size(0).Rows).SelectMany(_ => results)];
    }
}

/// <summary>The amplitudes themselves: gates whose phases are kept, all columns and all parameters among their angles.</summary>
internal sealed class CircuitStatesProblem : OpProblem
{
    private static readonly string[] Kinds = ["ry", "rz", "crx", "rot", "rx", "cry"];

    private readonly RandomCircuit _gates;
    private readonly Circuit _circuit;

    public CircuitStatesProblem(OpSize size, RandomInputs random)
        : base(random.Normal("inputs", size.Rows, size.Columns), random.Normal("parameters", 1, size.Columns))
    {
        int qubits = Math.Min(4, 1 + (size.Columns / 2));
        _gates = new RandomCircuit(qubits);
        for (int i = 0; i < size.Columns; i++)
        {
            Angle parameter = (0.5 * Angle.Parameter(i)) + 0.1, own = Angle.Input(i);
            GateKind kind = GateKind.All.Single(known => known.Name == (qubits == 1 ? "ry" : Kinds[i % Kinds.Length]));
            _gates.Add(kind, [.. Enumerable.Range(i, kind.Qubits).Select(q => q % qubits)], [.. Enumerable.Range(0, kind.Angles).Select(a => a % 2 == 0 ? own : parameter)]);
            _gates.Add(GateKind.RX, [(i + 1) % qubits], parameter);
            if (qubits > 1) _gates.Add(GateKind.CX, [i % qubits, (i + 1) % qubits]);
        }
        _circuit = _gates.Circuit;
    }

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => CircuitStates.Apply(tape, _circuit, inputs[0], inputs[1]);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Chunk(Size(0).Columns).SelectMany(row =>
    {
        Complex[] state = _gates.Oracle(row, inputs[1]).State;
        return state.Select(amplitude => amplitude.Real).Concat(state.Select(amplitude => amplitude.Imaginary));
    })];
}

/// <summary>Gates of some kinds in turn, all columns and all parameters among their angles.</summary>
internal sealed class CircuitProblemGates
{
    private readonly RandomCircuit _gates;
    private readonly int _qubits;

    public CircuitProblemGates(int columns, string[] kinds, bool inputs)
    {
        _qubits = Math.Min(4, 1 + (columns / 2));
        _gates = new RandomCircuit(_qubits);
        for (int q = 0; q < _qubits; q++) _gates.Add(Kind("h"), [q]);
        for (int i = 0; i < columns; i++)
        {
            Angle parameter = (0.5 * Angle.Parameter(i)) + 0.1, own = inputs ? Angle.Input(i) : parameter;
            Add(Kind(_qubits == 1 ? "ry" : kinds[i % kinds.Length]), i, own, parameter);
            Add(Kind("rx"), i + 1, parameter, own);
            if (_qubits > 1) _gates.Add(Kind("cx"), [i % _qubits, (i + 1) % _qubits]);
        }
        _gates.Expect("Z0", _qubits == 1 ? "Y0" : "X0Y1").Builder.Probabilities(_qubits - 1);
        Circuit = _gates.Circuit;
    }

    public Circuit Circuit { get; }

    public double[] Results(double[] inputs, double[] parameters)
    {
        CircuitOracle oracle = _gates.Oracle(inputs, parameters);
        return [oracle.Expectation("Z0"), oracle.Expectation(_qubits == 1 ? "Y0" : "X0Y1"), .. oracle.Probabilities(_qubits - 1)];
    }

    private static GateKind Kind(string name) => GateKind.All.Single(kind => kind.Name == name);

    private void Add(GateKind kind, int from, params Angle[] angles) =>
        _gates.Add(kind, [.. Enumerable.Range(from, kind.Qubits).Select(q => q % _qubits)], [.. Enumerable.Range(0, kind.Angles).Select(i => angles[i % 2])]);
}
