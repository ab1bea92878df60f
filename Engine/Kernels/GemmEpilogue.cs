using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>What Gemm does with a block of the result once it is complete, while it is still in the cache.</summary>
/// <typeparam name="T">The element.</typeparam>
public interface IGemmEpilogue<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Changes a part of a row of the result.</summary>
    /// <typeparam name="TLane">The lane to compute with.</typeparam>
    /// <param name="row">Its row.</param>
    /// <param name="column">Its first column.</param>
    /// <param name="c">Its elements.</param>
    void Run<TLane>(int row, int column, Span<T> c)
        where TLane : struct, ILane<TLane, T>;
}

/// <summary>Leaves the product as it is.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct NoEpilogue<T> : IGemmEpilogue<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Run<TLane>(int row, int column, Span<T> c)
        where TLane : struct, ILane<TLane, T>
    {
    }
}

/// <summary>c += bias.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <param name="bias">[columns].</param>
public readonly ref struct BiasEpilogue<T>(ReadOnlySpan<T> bias) : IGemmEpilogue<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _bias = bias;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run<TLane>(int row, int column, Span<T> c)
        where TLane : struct, ILane<TLane, T> =>
        Rows.Add<TLane, T>(_bias.Slice(column, c.Length), c);
}

/// <summary>c += bias, y = GELU(c): the biased product is kept for the backward pass. Without a y of its own GELU replaces c.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <param name="bias">[columns].</param>
/// <param name="y">[rows, columns], rows one after another, or empty.</param>
public readonly ref struct BiasGeluEpilogue<T>(ReadOnlySpan<T> bias, Span<T> y) : IGemmEpilogue<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _bias = bias;
    private readonly Span<T> _y = y;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run<TLane>(int row, int column, Span<T> c)
        where TLane : struct, ILane<TLane, T>
    {
        Span<T> y = _y.IsEmpty ? c : _y.Slice((row * _bias.Length) + column, c.Length);
        ref T target = ref MemoryMarshal.GetReference(c);
        ref T activated = ref MemoryMarshal.GetReference(y);
        ref T bias = ref Unsafe.Add(ref MemoryMarshal.GetReference(_bias), column);
        Gelu<T> gelu = default;
        for (int i = 0; i < c.Length; i += TLane.Count)
        {
            int rest = c.Length - i;
            TLane x = Lanes.Take<TLane, T>(ref Unsafe.Add(ref target, i), rest) + Lanes.Take<TLane, T>(ref Unsafe.Add(ref bias, i), rest);
            Lanes.Put(x, ref Unsafe.Add(ref target, i), rest);
            Lanes.Put(gelu.Invoke(x), ref Unsafe.Add(ref activated, i), rest);
        }
    }
}

/// <summary>c += bias + residual.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <param name="bias">[columns].</param>
/// <param name="residual">[rows, columns], rows one after another.</param>
public readonly ref struct BiasResidualEpilogue<T>(ReadOnlySpan<T> bias, ReadOnlySpan<T> residual) : IGemmEpilogue<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _bias = bias, _residual = residual;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run<TLane>(int row, int column, Span<T> c)
        where TLane : struct, ILane<TLane, T>
    {
        Rows.Add<TLane, T>(_bias.Slice(column, c.Length), c);
        Rows.Add<TLane, T>(_residual.Slice((row * _bias.Length) + column, c.Length), c);
    }
}
