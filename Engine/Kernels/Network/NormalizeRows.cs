using System.Numerics;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>Rows scaled to Euclidean length 1: y = x / max(|x|, 1e-12), as torch.nn.functional.normalize.</summary>
/// <remarks>Also of rows whose squares overflow; a row that is not finite becomes NaN.</remarks>
internal static class NormalizeRows
{
    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="y">[rows, columns].</param>
    /// <param name="inverseNorms">[rows], for the backward pass.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Forward<T>(WorkerPool workers, ReadOnlySpan<T> x, Span<T> y, Span<T> inverseNorms)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = Require.Columns(x, inverseNorms.Length);
        Require.Elements(y, x.Length);
        Require.SameOrApart(y, x);
        Require.Apart(inverseNorms, x, y);
        ForwardKernel<T> kernel = new(x, y, inverseNorms);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, inverseNorms.Length, columns, ref kernel);
    }

    /// <summary>Backward: dx += (dy - y (y . dy)) / |x|.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="y">[rows, columns], from the forward pass.</param>
    /// <param name="inverseNorms">[rows], from the forward pass.</param>
    /// <param name="dy">[rows, columns].</param>
    /// <param name="dx">[rows, columns], accumulated.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Backward<T>(WorkerPool workers, ReadOnlySpan<T> y, ReadOnlySpan<T> inverseNorms, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = Require.Columns(dx, inverseNorms.Length);
        Require.Elements(y, dx.Length);
        Require.Elements(dy, dx.Length);
        Require.Apart(dx, y, inverseNorms, dy);
        BackwardKernel<T> kernel = new(y, inverseNorms, dy, dx);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, inverseNorms.Length, columns, ref kernel);
    }

    private readonly ref struct ForwardKernel<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> inverseNorms) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _y = y, _inverseNorms = inverseNorms;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int columns = _x.Length / _inverseNorms.Length;
            for (int row = from; row < to; row++)
            {
                ReadOnlySpan<T> x = _x.Slice(row * columns, columns);
                Span<T> y = _y.Slice(row * columns, columns);
                T norm = T.Sqrt(Rows<TLane, T>.Dot(x, x));
                if (!T.IsFinite(norm))
                {
                    _inverseNorms[row] = Large<TLane>(x, y);
                    continue;
                }
                _inverseNorms[row] = T.One / T.Max(norm, T.CreateTruncating(1e-12));
                x.CopyTo(y);
                Rows<TLane, T>.Scale(_inverseNorms[row], y);
            }
        }

        // Brought to a largest element of 1 first.
        private static T Large<TLane>(ReadOnlySpan<T> x, Span<T> y)
            where TLane : struct, ILane<TLane, T>
        {
            T largest = T.Zero;
            foreach (T value in x) largest = T.Max(largest, T.Abs(value));
            for (int i = 0; i < x.Length; i++) y[i] = x[i] / largest;
            T norm = T.Sqrt(Rows<TLane, T>.Dot(y, y));
            Rows<TLane, T>.Scale(T.One / norm, y);
            return T.One / largest / norm;
        }
    }

    private readonly ref struct BackwardKernel<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> inverseNorms, ReadOnlySpan<T> dy, Span<T> dx)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _y = y, _inverseNorms = inverseNorms, _dy = dy;
        private readonly Span<T> _dx = dx;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int columns = _dx.Length / _inverseNorms.Length;
            for (int row = from; row < to; row++)
            {
                ReadOnlySpan<T> y = _y.Slice(row * columns, columns);
                ReadOnlySpan<T> dy = _dy.Slice(row * columns, columns);
                Span<T> dx = _dx.Slice(row * columns, columns);
                Rows<TLane, T>.AddScaled(_inverseNorms[row], dy, dx);
                Rows<TLane, T>.AddScaled(-_inverseNorms[row] * Rows<TLane, T>.Dot(y, dy), y, dx);
            }
        }
    }
}
