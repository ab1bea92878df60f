using System.Numerics;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>The outer product of two rows, for every row: y[r, i n + j] = a[r, i] b[r, j].</summary>
internal static class OuterProducts
{
    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="a">[rows, m].</param>
    /// <param name="m">Columns of a.</param>
    /// <param name="b">[rows, n].</param>
    /// <param name="y">[rows, m n].</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or y overlaps another argument.</exception>
    public static void Forward<T>(WorkerPool workers, ReadOnlySpan<T> a, int m, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int n) = RequireFit(a, m, b, y);
        Require.Apart(y, a, b);
        ForwardKernel<T> kernel = new(m, n, a, b, y);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, rows, (long)m * n, ref kernel);
    }

    /// <summary>The gradient of the left factor: da[r, i] += sum over j of dy[r, i n + j] b[r, j].</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="dy">[rows, m n].</param>
    /// <param name="b">[rows, n].</param>
    /// <param name="m">Columns of a.</param>
    /// <param name="da">[rows, m], added to.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or da overlaps another argument.</exception>
    public static void BackwardLeft<T>(WorkerPool workers, ReadOnlySpan<T> dy, ReadOnlySpan<T> b, int m, Span<T> da)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int n) = RequireFit(da, m, b, dy);
        Require.Apart(da, dy, b);
        LeftKernel<T> kernel = new(m, n, dy, b, da);
        RangeKernel.Run<LeftKernel<T>, T>(workers, rows, (long)m * n, ref kernel);
    }

    /// <summary>The gradient of the right factor: db[r, j] += sum over i of dy[r, i n + j] a[r, i].</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="dy">[rows, m n].</param>
    /// <param name="a">[rows, m].</param>
    /// <param name="m">Columns of a.</param>
    /// <param name="db">[rows, n], added to.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or db overlaps another argument.</exception>
    public static void BackwardRight<T>(WorkerPool workers, ReadOnlySpan<T> dy, ReadOnlySpan<T> a, int m, Span<T> db)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int n) = RequireFit(a, m, db, dy);
        Require.Apart(db, dy, a);
        RightKernel<T> kernel = new(m, n, dy, a, db);
        RangeKernel.Run<RightKernel<T>, T>(workers, rows, (long)m * n, ref kernel);
    }

    /// <summary>Requires as many rows of all.</summary>
    private static (int Rows, int Columns) RequireFit<T>(ReadOnlySpan<T> a, int m, ReadOnlySpan<T> b, ReadOnlySpan<T> y)
    {
        int rows = Require.Rows(a, m);
        int n = Require.Columns(b, rows);
        Require.Elements(y, (long)a.Length * n);
        return (rows, n);
    }

    private readonly ref struct ForwardKernel<T>(int m, int n, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _a = a, _b = b;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int i = from * m; i < to * m; i++)
                Pointwise<TLane, T>.Apply(new Scaled<T>(_a[i]), _b.Slice(i / m * n, n), _y.Slice(i * n, n));
        }
    }

    private readonly ref struct LeftKernel<T>(int m, int n, ReadOnlySpan<T> dy, ReadOnlySpan<T> b, Span<T> da) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _dy = dy, _b = b;
        private readonly Span<T> _da = da;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int i = from * m; i < to * m; i++)
                _da[i] += Rows<TLane, T>.Dot(_dy.Slice(i * n, n), _b.Slice(i / m * n, n));
        }
    }

    private readonly ref struct RightKernel<T>(int m, int n, ReadOnlySpan<T> dy, ReadOnlySpan<T> a, Span<T> db) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _dy = dy, _a = a;
        private readonly Span<T> _db = db;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int i = from * m; i < to * m; i++)
                Rows<TLane, T>.AddScaled(_a[i], _dy.Slice(i * n, n), _db.Slice(i / m * n, n));
        }
    }
}
