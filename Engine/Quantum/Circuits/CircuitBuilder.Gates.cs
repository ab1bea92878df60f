using System.Numerics;

namespace QEngine.Quantum;

/// <content>The gates.</content>
public sealed partial class CircuitBuilder
{
    /// <summary>Applies the Hadamard gate, (X + Z) / sqrt 2.</summary>
    /// <param name="qubit">The qubit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The qubit is not there.</exception>
    public CircuitBuilder H(int qubit) => Add(GateKind.H, [qubit]);

    /// <summary>Applies X, which exchanges 0 and 1.</summary>
    /// <param name="qubit">The qubit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The qubit is not there.</exception>
    public CircuitBuilder X(int qubit) => Add(GateKind.X, [qubit]);

    /// <summary>Applies Y.</summary>
    /// <param name="qubit">The qubit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The qubit is not there.</exception>
    public CircuitBuilder Y(int qubit) => Add(GateKind.Y, [qubit]);

    /// <summary>Applies Z, which gives 1 a sign.</summary>
    /// <param name="qubit">The qubit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The qubit is not there.</exception>
    public CircuitBuilder Z(int qubit) => Add(GateKind.Z, [qubit]);

    /// <summary>Applies S = diag(1, i).</summary>
    /// <param name="qubit">The qubit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The qubit is not there.</exception>
    public CircuitBuilder S(int qubit) => Add(GateKind.S, [qubit]);

    /// <summary>Applies the inverse of S.</summary>
    /// <param name="qubit">The qubit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The qubit is not there.</exception>
    public CircuitBuilder SDagger(int qubit) => Add(GateKind.SDagger, [qubit]);

    /// <summary>Applies T = diag(1, e^(i pi/4)).</summary>
    /// <param name="qubit">The qubit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The qubit is not there.</exception>
    public CircuitBuilder T(int qubit) => Add(GateKind.T, [qubit]);

    /// <summary>Applies the inverse of T.</summary>
    /// <param name="qubit">The qubit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The qubit is not there.</exception>
    public CircuitBuilder TDagger(int qubit) => Add(GateKind.TDagger, [qubit]);

    /// <summary>Applies exp(-i angle/2 X).</summary>
    /// <param name="qubit">The qubit.</param>
    /// <param name="angle">The angle.</param>
    /// <exception cref="ArgumentException">The qubit is not there, or the angle is not finite.</exception>
    public CircuitBuilder RX(int qubit, Angle angle) => Add(GateKind.RX, [qubit], angle);

    /// <summary>Applies exp(-i angle/2 Y).</summary>
    /// <param name="qubit">The qubit.</param>
    /// <param name="angle">The angle.</param>
    /// <exception cref="ArgumentException">The qubit is not there, or the angle is not finite.</exception>
    public CircuitBuilder RY(int qubit, Angle angle) => Add(GateKind.RY, [qubit], angle);

    /// <summary>Applies exp(-i angle/2 Z).</summary>
    /// <param name="qubit">The qubit.</param>
    /// <param name="angle">The angle.</param>
    /// <exception cref="ArgumentException">The qubit is not there, or the angle is not finite.</exception>
    public CircuitBuilder RZ(int qubit, Angle angle) => Add(GateKind.RZ, [qubit], angle);

    /// <summary>Applies the phase gate diag(1, e^(i angle)).</summary>
    /// <param name="qubit">The qubit.</param>
    /// <param name="angle">The angle.</param>
    /// <exception cref="ArgumentException">The qubit is not there, or the angle is not finite.</exception>
    public CircuitBuilder P(int qubit, Angle angle) => Add(GateKind.P, [qubit], angle);

    /// <summary>Applies RZ(first), RY(second) and RZ(third), in this order.</summary>
    /// <param name="qubit">The qubit.</param>
    /// <param name="first">The angle about z that comes first.</param>
    /// <param name="second">The angle about y.</param>
    /// <param name="third">The angle about z that comes last.</param>
    /// <exception cref="ArgumentException">The qubit is not there, or an angle is not finite.</exception>
    public CircuitBuilder Rot(int qubit, Angle first, Angle second, Angle third) => Add(GateKind.Rot, [qubit], first, second, third);

    /// <summary>Exchanges 0 and 1 of the target where the control is 1.</summary>
    /// <param name="control">The qubit that decides.</param>
    /// <param name="target">The qubit that is changed.</param>
    /// <exception cref="ArgumentException">A qubit is not there, or they are one.</exception>
    public CircuitBuilder CNOT(int control, int target) => Add(GateKind.CX, [control, target]);

    /// <summary>Gives a sign where both qubits are 1.</summary>
    /// <param name="first">A qubit.</param>
    /// <param name="second">Another.</param>
    /// <exception cref="ArgumentException">A qubit is not there, or they are one.</exception>
    public CircuitBuilder CZ(int first, int second) => Add(GateKind.CZ, [first, second]);

