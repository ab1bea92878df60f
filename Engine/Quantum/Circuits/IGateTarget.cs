using System.Numerics;

namespace QEngine.Quantum;

/// <summary>Who takes the parts of gates in order.</summary>
internal interface IGateTarget
{
    /// <summary>A rotation of one qubit.</summary>
    void Rotate(int qubit, Axis axis, Angle angle);

    /// <summary>A rotation of a qubit where another is 1.</summary>
    void Rotate(int control, int target, Axis axis, Angle angle);

    /// <summary>A CNOT.</summary>
    void Cnot(int control, int target);

    /// <summary>A unitary of two qubits, of which the first is the more significant.</summary>
    /// <param name="first">One qubit.</param>
    /// <param name="second">The other.</param>
    /// <param name="matrix">[4, 4].</param>
    void Unitary(int first, int second, ReadOnlySpan<Complex> matrix);
}
