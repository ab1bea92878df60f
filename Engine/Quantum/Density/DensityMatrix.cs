using System.Numerics;

namespace QEngine.Quantum;

/// <summary>
/// The state of up to six qubits that noise, measurements and resets have acted on: a density matrix rho [2^n, 2^n] in double precision. It
/// starts with all qubits 0; circuits, channels and measurements change it in turn.
/// </summary>
/// <remarks>Qubit 0 is the most significant bit, as in a <see cref="Circuit"/>.</remarks>
internal sealed class DensityMatrix
{
    /// <summary>The most qubits.</summary>
    public const int MaxQubits = 6;

    private readonly int _qubits, _size;
    private readonly Complex[] _elements, _left, _result;

    /// <summary>All qubits 0.</summary>
    /// <param name="qubits">How many, from 1 to <see cref="MaxQubits"/>.</param>
    public DensityMatrix(int qubits)
    {
        Require.Range(qubits, 1, MaxQubits);
        (_qubits, _size) = (qubits, 1 << qubits);
        (_elements, _left, _result) = (new Complex[_size * _size], new Complex[_size * _size], new Complex[_size * _size]);
        _elements[0] = 1;
    }

    /// <summary>rho, row by row.</summary>
    public ReadOnlySpan<Complex> Elements => _elements;

    /// <summary>tr rho^2: 1 for a pure state, at least 2^-n.</summary>
    public double Purity => Overlap(this);