    /// <summary>Exchanges two qubits.</summary>
    /// <param name="first">A qubit.</param>
    /// <param name="second">Another.</param>
    /// <exception cref="ArgumentException">A qubit is not there, or they are one.</exception>
    public CircuitBuilder SWAP(int first, int second) => Add(GateKind.Swap, [first, second]);

    /// <summary>Applies exp(-i angle/2 X) to the target where the control is 1.</summary>
    /// <param name="control">The qubit that decides.</param>
    /// <param name="target">The qubit that is changed.</param>
    /// <param name="angle">The angle.</param>
    /// <exception cref="ArgumentException">A qubit is not there, they are one, or the angle is not finite.</exception>
    public CircuitBuilder CRX(int control, int target, Angle angle) => Add(GateKind.CRX, [control, target], angle);

    /// <summary>Applies exp(-i angle/2 Y) to the target where the control is 1.</summary>
    /// <param name="control">The qubit that decides.</param>
    /// <param name="target">The qubit that is changed.</param>
    /// <param name="angle">The angle.</param>
    /// <exception cref="ArgumentException">A qubit is not there, they are one, or the angle is not finite.</exception>
    public CircuitBuilder CRY(int control, int target, Angle angle) => Add(GateKind.CRY, [control, target], angle);

    /// <summary>Applies exp(-i angle/2 Z) to the target where the control is 1.</summary>
    /// <param name="control">The qubit that decides.</param>
    /// <param name="target">The qubit that is changed.</param>
    /// <param name="angle">The angle.</param>
    /// <exception cref="ArgumentException">A qubit is not there, they are one, or the angle is not finite.</exception>
    public CircuitBuilder CRZ(int control, int target, Angle angle) => Add(GateKind.CRZ, [control, target], angle);

    /// <summary>Applies exp(-i angle/2 XX).</summary>
    /// <param name="first">A qubit.</param>
    /// <param name="second">Another.</param>
    /// <param name="angle">The angle.</param>
    /// <exception cref="ArgumentException">A qubit is not there, they are one, or the angle is not finite.</exception>
    public CircuitBuilder RXX(int first, int second, Angle angle) => Add(GateKind.RXX, [first, second], angle);

    /// <summary>Applies exp(-i angle/2 YY).</summary>
    /// <param name="first">A qubit.</param>
    /// <param name="second">Another.</param>
    /// <param name="angle">The angle.</param>
    /// <exception cref="ArgumentException">A qubit is not there, they are one, or the angle is not finite.</exception>
    public CircuitBuilder RYY(int first, int second, Angle angle) => Add(GateKind.RYY, [first, second], angle);

    /// <summary>Applies exp(-i angle/2 ZZ).</summary>
    /// <param name="first">A qubit.</param>
    /// <param name="second">Another.</param>
    /// <param name="angle">The angle.</param>
    /// <exception cref="ArgumentException">A qubit is not there, they are one, or the angle is not finite.</exception>
    public CircuitBuilder RZZ(int first, int second, Angle angle) => Add(GateKind.RZZ, [first, second], angle);

    /// <summary>Applies a unitary of one qubit; a phase of the whole matrix is dropped, as no measurement sees it.</summary>
    /// <param name="qubit">The qubit.</param>
    /// <param name="matrix">[2, 2], row after row.</param>
    /// <exception cref="ArgumentException">The qubit is not there, or the matrix is not unitary to 1e-9.</exception>
    public CircuitBuilder Unitary(int qubit, ReadOnlySpan<Complex> matrix)
    {
        RequireUnitary(matrix, 2);
        (double first, double second, double third) = EulerAngles(matrix);
        return Rot(qubit, first, second, third);
    }

    /// <summary>Applies a unitary of two qubits.</summary>
    /// <param name="first">The qubit that is the more significant bit of the matrix's rows and columns.</param>
    /// <param name="second">The other.</param>
    /// <param name="matrix">[4, 4], row after row.</param>
    /// <exception cref="ArgumentException">A qubit is not there, they are one, or the matrix is not unitary to 1e-9.</exception>
    public CircuitBuilder Unitary(int first, int second, ReadOnlySpan<Complex> matrix)
    {
        RequireUnitary(matrix, 4);
        return Add(GateKind.Unitary(matrix), [first, second]);
    }

    /// <summary>
    /// Angles a, b, c of RZ(c) RY(b) RZ(a), which is the matrix over a root of its determinant: that has e^(i(c + a)/2) cos(b/2) and
    /// e^(i(c - a)/2) sin(b/2) at the end of its second row and at the beginning.
    /// </summary>
    internal static (double First, double Second, double Third) EulerAngles(ReadOnlySpan<Complex> matrix)
    {
        Complex root = Complex.Sqrt((matrix[0] * matrix[3]) - (matrix[1] * matrix[2]));
        Complex cos = matrix[3] / root, sin = matrix[2] / root;
        return (cos.Phase - sin.Phase, 2 * Math.Atan2(sin.Magnitude, cos.Magnitude), cos.Phase + sin.Phase);
    }
}
