using System.Numerics;

namespace QEngine.Quantum;

/// <summary>
/// One of the few things that all gates are made of, up to a phase of the whole state, which no measurement sees: a rotation about an
/// axis, perhaps controlled, a CNOT, or a unitary of two qubits.
/// </summary>
internal abstract class GatePart
{
    /// <summary>Hands the part to a planner.</summary>
    /// <param name="planner">Who plans.</param>
    /// <param name="qubits">The gate's qubits.</param>
    /// <param name="angles">The gate's angles.</param>
    public abstract void Plan(CircuitPlanner planner, ReadOnlySpan<int> qubits, ReadOnlySpan<Angle> angles);

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
        public override void Plan(CircuitPlanner planner, ReadOnlySpan<int> qubits, ReadOnlySpan<Angle> angles)
        {
            Angle by = angle < 0 ? factor : factor * angles[angle];
            if (control < 0) planner.Rotate(qubits[qubit], axis, by);
            else planner.Rotate(qubits[control], qubits[qubit], axis, by);
        }
    }

    private sealed class CnotPart(int control, int target) : GatePart
    {
        public override void Plan(CircuitPlanner planner, ReadOnlySpan<int> qubits, ReadOnlySpan<Angle> angles) =>
            planner.Cnot(qubits[control], qubits[target]);
    }

    private sealed class UnitaryPart(Complex[] matrix) : GatePart
    {
        public override void Plan(CircuitPlanner planner, ReadOnlySpan<int> qubits, ReadOnlySpan<Angle> angles) =>
            planner.Unitary(qubits[0], qubits[1], matrix);
    }
}
