using System.Numerics;

namespace QEngine.Quantum;

/// <summary>What <see cref="Compression"/> reads in place of the parameters, which it is computed from.</summary>
/// <param name="Coefficients">See <see cref="PairCoefficients"/>.</param>
/// <param name="Factors">[d], see <see cref="EncodingFactors"/>; empty where tau is 1.</param>
internal sealed record CascadeNumbers<T>(T[] Coefficients, T[] Factors)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes them.</summary>
    /// <param name="cascade">The plan.</param>
    /// <param name="raw">[<see cref="Cascade.Parameters"/>].</param>
    /// <param name="logScale">[1] or [d], ln tau; empty where tau is 1.</param>
    public static CascadeNumbers<T> Of(Cascade cascade, ReadOnlySpan<T> raw, ReadOnlySpan<T> logScale)
    {
        T[] coefficients = new T[cascade.Pairs * PairCoefficients.PerPair];
        PairCoefficients.Forward(cascade, raw, coefficients);
        T[] factors = logScale.IsEmpty ? [] : new T[cascade.InputQubits];
        if (factors.Length > 0) EncodingFactors.Forward(logScale, factors);
        return new(coefficients, factors);
    }
}
