using System.Numerics;

namespace QEngine.Quantum;

/// <summary>The gates: name, qubits, angles, and what they are made of.</summary>
/// <remarks>
/// RX, RY, RZ(t) = exp(-i t P/2); P(l) = diag(1, e^(il)); CRX, CRY, CRZ rotate the second qubit where the first is 1;
/// RXX, RYY, RZZ(t) = exp(-i t PP/2); Rot(a, b, c) = RZ(c) RY(b) RZ(a), RZ(a) first, as PennyLane's.
/// </remarks>
internal sealed class GateKind
{
    /// <summary>How a drawing shows the qubit that controls a gate.</summary>
    public const string Control = "●";

    private const string UnitaryName = "unitary";

    private static readonly GatePart[] FromX = [GatePart.Turn(0, Axis.OfZ, Math.PI / 2), GatePart.Turn(1, Axis.OfZ, Math.PI / 2)];

    private static readonly GatePart[] ToX = [GatePart.Turn(0, Axis.OfZ, -Math.PI / 2), GatePart.Turn(1, Axis.OfZ, -Math.PI / 2)];

    private static readonly GatePart Cnot = GatePart.Cnot(0, 1), TargetH = GatePart.Turn(1, Axis.OfH, Math.PI);

    private readonly GatePart[] _parts;
    private Complex[] _matrix = [];

    private GateKind(string name, int qubits, int angles, params GatePart[] parts)
    {
        (Name, Qubits, Angles, _parts) = (name, qubits, angles, parts);
        Symbols = [name.ToUpperInvariant()];
    }

    public static GateKind H { get; } = new("h", 1, 0, GatePart.Turn(0, Axis.OfH, Math.PI));

    public static GateKind X { get; } = new("x", 1, 0, GatePart.Turn(0, Axis.OfX, Math.PI));

    public static GateKind Y { get; } = new("y", 1, 0, GatePart.Turn(0, Axis.OfY, Math.PI));

    public static GateKind Z { get; } = new("z", 1, 0, GatePart.Turn(0, Axis.OfZ, Math.PI));

    public static GateKind S { get; } = new("s", 1, 0, GatePart.Turn(0, Axis.OfZ, Math.PI / 2));

    public static GateKind SDagger { get; } = Adjoint(S, new("sdg", 1, 0, GatePart.Turn(0, Axis.OfZ, -Math.PI / 2)) { Symbols = ["S†"] });

    public static GateKind T { get; } = new("t", 1, 0, GatePart.Turn(0, Axis.OfZ, Math.PI / 4));

    public static GateKind TDagger { get; } = Adjoint(T, new("tdg", 1, 0, GatePart.Turn(0, Axis.OfZ, -Math.PI / 4)) { Symbols = ["T†"] });

    public static GateKind RX { get; } = new("rx", 1, 1, GatePart.Rotate(0, Axis.OfX, 0));

    public static GateKind RY { get; } = new("ry", 1, 1, GatePart.Rotate(0, Axis.OfY, 0));

    public static GateKind RZ { get; } = new("rz", 1, 1, GatePart.Rotate(0, Axis.OfZ, 0));

    public static GateKind P { get; } = new("p", 1, 1, GatePart.Rotate(0, Axis.OfZ, 0));

    public static GateKind Rot { get; } = new(
        "rot", 1, 3, GatePart.Rotate(0, Axis.OfZ, 0), GatePart.Rotate(0, Axis.OfY, 1), GatePart.Rotate(0, Axis.OfZ, 2));

    public static GateKind CX { get; } = new("cx", 2, 0, Cnot) { Symbols = [Control, "X"] };

    public static GateKind CZ { get; } = new("cz", 2, 0, TargetH, Cnot, TargetH) { Symbols = [Control] };

    public static GateKind Swap { get; } = new("swap", 2, 0, Cnot, GatePart.Cnot(1, 0), Cnot) { Symbols = ["×"] };

    public static GateKind CRX { get; } = new("crx", 2, 1, GatePart.Controlled(0, 1, Axis.OfX)) { Symbols = [Control, "RX"] };

    public static GateKind CRY { get; } = new("cry", 2, 1, GatePart.Controlled(0, 1, Axis.OfY)) { Symbols = [Control, "RY"] };

    public static GateKind CRZ { get; } = new("crz", 2, 1, GatePart.Controlled(0, 1, Axis.OfZ)) { Symbols = [Control, "RZ"] };

    // A CNOT turns XX into X of its control, and ZZ into Z of its target; YY is XX between quarter turns about z.
    public static GateKind RXX { get; } = new("rxx", 2, 1, Cnot, GatePart.Rotate(0, Axis.OfX, 0), Cnot);

    public static GateKind RYY { get; } = new("ryy", 2, 1, [.. ToX, Cnot, GatePart.Rotate(0, Axis.OfX, 0), Cnot, .. FromX]);

    public static GateKind RZZ { get; } = new("rzz", 2, 1, Cnot, GatePart.Rotate(1, Axis.OfZ, 0), Cnot);

    /// <summary>All gates but unitaries of two qubits.</summary>
    public static IReadOnlyList<GateKind> All { get; } =
        [H, X, Y, Z, S, SDagger, T, TDagger, RX, RY, RZ, P, Rot, CX, CZ, Swap, CRX, CRY, CRZ, RXX, RYY, RZZ];

    /// <summary>The name, in small letters as in OpenQASM.</summary>
    public string Name { get; }

    /// <summary>How many qubits it acts on.</summary>
    public int Qubits { get; }

    /// <summary>How many angles it has.</summary>
    public int Angles { get; }

    /// <summary>How a drawing shows its qubits, the last of them all further ones.</summary>
    public string[] Symbols { get; private init; }

    /// <summary>The gate that undoes it, given the angles turned round and in the opposite order.</summary>
    public GateKind Inverse { get => field ?? this; private set; }

    /// <summary>What it is made of, in order.</summary>
    public ReadOnlySpan<GatePart> Parts => _parts;

    /// <summary>[4, 4], the matrix of a unitary of two qubits; empty for every other gate.</summary>
    public ReadOnlySpan<Complex> Matrix => _matrix;

    /// <summary>A unitary of two qubits, of which the first is the more significant.</summary>
    /// <param name="matrix">[4, 4], unitary.</param>
    public static GateKind Unitary(ReadOnlySpan<Complex> matrix)
    {
        Complex[] dagger = new Complex[16];
        for (int i = 0; i < 16; i++) dagger[i] = Complex.Conjugate(matrix[(i % 4 * 4) + (i / 4)]);
        return Adjoint(Of(dagger), Of(matrix.ToArray()));

        static GateKind Of(Complex[] matrix) => new(UnitaryName, 2, 0, GatePart.Unitary(matrix)) { _matrix = matrix };
    }

    private static GateKind Adjoint(GateKind one, GateKind other)
    {
        (one.Inverse, other.Inverse) = (other, one);
        return other;
    }
}
