namespace QEngine.Quantum;

/// <summary>A gate at its place in a circuit.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Qubits">On what.</param>
/// <param name="Angles">By how much.</param>
internal sealed record Gate(GateKind Kind, int[] Qubits, Angle[] Angles)
{
    /// <summary>The gate that undoes it.</summary>
    public Gate Inverse()
    {
        Angle[] angles = new Angle[Angles.Length];
        for (int i = 0; i < angles.Length; i++) angles[i] = -Angles[^(i + 1)];
        return new(Kind.Inverse, Qubits, angles);
    }

    /// <summary>The gate with angles of numbers that lie further on in the call.</summary>
    public Gate Moved(int firstInput, int firstParameter)
    {
        Angle[] angles = new Angle[Angles.Length];
        for (int i = 0; i < angles.Length; i++) angles[i] = Angles[i].Moved(firstInput, firstParameter);
        return new(Kind, Qubits, angles);
    }
}
