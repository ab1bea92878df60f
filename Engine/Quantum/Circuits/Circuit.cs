namespace QEngine.Quantum;

/// <summary>
/// A quantum circuit of up to twelve qubits: gates in order, where their angles come from, and what is measured at the end. It starts in
/// the state in which all qubits are 0. Immutable; made by <see cref="CircuitBuilder"/>, run by <c>QEngine.Ops.CircuitExpectation</c>.
/// </summary>
/// <remarks>
/// Rotations are exp(-i angle/2 P). Qubit 0 is the most significant bit of a basis state's number, as PennyLane's wires and unlike Qiskit.
/// </remarks>
public sealed class Circuit
{
    /// <summary>The most qubits.</summary>
    public const int MaxQubits = 12;

    private readonly Gate[] _gates;
    private readonly Measurement[] _measurements;

    internal Circuit(int qubits, Gate[] gates, Measurement[] measurements)
    {
        (Qubits, _gates, _measurements) = (qubits, gates, measurements);
        Plan = CircuitPlanner.Plan(qubits, gates, measurements);
        foreach (Angle angle in Plan.Angles)
        {
            if (angle.Source == AngleSource.Input) Inputs = Math.Max(Inputs, angle.Index + 1);
            if (angle.Source == AngleSource.Parameter) Parameters = Math.Max(Parameters, angle.Index + 1);
        }
    }

    /// <summary>How many qubits.</summary>
    public int Qubits { get; }

    /// <summary>Columns of the inputs: one more than the last that an angle comes from.</summary>
    public int Inputs { get; }

    /// <summary>Number of parameters: one more than the last that an angle comes from.</summary>
    public int Parameters { get; }

    /// <summary>Numbers that are measured, in order: 1 an expectation, 2^k for the probabilities of k qubits.</summary>
    public int Outputs => Plan.Readouts.Outputs;

    /// <summary>
    /// The gates as OpenQASM 2.0, with numbers for the angles; a phase of the whole state may differ. A unitary of two qubits is written
    /// as controlled rotations. What is measured stands in comments at the end.
    /// </summary>
    /// <param name="inputs">[inputs], those of one row.</param>
    /// <param name="parameters">[parameters].</param>
    /// <exception cref="ArgumentException">There are more or fewer numbers than the circuit takes.</exception>
    /// <exception cref="QEngineException">An angle is not finite.</exception>
    public string ToOpenQasm(ReadOnlySpan<double> inputs, ReadOnlySpan<double> parameters)
    {
        Require.Elements(inputs, Inputs);
        Require.Elements(parameters, Parameters);
        return QasmWriter.Write(this, inputs, parameters);
    }

    /// <summary>A drawing of the gates, a line for each qubit; p0 and x0 are the first parameter and the first input.</summary>
    public override string ToString() => CircuitDrawing.Create(this, []);

    /// <summary>The gates in order.</summary>
    internal ReadOnlySpan<Gate> Gates => _gates;

    /// <summary>What is measured, in order.</summary>
    internal ReadOnlySpan<Measurement> Measurements => _measurements;

    /// <summary>The circuit as the kernels run it.</summary>
    internal CircuitPlan Plan { get; }
}
