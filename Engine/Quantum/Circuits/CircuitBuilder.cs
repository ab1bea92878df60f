using System.Numerics;

namespace QEngine.Quantum;

/// <summary>Builds a <see cref="Circuit"/> gate by gate; every call checks its arguments and returns the builder.</summary>
/// <example><code>
/// Circuit circuit = new CircuitBuilder(2)
///     .H(0).RX(1, Angle.Input(0)).CNOT(0, 1).RY(1, Angle.Parameter(0))
///     .Expect(PauliString.Z(0), PauliString.Parse("X0Y1"))
///     .Build();
/// </code></example>
public sealed partial class CircuitBuilder
{
    // Far from what rounding makes of a unitary in double precision, and from what single precision leaves of one.
    private const double UnitaryTolerance = 1e-9;

    private readonly int _qubits;
    private readonly List<Gate> _gates = [];
    private readonly List<Measurement> _measurements = [];

    /// <summary>Begins a circuit.</summary>
    /// <param name="qubits">How many qubits, 1 to <see cref="Circuit.MaxQubits"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="qubits"/> is outside.</exception>
    public CircuitBuilder(int qubits)
    {
        Require.Range(qubits, 1, Circuit.MaxQubits);
        _qubits = qubits;
    }

    /// <summary>The circuit so far; the builder can go on.</summary>
    public Circuit Build() => new(_qubits, [.. _gates], [.. _measurements]);

    /// <summary>Measures the expectation of each of some Pauli strings: one result each.</summary>
    /// <param name="observables">The strings.</param>
    /// <exception cref="ArgumentOutOfRangeException">A string names a qubit that is not there.</exception>
    public CircuitBuilder Expect(params ReadOnlySpan<PauliString> observables)
    {
        foreach (PauliString observable in observables)
        {
            if (observable.Qubits > _qubits)
                throw new ArgumentOutOfRangeException(
                    nameof(observables), $"expected observables of the qubits 0 to {_qubits - 1}, found {observable}");
            _measurements.Add(new(observable));
        }
        return this;
    }

    /// <summary>Measures Z of every qubit: as many results as qubits.</summary>
    public CircuitBuilder ExpectZ()
    {
        for (int qubit = 0; qubit < _qubits; qubit++) Expect(PauliString.Z(qubit));
        return this;
    }

    /// <summary>Measures the probabilities of all values of some qubits: 2^k results for k qubits, none named for all.</summary>
    /// <param name="qubits">Different qubits; the first is the most significant bit of the value.</param>
    /// <exception cref="ArgumentException">A qubit is not there, or there twice.</exception>
    public CircuitBuilder Probabilities(params ReadOnlySpan<int> qubits)
    {
        int[] measured = qubits.ToArray();
        if (measured.Length == 0)
        {
            measured = new int[_qubits];
            for (int i = 0; i < _qubits; i++) measured[i] = i;
        }
        RequireQubits(measured);
        _measurements.Add(new(measured));
        return this;
    }

    /// <summary>Appends the gates of another circuit, not its measurements.</summary>
    /// <param name="circuit">A circuit of at most as many qubits, which are the first here.</param>
    /// <param name="firstInput">The column here of its input 0.</param>
    /// <param name="firstParameter">The index here of its parameter 0; 0 where both circuits share parameters.</param>
    /// <exception cref="ArgumentException">The circuit has more qubits, or a number is negative.</exception>
    public CircuitBuilder Append(Circuit circuit, int firstInput = 0, int firstParameter = 0)
    {
        RequirePart(circuit, firstInput, firstParameter);
        foreach (Gate gate in circuit.Gates) _gates.Add(gate.Moved(firstInput, firstParameter));
        return this;
    }

    /// <summary>
    /// Appends what undoes the gates of another circuit. The fidelity of the states that U prepares of x and of y is the probability of
    /// value 0 after U of x and the inverse of U of y.
    /// </summary>
    /// <param name="circuit">A circuit of at most as many qubits, which are the first here.</param>
    /// <param name="firstInput">The column here of its input 0.</param>
    /// <param name="firstParameter">The index here of its parameter 0; 0 where both circuits share parameters.</param>
    /// <exception cref="ArgumentException">The circuit has more qubits, or a number is negative.</exception>
    public CircuitBuilder AppendInverse(Circuit circuit, int firstInput = 0, int firstParameter = 0)
    {
        RequirePart(circuit, firstInput, firstParameter);
        for (int i = circuit.Gates.Length - 1; i >= 0; i--)
            _gates.Add(circuit.Gates[i].Inverse().Moved(firstInput, firstParameter));
        return this;
    }

    /// <summary>Adds a gate whose qubits and angles are as many as its kind's.</summary>
    internal CircuitBuilder Add(GateKind kind, ReadOnlySpan<int> qubits, params ReadOnlySpan<Angle> angles)
    {
        RequireQubits(qubits);
        foreach (Angle angle in angles)
            if (!double.IsFinite(angle.Factor) || !double.IsFinite(angle.Offset))
                throw new ArgumentException($"expected finite angles, found {angle}", nameof(angles));
        _gates.Add(new Gate(kind, qubits.ToArray(), angles.ToArray()));
        return this;
    }

    private void RequirePart(Circuit circuit, int firstInput, int firstParameter)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        ArgumentOutOfRangeException.ThrowIfNegative(firstInput);
        ArgumentOutOfRangeException.ThrowIfNegative(firstParameter);
        if (circuit.Qubits > _qubits)
            throw new ArgumentException($"expected a circuit of at most {_qubits} qubits, found {circuit.Qubits}", nameof(circuit));
    }

    private void RequireQubits(ReadOnlySpan<int> qubits)
    {
        int seen = 0;
        foreach (int qubit in qubits)
        {
            Require.Range(qubit, 0, _qubits - 1);
            if ((seen >> qubit & 1) != 0) throw new ArgumentException($"expected different qubits, found {qubit} twice", nameof(qubits));
            seen |= 1 << qubit;
        }
    }

    private static void RequireUnitary(ReadOnlySpan<Complex> matrix, int size)
    {
        Require.Elements(matrix, size * size);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                Complex product = i == j ? -1 : 0;
                for (int k = 0; k < size; k++) product += matrix[(i * size) + k] * Complex.Conjugate(matrix[(j * size) + k]);
                if (!(product.Magnitude <= UnitaryTolerance))
                    throw new ArgumentException(
                        $"expected a unitary matrix, found rows {i} and {j} with a product off by {product.Magnitude:E1}", nameof(matrix));
            }
        }
    }
}
