namespace QEngine.Quantum;

/// <summary>
/// Which rotations the circuit of a DARUAN edge has after a Hadamard gate; t are trained angles, phi is that of the data, w x + b.
/// </summary>
internal enum DaruanAnsatz
{
    /// <summary>RZ(t) RY(t) RZ(phi) for every repetition, then RZ(t) RY(t).</summary>
    Pz,

    /// <summary>RY(t) RZ(phi) for every repetition, then RY(t).</summary>
    Rpz,

    /// <summary>RZ(t) RX(arccos(w x + b)) for every repetition, then RZ(t).</summary>
    Px,

    /// <summary>X RY(t) Z RY(phi) for every repetition; amplitudes stay real.</summary>
    Real,

    /// <summary>RZ(t) RX(t) RY(phi) for every repetition, then RZ(t) RX(t).</summary>
    Mix,
}
