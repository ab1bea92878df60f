namespace QEngine.Quantum;

/// <summary>A unit vector: what a gate of one qubit turns the Bloch sphere about.</summary>
/// <param name="X">Component along x.</param>
/// <param name="Y">Component along y.</param>
/// <param name="Z">Component along z.</param>
internal readonly record struct Axis(double X, double Y, double Z)
{
    /// <summary>The axis of RX.</summary>
    public static Axis OfX => new(1, 0, 0);

    /// <summary>The axis of RY.</summary>
    public static Axis OfY => new(0, 1, 0);

    /// <summary>The axis of RZ.</summary>
    public static Axis OfZ => new(0, 0, 1);

    /// <summary>The axis of the Hadamard gate, half way between x and z.</summary>
    public static Axis OfH => new(Math.Sqrt(0.5), 0, Math.Sqrt(0.5));
}
