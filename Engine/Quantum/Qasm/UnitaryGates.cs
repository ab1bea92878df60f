using System.Numerics;

namespace QEngine.Quantum;

/// <summary>
/// A unitary of two qubits as gates that OpenQASM 2.0 has. Rotations of two basis states each turn it into a diagonal matrix (Barenco et
/// al., arXiv quant-ph/9503016); the states' bits differ in one qubit, so that each is a rotation of it, controlled by the other.
/// </summary>
internal static class UnitaryGates
{
    // Neighbours differ in one bit.
    private static readonly int[] Order = [0b00, 0b01, 0b11, 0b10];

    /// <summary>The gates, in order; the phase of the whole state is another.</summary>
    /// <param name="matrix">[4, 4], unitary.</param>
    /// <param name="first">The qubit that is the more significant bit of the matrix's rows and columns.</param>
    /// <param name="second">The other.</param>
    public static List<Gate> Of(ReadOnlySpan<Complex> matrix, int first, int second)
    {
        Complex[] rest = matrix.ToArray();
        List<Gate[]> rotations = [];
        for (int column = 0; column < 3; column++)
        {
            for (int row = 3; row > column; row--)
            {
                (int kept, int cleared) = (Order[row - 1], Order[row]);
                Complex a = rest[(4 * kept) + Order[column]], b = rest[(4 * cleared) + Order[column]];
                double norm = Math.Sqrt((a * Complex.Conjugate(a)).Real + (b * Complex.Conjugate(b)).Real);
                if (norm == 0) continue;
                (a, b) = (a / norm, b / norm);
                Clear(rest, kept, cleared, a, b);
                rotations.Add(Rotation(kept, cleared, a, b, first, second));
            }
        }
        // What is left is 1 but for the last state's phase; the rotations are undone from the last to the first.
        List<Gate> gates = [.. PhaseOf10(rest[(4 * 0b10) + 0b10].Phase, first, second)];
        for (int i = rotations.Count - 1; i >= 0; i--) gates.AddRange(rotations[i]);
        return gates;
    }

    /// <summary>Turns two rows so that (a, b) becomes (1, 0).</summary>
    private static void Clear(Complex[] matrix, int kept, int cleared, Complex a, Complex b)
    {
        for (int column = 0; column < 4; column++)
        {
            Complex x = matrix[(4 * kept) + column], y = matrix[(4 * cleared) + column];
            matrix[(4 * kept) + column] = (Complex.Conjugate(a) * x) + (Complex.Conjugate(b) * y);
            matrix[(4 * cleared) + column] = (a * y) - (b * x);
        }
    }

    /// <summary>The rotation that turns (1, 0) of two basis states into (a, b).</summary>
    private static Gate[] Rotation(int kept, int cleared, Complex a, Complex b, int first, int second)
    {
        bool turnsFirst = (kept ^ cleared) == 0b10;
        (int control, int target) = turnsFirst ? (second, first) : (first, second);
        int value = (turnsFirst ? kept : kept >> 1) & 1;
        // The matrix has the state whose bit is 0 first.
        if (kept > cleared) (a, b) = (Complex.Conjugate(a), -Complex.Conjugate(b));
        (double before, double about, double after) = CircuitBuilder.EulerAngles([a, -Complex.Conjugate(b), b, Complex.Conjugate(a)]);
        return Where(value, control, Turn(GateKind.CRZ, before), Turn(GateKind.CRY, about), Turn(GateKind.CRZ, after));

        Gate Turn(GateKind kind, double angle) => new(kind, [control, target], [angle]);
    }

    /// <summary>diag(1, 1, e^(i phase), 1): a controlled phase is a controlled RZ and half the phase on its control.</summary>
    private static Gate[] PhaseOf10(double phase, int first, int second) => Where(
        0, second, new Gate(GateKind.P, [second], [phase / 2]), new Gate(GateKind.CRZ, [second, first], [phase]));

    /// <summary>Gates that act where their control is 1, now where it has a value.</summary>
    private static Gate[] Where(int value, int control, params ReadOnlySpan<Gate> gates)
    {
        if (value == 1) return [.. gates];
        Gate flip = new(GateKind.X, [control], []);
        return [flip, .. gates, flip];
    }
}
