using System.Numerics;

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

    /// <summary>
    /// The axis and the angle of a unitary U = e^(i phase) exp(-i angle/2 axis.sigma), the phase left out: a multiple of the unitary of
    /// determinant 1 is w - i (x X + y Y + z Z) with w = cos(angle/2), and (x, y, z) = sin(angle/2) axis.
    /// </summary>
    /// <param name="matrix">[2, 2], unitary.</param>
    public static (Axis Axis, double Angle) OfUnitary(ReadOnlySpan<Complex> matrix)
    {
        Complex phase = Complex.Sqrt((matrix[0] * matrix[3]) - (matrix[1] * matrix[2]));
        Complex a = matrix[0] / phase, b = matrix[1] / phase, c = matrix[2] / phase, d = matrix[3] / phase;
        double w = (a.Real + d.Real) / 2, x = -(b.Imaginary + c.Imaginary) / 2;
        double y = (c.Real - b.Real) / 2, z = (d.Imaginary - a.Imaginary) / 2;
        double sine = Math.Sqrt((x * x) + (y * y) + (z * z));
        return sine == 0 ? (OfZ, 0) : (new Axis(x / sine, y / sine, z / sine), 2 * Math.Atan2(sine, w));
    }
}
