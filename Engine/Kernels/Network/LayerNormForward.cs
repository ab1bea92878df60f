using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>Rows that lie somewhere or are computed where they are needed, for instance sums of other rows.</summary>
internal interface IRowSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Requires that there are the rows, and that outputs do not overlap what rows are read from.</summary>
    /// <param name="count">Rows.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="y">[rows, columns], where rows are put and results replace them; it may be what rows are read from itself.</param>
    /// <param name="normalized">Another output.</param>
    /// <param name="rstd">Another output.</param>
    /// <exception cref="ArgumentException">There are not, or they do.</exception>
    void Check(int count, int columns, ReadOnlySpan<T> y, ReadOnlySpan<T> normalized, ReadOnlySpan<T> rstd);

    /// <summary>A row.</summary>
    /// <param name="row">Which.</param>
    /// <param name="room">[columns], where the row may be put.</param>
    /// <returns>The row, in the room or where it lies anyway.</returns>
    ReadOnlySpan<T> Row<TLane>(int row, Span<T> room)
        where TLane : struct, ILane<TLane, T>;
}

/// <summary>Rows of x, or of x + residual.</summary>
internal readonly ref struct ResidualRows<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> residual, int columns) : IRowSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _x = x, _residual = residual;

    public void Check(int count, int columns, ReadOnlySpan<T> y, ReadOnlySpan<T> normalized, ReadOnlySpan<T> rstd)
    {
        Require.Elements(_x, (long)count * columns, "x");
        Require.ElementsOrNone(_residual, (long)count * columns, "residual");
        Require.SameOrApart(y, _x);
        Require.SameOrApart(y, _residual);
        Require.Apart(normalized, _x, _residual);
        Require.Apart(rstd, _x, _residual);
    }

    public ReadOnlySpan<T> Row<TLane>(int row, Span<T> room)
        where TLane : struct, ILane<TLane, T>
    {
        ReadOnlySpan<T> x = _x.Slice(row * columns, columns);
        if (_residual.IsEmpty) return x;
        Rows<TLane, T>.Sum(x, _residual.Slice(row * columns, columns), room);
        return room;
    }
}

/// <summary>
/// The forward pass of <see cref="LayerNorm"/>: sum, squares and result are three passes over a row in the first-level cache.
/// </summary>
internal readonly ref struct LayerNormForward<TRows, T>(
    TRows rows, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, T epsilon, Span<T> y, Span<T> normalized, Span<T> rstd) : IRangeKernel<T>
    where TRows : struct, IRowSource<T>, allows ref struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TRows _rows = rows;
    private readonly ReadOnlySpan<T> _gamma = gamma, _beta = beta;
    private readonly Span<T> _y = y, _normalized = normalized, _rstd = rstd;

    void IRangeKernel<T>.Run<TLane>(int from, int to)
    {
        int columns = _gamma.Length;
        for (int row = from; row < to; row++)
        {
            Span<T> y = _y.Slice(row * columns, columns);
            ReadOnlySpan<T> sums = _rows.Row<TLane>(row, y);
            T mean = Rows<TLane, T>.Sum(sums) / T.CreateTruncating(columns);
            T squares = Rows<TLane, T>.SquaredDistances(mean, sums);
            // The inverse of an infinite deviation would make zeros of the row, as if nothing had happened.
            T rstd = T.IsFinite(squares) ? T.One / T.Sqrt((squares / T.CreateTruncating(columns)) + epsilon) : T.NaN;
            Normalize<TLane>(mean, rstd, sums, y, _normalized.IsEmpty ? default : _normalized.Slice(row * columns, columns));
            if (!_rstd.IsEmpty) _rstd[row] = rstd;
        }
    }

    // Two calls rather than an ILaneLoop: to set up a struct for every row was measured to take 5% of rows of 384.
    private void Normalize<TLane>(T mean, T rstd, ReadOnlySpan<T> sums, Span<T> y, Span<T> normalized)
        where TLane : struct, ILane<TLane, T>
    {
        int whole = y.Length - (y.Length % TLane.Count);
        ref T s = ref MemoryMarshal.GetReference(sums);
        ref T result = ref MemoryMarshal.GetReference(y);
        ref T kept = ref MemoryMarshal.GetReference(normalized);
        Normalize<TLane, WholeLane<TLane, T>>(mean, rstd, ref s, ref result, ref kept, 0, whole);
        if (whole < y.Length) Normalize<TLane, PartOfLane<TLane, T>>(mean, rstd, ref s, ref result, ref kept, whole, y.Length);
    }

    /// <summary>n = (s - mean) rstd, kept if there is room for it, and y = gamma n + beta.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Normalize<TLane, TPart>(T mean, T rstd, ref T s, ref T y, ref T kept, int from, int to)
        where TLane : struct, ILane<TLane, T>
        where TPart : struct, ILanePart<TLane, T>
    {
        ref T gamma = ref MemoryMarshal.GetReference(_gamma);
        ref T beta = ref MemoryMarshal.GetReference(_beta);
        bool keeps = !_normalized.IsEmpty;
        TLane center = TLane.Splat(mean);
        TLane scale = TLane.Splat(rstd);
        for (int i = from; i < to; i += TLane.Count)
        {
            TLane n = (TPart.Take(ref Unsafe.Add(ref s, i), to - i) - center) * scale;
            if (keeps) TPart.Put(n, ref Unsafe.Add(ref kept, i), to - i);
            n = TLane.MultiplyAdd(n, TPart.Take(ref Unsafe.Add(ref gamma, i), to - i), TPart.Take(ref Unsafe.Add(ref beta, i), to - i));
            TPart.Put(n, ref Unsafe.Add(ref y, i), to - i);
        }
    }
}
