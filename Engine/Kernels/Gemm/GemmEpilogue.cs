using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>What Gemm does with a tile of the result once it is complete, while it is still in the cache.</summary>
internal interface IGemmEpilogue<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Requires that the epilogue's own arguments fit the result.</summary>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="c">The result.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap.</exception>
    void Check(int rows, int columns, ReadOnlySpan<T> c);

    /// <summary>What the epilogue writes beside the result, or nothing.</summary>
    ReadOnlySpan<T> Output { get; }

    /// <summary>Changes a tile of the result, mostly two lanes wide.</summary>
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
internal readonly record struct GemmArea(int Row, int Column, int Rows, int Columns, int Stride);

/// <summary>Leaves the product as it is.</summary>
internal readonly struct NoEpilogue<T> : IGemmEpilogue<T>, IGemmLane<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ReadOnlySpan<T> Output => default;

    public void Check(int rows, int columns, ReadOnlySpan<T> c)
    {
    }

    public void Run<TLane>(GemmArea tile, ref T c)
        where TLane : struct, ILane<TLane, T>
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IGemmLane<T>.Lane<TLane, TPart>(TLane c, int row, int column, int rest) => c;
}

/// <summary>A formula for one lane of Gemm's result.</summary>
internal interface IGemmLane<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What becomes of a lane, or of what is left of one.</summary>
    /// <param name="c">The lane of the result.</param>
    /// <param name="row">Its row.</param>
    /// <param name="column">Its first column.</param>
    /// <param name="rest">Columns left.</param>
    TLane Lane<TLane, TPart>(TLane c, int row, int column, int rest)
        where TLane : struct, ILane<TLane, T>
        where TPart : struct, ILanePart<TLane, T>;
}

