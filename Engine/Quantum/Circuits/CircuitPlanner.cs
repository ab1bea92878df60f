using System.Numerics;

namespace QEngine.Quantum;

/// <summary>
/// Makes a plan of gates: rotations of a qubit wait until another qubit is involved and become one pass, CNOTs become none.
/// </summary>
internal sealed class CircuitPlanner : IGateTarget
{
    private readonly int _qubits;
    private readonly Frame _frame;
    private readonly List<Turn>[] _waiting;
    private readonly List<Sweep> _sweeps = [];
    private readonly List<Angle> _angles = [];
    private readonly Dictionary<Angle, int> _known = [];

    private CircuitPlanner(int qubits)
    {
        (_qubits, _frame) = (qubits, new Frame(qubits));
        _waiting = new List<Turn>[qubits];
        for (int q = 0; q < qubits; q++) _waiting[q] = [];
    }

    /// <summary>Plans a circuit.</summary>
    /// <param name="qubits">How many qubits.</param>
    /// <param name="gates">The gates in order.</param>
    /// <param name="measurements">What is measured.</param>
    public static CircuitPlan Plan(int qubits, ReadOnlySpan<Gate> gates, ReadOnlySpan<Measurement> measurements)
    {
        CircuitPlanner planner = new(qubits);
        foreach (Gate gate in gates)
        {
            foreach (GatePart part in gate.Kind.Parts) part.Apply(planner, gate.Qubits, gate.Angles);
        }
        for (int q = 0; q < qubits; q++) planner.Flush(q);
        Readouts readouts = new(planner._frame, measurements);
        return new(qubits, [.. planner._angles], [.. planner._sweeps], readouts, Readouts.BasisOf(planner._frame, qubits));
    }

    /// <inheritdoc/>
    public void Rotate(int qubit, Axis axis, Angle angle) => _waiting[qubit].Add(new Turn(axis, IndexOf(angle)));

    /// <inheritdoc/>
    public void Rotate(int control, int target, Axis axis, Angle angle)
    {
        Flush(control);
        Flush(target);
        PairRows pairs = new(1 << _qubits, _frame.Flip(target), _frame.Value(target), _frame.Value(control));
        _sweeps.Add(new Sweep(pairs, [new Turn(axis, IndexOf(angle))]));
    }

    /// <inheritdoc/>
    public void Cnot(int control, int target)
    {
        Flush(control);
        Flush(target);
        _frame.Cnot(control, target);
    }

    /// <inheritdoc/>
    public void Unitary(int first, int second, ReadOnlySpan<Complex> matrix)
    {
        Flush(first);
        Flush(second);
        double[] parts = new double[2 * matrix.Length];
        for (int i = 0; i < matrix.Length; i++) (parts[2 * i], parts[(2 * i) + 1]) = (matrix[i].Real, matrix[i].Imaginary);
        _sweeps.Add(new Sweep(new QuadRows(1 << _qubits, _frame, first, second), parts));
    }

    private void Flush(int qubit)
    {
        if (_waiting[qubit].Count == 0) return;
        _sweeps.Add(new Sweep(new PairRows(1 << _qubits, _frame.Flip(qubit), _frame.Value(qubit)), [.. _waiting[qubit]]));
        _waiting[qubit].Clear();
    }

    private int IndexOf(Angle angle)
    {
        if (_known.TryGetValue(angle, out int index)) return index;
        _angles.Add(angle);
        return _known[angle] = _angles.Count - 1;
    }
}
