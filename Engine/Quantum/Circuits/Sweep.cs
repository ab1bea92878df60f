namespace QEngine.Quantum;

/// <summary>One pass over the state: a run of rotations of one qubit, or a unitary of two.</summary>
internal readonly struct Sweep
{
    /// <summary>A run of rotations.</summary>
    /// <param name="pairs">The rows that it mixes.</param>
    /// <param name="turns">The rotations in order.</param>
    public Sweep(PairRows pairs, Turn[] turns) => (Pairs, Turns) = (pairs, turns);

    /// <summary>A unitary of two qubits.</summary>
    /// <param name="quads">The rows that it mixes.</param>
    /// <param name="matrix">[4, 4] complex numbers, real and imaginary part of each side by side.</param>
    public Sweep(QuadRows quads, double[] matrix) => (Quads, Matrix, Turns) = (quads, matrix, []);

    /// <summary>The rows that the rotations mix.</summary>
    public PairRows Pairs { get; }

    /// <summary>The rotations in order.</summary>
    public Turn[] Turns { get; }

    /// <summary>The rows that the unitary mixes.</summary>
    public QuadRows Quads { get; }

    /// <summary>The unitary, or null.</summary>
    public double[]? Matrix { get; }

    /// <summary>Whether an angle is not a constant.</summary>
    public bool Varies(ReadOnlySpan<Angle> angles)
    {
        foreach (Turn turn in Turns)
            if (angles[turn.Angle].Source != AngleSource.Constant) return true;
        return false;
    }
}

/// <summary>A rotation of a run.</summary>
/// <param name="Axis">About what.</param>
/// <param name="Angle">Index of the angle in the plan.</param>
internal readonly record struct Turn(Axis Axis, int Angle);
