using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>Rows that are computed where they are needed, for instance sums of other rows.</summary>
/// <typeparam name="T">The element.</typeparam>
public interface IRowSum<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Writes a row.</summary>
    /// <typeparam name="TLane">The lane to compute with.</typeparam>
    /// <param name="row">Which.</param>
    /// <param name="target">[columns].</param>
    /// <returns>The sum of its elements.</returns>
    T Write<TLane>(int row, Span<T> target)
        where TLane : struct, ILane<TLane, T>;
}

/// <summary>Rows of x, or of x + residual.</summary>
internal readonly ref struct ResidualRows<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> residual, int columns) : IRowSum<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _x = x, _residual = residual;

    public T Write<TLane>(int row, Span<T> target)
        where TLane : struct, ILane<TLane, T>
    {
        ref T y = ref MemoryMarshal.GetReference(target);
        ref T first = ref MemoryMarshal.GetReference(_x.Slice(row * columns, columns));
        ref T second = ref MemoryMarshal.GetReference(_residual.IsEmpty ? default : _residual.Slice(row * columns, columns));
        bool add = !_residual.IsEmpty;
        TLane sum = TLane.Splat(T.Zero);
        for (int i = 0; i < target.Length; i += TLane.Count)
        {
            int rest = target.Length - i;
            TLane value = Lanes.Take<TLane, T>(ref Unsafe.Add(ref first, i), rest);
            if (add) value += Lanes.Take<TLane, T>(ref Unsafe.Add(ref second, i), rest);
            Lanes.Put(value, ref Unsafe.Add(ref y, i), rest);
            sum += value;
        }
        return sum.Sum();
    }
}

/// <summary>The forward pass of <see cref="LayerNorm"/>: the row, its squares and its result are three passes over the first-level cache.</summary>
internal readonly ref struct LayerNormForward<TRows, T>(
    TRows rows, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, T epsilon, Span<T> y, Span<T> normalized, Span<T> inverseDeviation) : IRangeKernel<T>
    where TRows : struct, IRowSum<T>, allows ref struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TRows _rows = rows;
    private readonly ReadOnlySpan<T> _gamma = gamma, _beta = beta;
    private readonly Span<T> _y = y, _normalized = normalized, _inverseDeviation = inverseDeviation;

    public void Run<TLane>(int from, int to)
        where TLane : struct, ILane<TLane, T>
    {
        int columns = _gamma.Length;
        for (int row = from; row < to; row++)
        {
            Span<T> y = _y.Slice(row * columns, columns);
            T mean = _rows.Write<TLane>(row, y) / T.CreateTruncating(columns);
            T inverse = T.One / T.Sqrt((Squares<TLane>(mean, y) / T.CreateTruncating(columns)) + epsilon);
            Normalize<TLane>(mean, inverse, y, _normalized.IsEmpty ? default : _normalized.Slice(row * columns, columns));
            if (!_inverseDeviation.IsEmpty) _inverseDeviation[row] = inverse;
        }
    }

    /// <summary>Sum of the squared distances from the mean.</summary>
    private static T Squares<TLane>(T mean, ReadOnlySpan<T> row)
        where TLane : struct, ILane<TLane, T>
    {
        ref T value = ref MemoryMarshal.GetReference(row);
        TLane center = TLane.Splat(mean), squares = TLane.Splat(T.Zero);
        for (int i = 0; i < row.Length; i += TLane.Count)
        {
            TLane centred = Lanes.Take<TLane, T>(ref Unsafe.Add(ref value, i), row.Length - i, mean) - center;
            squares = TLane.MultiplyAdd(centred, centred, squares);
        }
        return squares.Sum();
    }

    /// <summary>n = (y - mean) inverse, kept if there is room for it, and y = gamma n + beta.</summary>
    private void Normalize<TLane>(T mean, T inverse, Span<T> y, Span<T> normalized)
        where TLane : struct, ILane<TLane, T>
    {
        ref T target = ref MemoryMarshal.GetReference(y);
        ref T kept = ref MemoryMarshal.GetReference(normalized);
        ref T gamma = ref MemoryMarshal.GetReference(_gamma);
        ref T beta = ref MemoryMarshal.GetReference(_beta);
        bool keep = !normalized.IsEmpty;
        TLane center = TLane.Splat(mean), scale = TLane.Splat(inverse);
        for (int i = 0; i < y.Length; i += TLane.Count)
        {
            int rest = y.Length - i;
            TLane n = (Lanes.Take<TLane, T>(ref Unsafe.Add(ref target, i), rest) - center) * scale;
            if (keep) Lanes.Put(n, ref Unsafe.Add(ref kept, i), rest);
            n = TLane.MultiplyAdd(n, Lanes.Take<TLane, T>(ref Unsafe.Add(ref gamma, i), rest), Lanes.Take<TLane, T>(ref Unsafe.Add(ref beta, i), rest));
            Lanes.Put(n, ref Unsafe.Add(ref target, i), rest);
        }
    }
}