/// <summary>Goes through a tile lane by lane; that the formulas' spans cover the result was checked at entry.</summary>
internal static class GemmLanes
{
    /// <summary>
    /// A tile of two whole lanes has a loop of its own: with the call for a part of a lane in it, its registers would go through memory.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TFormula, TLane, T>(TFormula formula, GemmArea tile, ref T c)
        where TFormula : struct, IGemmLane<T>, allows ref struct
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (tile.Columns == 2 * TLane.Count) Whole<TFormula, TLane, T>(formula, tile, ref c);
        else Parts<TFormula, TLane, T>(formula, tile, ref c);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Whole<TFormula, TLane, T>(TFormula formula, GemmArea tile, ref T c)
        where TFormula : struct, IGemmLane<T>, allows ref struct
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < tile.Rows; row++)
        {
            ref T target = ref Unsafe.Add(ref c, (nint)row * tile.Stride);
            Lane<TFormula, TLane, WholeLane<TLane, T>, T>(formula, ref target, tile.Row + row, tile.Column, TLane.Count);
            Lane<TFormula, TLane, WholeLane<TLane, T>, T>(
                formula, ref Unsafe.Add(ref target, TLane.Count), tile.Row + row, tile.Column + TLane.Count, TLane.Count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Parts<TFormula, TLane, T>(TFormula formula, GemmArea tile, ref T c)
        where TFormula : struct, IGemmLane<T>, allows ref struct
        where TLane : struct, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < tile.Rows; row++)
        {
            ref T target = ref Unsafe.Add(ref c, (nint)row * tile.Stride);
            for (int i = 0; i < tile.Columns; i += TLane.Count)
            {
                Lane<TFormula, TLane, PartOfLane<TLane, T>, T>(
                    formula, ref Unsafe.Add(ref target, i), tile.Row + row, tile.Column + i, tile.Columns - i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lane<TFormula, TLane, TPart, T>(TFormula formula, ref T c, int row, int column, int rest)
        where TFormula : struct, IGemmLane<T>, allows ref struct
        where TLane : struct, ILane<TLane, T>
        where TPart : struct, ILanePart<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TPart.Put(formula.Lane<TLane, TPart>(TPart.Take(ref c, rest), row, column, rest), ref c, rest);
}

/// <summary>c += bias.</summary>
/// <param name="bias">[columns].</param>
internal readonly ref struct BiasEpilogue<T>(ReadOnlySpan<T> bias) : IGemmEpilogue<T>, IGemmLane<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _bias = bias;

    public ReadOnlySpan<T> Output => default;

    public void Check(int rows, int columns, ReadOnlySpan<T> c)
    {
        Require.Elements(_bias, columns, "bias");
        Require.Apart(c, _bias);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run<TLane>(GemmArea tile, ref T c)
        where TLane : struct, ILane<TLane, T>
    {
        GemmLanes.Run<BiasEpilogue<T>, TLane, T>(this, tile, ref c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IGemmLane<T>.Lane<TLane, TPart>(TLane c, int row, int column, int rest) =>
        c + TPart.Take(ref Unsafe.Add(ref MemoryMarshal.GetReference(_bias), column), rest);
}

/// <summary>c += bias, y = GELU(c): the biased product is kept for the backward pass. Without a y of its own GELU replaces c.</summary>
/// <param name="bias">[columns].</param>
/// <param name="y">[rows, columns], rows one after another, or empty.</param>
internal readonly ref struct BiasGeluEpilogue<T>(ReadOnlySpan<T> bias, Span<T> y) : IGemmEpilogue<T>, IGemmLane<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _bias = bias;
    private readonly Span<T> _y = y;

    public ReadOnlySpan<T> Output => _y;

    public void Check(int rows, int columns, ReadOnlySpan<T> c)
    {
        Require.Elements(_bias, columns, "bias");
        Require.ElementsOrNone<T>(_y, (long)rows * columns, "y");
        Require.Apart(c, _bias, _y);
        Require.Apart<T>(_y, _bias, parameter: "y");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run<TLane>(GemmArea tile, ref T c)
        where TLane : struct, ILane<TLane, T>
    {
        GemmLanes.Run<BiasGeluEpilogue<T>, TLane, T>(this, tile, ref c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IGemmLane<T>.Lane<TLane, TPart>(TLane c, int row, int column, int rest)
    {
        TLane x = c + TPart.Take(ref Unsafe.Add(ref MemoryMarshal.GetReference(_bias), column), rest);
        TLane activated = GeluLanes<TLane, T>.Value(x);
        if (_y.IsEmpty) return activated;
        TPart.Put(activated, ref Unsafe.Add(ref MemoryMarshal.GetReference(_y), ((nint)row * _bias.Length) + column), rest);
        return x;
    }
}

/// <summary>c += bias + residual.</summary>
/// <param name="bias">[columns].</param>
/// <param name="residual">[rows, columns], rows one after another.</param>
internal readonly ref struct BiasResidualEpilogue<T>(ReadOnlySpan<T> bias, ReadOnlySpan<T> residual) : IGemmEpilogue<T>, IGemmLane<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _bias = bias, _residual = residual;

    public ReadOnlySpan<T> Output => default;

    public void Check(int rows, int columns, ReadOnlySpan<T> c)
    {
        Require.Elements(_bias, columns, "bias");
        Require.Elements(_residual, (long)rows * columns, "residual");
        Require.Apart(c, _bias, _residual);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run<TLane>(GemmArea tile, ref T c)
        where TLane : struct, ILane<TLane, T>
    {
        GemmLanes.Run<BiasResidualEpilogue<T>, TLane, T>(this, tile, ref c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    TLane IGemmLane<T>.Lane<TLane, TPart>(TLane c, int row, int column, int rest) =>
        c + TPart.Take(ref Unsafe.Add(ref MemoryMarshal.GetReference(_bias), column), rest)
            + TPart.Take(ref Unsafe.Add(ref MemoryMarshal.GetReference(_residual), ((nint)row * _bias.Length) + column), rest);
}