    /// <summary>Runs the gates of a circuit; what it measures does not matter.</summary>
    /// <param name="circuit">A circuit of at most as many qubits, which are the first here.</param>
    /// <param name="inputs">[inputs].</param>
    /// <param name="parameters">[parameters].</param>
    /// <exception cref="ArgumentException">The circuit has more qubits, or there are other numbers than it takes.</exception>
    public void Run(Circuit circuit, ReadOnlySpan<double> inputs, ReadOnlySpan<double> parameters)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        Require.Range(circuit.Qubits, 1, _qubits);
        Require.Elements(inputs, circuit.Inputs);
        Require.Elements(parameters, circuit.Parameters);
        GateRunner runner = new(this);
        foreach (Gate gate in circuit.Gates)
        {
            Angle[] angles = new Angle[gate.Angles.Length];
            for (int i = 0; i < angles.Length; i++) angles[i] = gate.Angles[i].Value(inputs, parameters);
            foreach (GatePart part in gate.Kind.Parts) part.Apply(runner, gate.Qubits, angles);
        }
    }

    /// <summary>A channel on a qubit.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="qubit">The qubit.</param>
    public void Apply(QubitChannel channel, int qubit)
    {
        ArgumentNullException.ThrowIfNull(channel);
        Require.Index(qubit, _qubits);
        Conjugate(channel.Operators, [qubit]);
    }

    /// <summary>A measurement of Z in the middle of a circuit with a given outcome.</summary>
    /// <param name="qubit">The qubit.</param>
    /// <param name="outcome">0 or 1.</param>
    /// <returns>The outcome's probability; the state is left as it was where that is 0.</returns>
    public double Collapse(int qubit, int outcome)
    {
        Require.Index(qubit, _qubits);
        Require.Range(outcome, 0, 1);
        double probability = (1 + ((1 - (2 * outcome)) * Expectation(PauliString.Z(qubit)))) / 2;
        if (!(probability > 0)) return 0;
        double scale = 1 / Math.Sqrt(probability);
        Conjugate([outcome == 0 ? [scale, 0, 0, 0] : [0, 0, 0, scale]], [qubit]);
        return probability;
    }

    /// <summary>tr (rho P).</summary>
    /// <param name="observable">P, on qubits that there are.</param>
    public double Expectation(PauliString observable)
    {
        Require.Range(observable.Qubits, 0, _qubits);
        (int flips, int signs) = (Rows(observable.Flips), Rows(observable.Signs));
        // P takes the state j to i^(number of Y) (-1)^(signs of j) times the state j with the bits flipped.
        Complex factor = Complex.One;
        for (int y = BitOperations.PopCount((uint)(flips & signs)); y > 0; y--) factor *= Complex.ImaginaryOne;
        Complex sum = 0;
        for (int j = 0; j < _size; j++)
        {
            Complex element = _elements[(j * _size) + (j ^ flips)];
            sum += BitOperations.PopCount((uint)(j & signs)) % 2 == 0 ? element : -element;
        }
        return (factor * sum).Real;
    }

    /// <summary>The probabilities of all basis states, [2^n].</summary>
    public double[] Probabilities()
    {
        double[] probabilities = new double[_size];
        for (int i = 0; i < _size; i++) probabilities[i] = _elements[i * (_size + 1)].Real;
        return probabilities;
    }

    /// <summary>tr (rho sigma), for pure states the fidelity.</summary>
    /// <param name="other">sigma, of as many qubits.</param>
    public double Overlap(DensityMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Require.Equal(other._qubits, _qubits, nameof(other));
        double sum = 0;
        for (int i = 0; i < _elements.Length; i++) sum += (_elements[i] * Complex.Conjugate(other._elements[i])).Real;
        return sum;
    }

    /// <summary>rho becomes the sum of K rho K^dagger; the first of the qubits is the most significant of K.</summary>
    private void Conjugate(ReadOnlySpan<Complex[]> operators, ReadOnlySpan<int> qubits)
    {
        Array.Clear(_result);
        Span<int> offsets = stackalloc int[1 << qubits.Length];
        int bits = 0;
        for (int value = 0; value < offsets.Length; value++)
        {
            offsets[value] = 0;
            for (int i = 0; i < qubits.Length; i++)
                if ((value >> (qubits.Length - 1 - i) & 1) != 0) offsets[value] |= _size >> (qubits[i] + 1);
            bits |= offsets[value];
        }
        foreach (Complex[] k in operators)
        {
            Array.Clear(_left);
            for (int row = 0; row < _size; row++)
                for (int column = 0; column < _size; column++)
                    AddProduct(k, offsets, bits, row, _elements, (column, _size), _left, conjugate: false);
            for (int row = 0; row < _size; row++)
                for (int column = 0; column < _size; column++)
                    AddProduct(k, offsets, bits, column, _left, (row * _size, 1), _result, conjugate: true);
        }
        _result.CopyTo(_elements, 0);
    }

    /// <summary>One element of K times a line, a column of rho or a row of it.</summary>
    private static void AddProduct(
        Complex[] k, ReadOnlySpan<int> offsets, int bits, int place, Complex[] from, (int Start, int Step) line, Complex[] to,
        bool conjugate)
    {
        int value = 0, rest = place & ~bits;
        while (offsets[value] != (place & bits)) value++;
        Complex sum = 0;
        for (int other = 0; other < offsets.Length; other++)
        {
            Complex factor = k[(value * offsets.Length) + other];
            sum += (conjugate ? Complex.Conjugate(factor) : factor) * from[line.Start + ((rest | offsets[other]) * line.Step)];
        }
        to[line.Start + (place * line.Step)] += sum;
    }

    /// <summary>Bit q of a Pauli string as the bit of a row that qubit q is.</summary>
    private int Rows(int bits)
    {
        int rows = 0;
        for (int q = 0; q < _qubits; q++)
            if ((bits >> q & 1) != 0) rows |= _size >> (q + 1);
        return rows;
    }

    /// <summary>The parts of gates as matrices.</summary>
    private sealed class GateRunner(DensityMatrix state) : IGateTarget
    {
        public void Rotate(int qubit, Axis axis, Angle angle) => state.Conjugate([Rotation(axis, angle)], [qubit]);

        public void Rotate(int control, int target, Axis axis, Angle angle) => Controlled(control, target, Rotation(axis, angle));

        public void Cnot(int control, int target) => Controlled(control, target, [0, 1, 1, 0]);

        public void Unitary(int first, int second, ReadOnlySpan<Complex> matrix) => state.Conjugate([matrix.ToArray()], [first, second]);

        private void Controlled(int control, int target, Complex[] u) =>
            state.Conjugate([[1, 0, 0, 0, 0, 1, 0, 0, 0, 0, u[0], u[1], 0, 0, u[2], u[3]]], [control, target]);

        private static Complex[] Rotation(Axis axis, Angle angle)
        {
            (double sin, double cos) = Math.SinCos(angle.Offset / 2);
            return
            [
                new(cos, -sin * axis.Z), new(-sin * axis.Y, -sin * axis.X),
                new(sin * axis.Y, -sin * axis.X), new(cos, sin * axis.Z),
            ];
        }
    }
}
