using System.Numerics;
using QEngine.Kernels;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>What the encoding multiplies its inputs by, 1 / tau, from ln tau, and the way back for gradients.</summary>
internal static class EncodingFactors
{
    // Factors stay finite and above 0: of finite numbers none becomes NaN.
    private const double MaxLogScale = 80;

    /// <summary>1 / tau = e^(-ln tau), ln tau taken within [-80, 80].</summary>
    /// <param name="logScales">[1] for all inputs, or [d].</param>
    /// <param name="factors">[d].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or the output overlaps the other argument.</exception>
    public static void Forward<T>(ReadOnlySpan<T> logScales, Span<T> factors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireScales(logScales, factors.Length);
        Require.Apart(factors, logScales);
        if (logScales.Length == factors.Length) logScales.CopyTo(factors);
        else factors.Fill(logScales[0]);
        Elementwise.Apply(WorkerPool.Single, default(Factor<T>), factors, factors);
    }

    /// <summary>Adds the gradient of ln tau, given what each input would add to it.</summary>
    /// <param name="logScales">[1] for all inputs, or [d].</param>
    /// <param name="dinputs">[d], d loss / d ln tau of each input as <see cref="Compression"/> adds it up.</param>
    /// <param name="dlogScales">As many as scales, accumulated.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or the output overlaps another argument.</exception>
    public static void Backward<T>(ReadOnlySpan<T> logScales, ReadOnlySpan<T> dinputs, Span<T> dlogScales)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireScales(logScales, dinputs.Length);
        Require.Elements(dlogScales, logScales.Length);
        Require.Apart(dlogScales, logScales, dinputs);
        T max = T.CreateTruncating(MaxLogScale);
        for (int i = 0; i < dinputs.Length; i++)
        {
            int scale = i % logScales.Length;
            if (T.Abs(logScales[scale]) <= max) dlogScales[scale] += dinputs[i];
        }
    }

    private static void RequireScales<T>(ReadOnlySpan<T> logScales, int inputs)
    {
        if (logScales.Length != 1) Require.Elements(logScales, inputs);
    }

    private readonly struct Factor<T> : IUnary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public TLane Invoke<TLane>(TLane x)
            where TLane : struct, ILane<TLane, T>
        {
            TLane max = Lanes<TLane, T>.Constant(MaxLogScale), min = Lanes<TLane, T>.Constant(-MaxLogScale);
            // In this order NaN stays.
            x = TLane.WhereLess(max, x, max, x);
            x = TLane.WhereLess(x, min, min, x);
            return Functions<TLane, T>.Exp(TLane.Splat(T.Zero) - x);
        }
    }
}
