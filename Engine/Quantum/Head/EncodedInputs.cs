using System.Numerics;
using QEngine.Kernels;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>Inputs of an encoding divided by their scales, v = u / tau, row by row.</summary>
internal static class EncodedInputs
{
    /// <summary>v = u / tau.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="u">[rows, d].</param>
    /// <param name="factors">[d], 1 / tau.</param>
    /// <param name="v">[rows, d].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or the output overlaps another argument.</exception>
    public static void Forward<T>(WorkerPool workers, ReadOnlySpan<T> u, ReadOnlySpan<T> factors, Span<T> v)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Require.Rows(u, factors.Length);
        Require.Elements(v, u.Length);
        Require.Apart(v, u, factors);
        for (int row = 0; row < rows; row++)
        {
            Elementwise.Apply(
                workers, default(Hadamard<T>), u.Slice(row * factors.Length, factors.Length), factors,
                v.Slice(row * factors.Length, factors.Length));
        }
    }

    /// <summary>Adds the gradients of values and of ln tau, rows in order.</summary>
    /// <param name="u">[rows, d].</param>
    /// <param name="factors">[d], 1 / tau.</param>
    /// <param name="dv">[rows, d].</param>
    /// <param name="du">[rows, d], accumulated; empty if not wanted.</param>
    /// <param name="dlogScales">[d], accumulated; empty if not wanted.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Backward<T>(ReadOnlySpan<T> u, ReadOnlySpan<T> factors, ReadOnlySpan<T> dv, Span<T> du, Span<T> dlogScales)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _ = Require.Rows(u, factors.Length);
        Require.Elements(dv, u.Length);
        Require.ElementsOrNone(du, u.Length);
        Require.ElementsOrNone(dlogScales, factors.Length);
        Require.Apart(du, u, factors, dv, dlogScales);
        Require.Apart(dlogScales, u, factors, dv);
        BackwardKernel<T> kernel = new(u, factors, dv, du, dlogScales);
        // One unit: the rows' shares of a scale are added in order.
        RangeKernel.Run<BackwardKernel<T>, T>(WorkerPool.Single, 1, u.Length, ref kernel);
    }

    private readonly ref struct BackwardKernel<T>(
        ReadOnlySpan<T> u, ReadOnlySpan<T> factors, ReadOnlySpan<T> dv, Span<T> du, Span<T> dlogScales) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _u = u, _factors = factors, _dv = dv;
        private readonly Span<T> _du = du, _dlogScales = dlogScales;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int d = _factors.Length;
            for (int first = 0; first < _u.Length; first += d)
            {
                Encoding<TLane, T>.Backward(
                    _u.Slice(first, d), _factors, _dv.Slice(first, d), _du.IsEmpty ? default : _du.Slice(first, d), _dlogScales);
            }
        }
    }
}
