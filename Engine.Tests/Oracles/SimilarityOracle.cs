using System.Numerics;
using QEngine.Models;

namespace QEngine.Tests.Oracles;

/// <summary>Two embeddings compared by the plain formulas, in double precision.</summary>
internal static class SimilarityOracle
{
    /// <summary>What a search scores by: ln F of two rows of angles or of two states, or the cosine of two vectors.</summary>
    public static double Score(Similarity similarity, ReadOnlySpan<float> one, ReadOnlySpan<float> two) => similarity switch
    {
        Similarity.Fidelity => LogFidelity(one, two),
        Similarity.StateFidelity => Math.Log(Math.Max(1e-9, StateFidelity(one, two))),
        _ => Cosine(one, two),
    };

    /// <summary>The fidelity of two states, real parts and then imaginary ones, whatever their lengths; 0 with zeros.</summary>
    public static double StateFidelity<T>(ReadOnlySpan<T> one, ReadOnlySpan<T> two)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Complex overlap = 0;
        int amplitudes = one.Length / 2;
        for (int i = 0; i < amplitudes; i++) overlap += Complex.Conjugate(Amplitude(one, i)) * Amplitude(two, i);
        double squares = Dot(one, one) * Dot(two, two);
        return squares == 0 ? 0 : overlap.Magnitude * overlap.Magnitude / squares;
    }

    /// <summary>The cosine; 0 with a vector of zeros.</summary>
    public static double Cosine<T>(ReadOnlySpan<T> one, ReadOnlySpan<T> two)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double squares = Dot(one, one) * Dot(two, two);
        return squares == 0 ? 0 : Dot(one, two) / Math.Sqrt(squares);
    }

    /// <summary>The product over qubits of cos^2 of half the angle between them.</summary>
    public static double Fidelity<T>(ReadOnlySpan<T> one, ReadOnlySpan<T> two)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double product = 1;
        for (int i = 0; i < one.Length; i++) product *= Math.Pow(Math.Cos(HalfAngle(one[i], two[i])), 2);
        return product;
    }

    /// <summary>Its logarithm, which does not underflow.</summary>
    public static double LogFidelity<T>(ReadOnlySpan<T> one, ReadOnlySpan<T> two)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int i = 0; i < one.Length; i++) sum += 2 * Math.Log(Math.Abs(Math.Cos(HalfAngle(one[i], two[i]))));
        return sum;
    }

    private static Complex Amplitude<T>(ReadOnlySpan<T> state, int i)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(double.CreateTruncating(state[i]), double.CreateTruncating(state[(state.Length / 2) + i]));

    private static double HalfAngle<T>(T one, T two)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (double.CreateTruncating(one) - double.CreateTruncating(two)) / 2;

    private static double Dot<T>(ReadOnlySpan<T> one, ReadOnlySpan<T> two)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int i = 0; i < one.Length; i++) sum += double.CreateTruncating(one[i]) * double.CreateTruncating(two[i]);
        return sum;
    }
}
