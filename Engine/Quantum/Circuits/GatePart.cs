using System.Numerics;

namespace QEngine.Quantum;

/// <summary>
/// One of the few things that all gates are made of, up to a phase of the whole state, which no measurement sees: a rotation about an
/// axis, perhaps controlled, a CNOT, or a unitary of two qubits.
/// </summary>
internal abstract class GatePart
{
    /// <summary>Hands the part on.</summary>
    /// <param name="target">Who takes it.</param>
    /// <param name="qubits">The gate's qubits.</param>
    /// <param name="angles">The gate's angles.</param>
    public abstract void Apply(IGateTarget target, ReadOnlySpan<int> qubits, ReadOnlySpan<Angle> angles);

    /// <summary>A rotation by the gate's angle of a number times a factor.</summary>
    public static GatePart Rotate(int qubit, Axis axis, int angle, double factor = 1) => new RotationPart(-1, qubit, axis, angle, factor);

    /// <summary>A rotation by a constant.</summary>
    public static GatePart Turn(int qubit, Axis axis, double radians) => new RotationPart(-1, qubit, axis, -1, radians);

    /// <summary>A rotation by the gate's only angle where another qubit is 1.</summary>
    public static GatePart Controlled(int control, int target, Axis axis) => new RotationPart(control, target, axis, 0, 1);

    /// <summary>A CNOT.</summary>
    public static GatePart Cnot(int control, int target) => new CnotPart(control, target);

    /// <summary>A unitary of the gate's two qubits.</summary>
    /// <param name="matrix">[4, 4].</param>
    public static GatePart Unitary(Complex[] matrix) => new UnitaryPart(matrix);

    /// <param name="control">The controlling qubit, or -1.</param>
    /// <param name="qubit">The qubit that is turned.</param>
    /// <param name="axis">About what.</param>
    /// <param name="angle">Which of the gate's angles, or -1 for 1 radian.</param>
    /// <param name="factor">The factor of the angle.</param>
    private sealed class RotationPart(int control, int qubit, Axis axis, int angle, double factor) : GatePart
    {
        public override void Apply(IGateTarget target, ReadOnlySpan<int> qubits, ReadOnlySpan<Angle> angles)
        {
            Angle by = angle < 0 ? factor : factor * angles[angle];
            if (control < 0) target.Rotate(qubits[qubit], axis, by);
            else target.Rotate(qubits[control], qubits[qubit], axis, by);
        }
    }

    private sealed class CnotPart(int control, int flipped) : GatePart
    {
        public override void Apply(IGateTarget target, ReadOnlySpan<int> qubits, ReadOnlySpan<Angle> angles) =>
            target.Cnot(qubits[control], qubits[flipped]);
    }

    private sealed class UnitaryPart(Complex[] matrix) : GatePart
    {
        public override void Apply(IGateTarget target, ReadOnlySpan<int> qubits, ReadOnlySpan<Angle> angles) =>
            target.Unitary(qubits[0], qubits[1], matrix);
    }
}
