using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>What Gemm does with a tile of the result once it is complete, while it is still in the cache.</summary>
/// <typeparam name="T">The element.</typeparam>
public interface IGemmEpilogue<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Changes a tile of the result, mostly two lanes wide.</summary>
    /// <typeparam name="TLane">The lane to compute with.</typeparam>
    /// <param name="tile">Where it is.</param>
    /// <param name="c">Its first element.</param>
    void Run<TLane>(GemmArea tile, ref T c)
        where TLane : struct, ILane<TLane, T>;
}

/// <summary>A part of Gemm's result.</summary>
/// <param name="Row">First row.</param>
/// <param name="Column">First column.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Columns">Number of columns.</param>
/// <param name="Stride">Elements from one row to the next.</param>
public readonly record struct GemmArea(int Row, int Column, int Rows, int Columns, int Stride);

/// <summary>Leaves the product as it is.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct NoEpilogue<T> : IGemmEpilogue<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Run<TLane>(GemmArea tile, ref T c)
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
    public void Run<TLane>(GemmArea tile, ref T c)
        where TLane : struct, ILane<TLane, T>
    {
        ref T bias = ref MemoryMarshal.GetReference(_bias.Slice(tile.Column, tile.Columns));
        for (int i = 0; i < tile.Columns; i += TLane.Count)
        {
            int rest = tile.Columns - i;
            TLane added = Lanes.Take<TLane, T>(ref Unsafe.Add(ref bias, i), rest);
            ref T target = ref Unsafe.Add(ref c, i);
            for (int row = 0; row < tile.Rows; row++, target = ref Unsafe.Add(ref target, tile.Stride))
                Lanes.Put(Lanes.Take<TLane, T>(ref target, rest) + added, ref target, rest);
        }
    }
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
    public void Run<TLane>(GemmArea tile, ref T c)
        where TLane : struct, ILane<TLane, T>
    {
        ref T bias = ref MemoryMarshal.GetReference(_bias.Slice(tile.Column, tile.Columns));
        Gelu<T> gelu = default;
        for (int row = 0; row < tile.Rows; row++)
        {
            ref T sums = ref Unsafe.Add(ref c, (nint)row * tile.Stride);
            ref T activated = ref _y.IsEmpty ? ref sums : ref MemoryMarshal.GetReference(_y.Slice(((tile.Row + row) * _bias.Length) + tile.Column, tile.Columns));
            for (int i = 0; i < tile.Columns; i += TLane.Count)
            {
                int rest = tile.Columns - i;
                TLane x = Lanes.Take<TLane, T>(ref Unsafe.Add(ref sums, i), rest) + Lanes.Take<TLane, T>(ref Unsafe.Add(ref bias, i), rest);
                if (!_y.IsEmpty) Lanes.Put(x, ref Unsafe.Add(ref sums, i), rest);
                Lanes.Put(gelu.Invoke(x), ref Unsafe.Add(ref activated, i), rest);
            }
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
    public void Run<TLane>(GemmArea tile, ref T c)
        where TLane : struct, ILane<TLane, T>
    {
        ref T bias = ref MemoryMarshal.GetReference(_bias.Slice(tile.Column, tile.Columns));
        for (int row = 0; row < tile.Rows; row++)
        {
            ref T target = ref Unsafe.Add(ref c, (nint)row * tile.Stride);
            ref T residual = ref MemoryMarshal.GetReference(_residual.Slice(((tile.Row + row) * _bias.Length) + tile.Column, tile.Columns));
            for (int i = 0; i < tile.Columns; i += TLane.Count)
            {
                int rest = tile.Columns - i;
                TLane sum = Lanes.Take<TLane, T>(ref Unsafe.Add(ref target, i), rest) + Lanes.Take<TLane, T>(ref Unsafe.Add(ref bias, i), rest);
                Lanes.Put(sum + Lanes.Take<TLane, T>(ref Unsafe.Add(ref residual, i), rest), ref Unsafe.Add(ref target, i), rest);
            }
        }
    }
}
