using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// A formula added up down the columns. Rows are summed in blocks that the size of the problem sets, and the blocks in order, so that long
/// columns are shared out and the bits do not depend on it.
/// </summary>
internal static class ColumnSums
{
    private const int ElementsPerBlock = 1 << 14;

    /// <summary>sums[c] = f(f(0, a[0, c], b[0, c]), a[1, c], b[1, c]) ... over the rows of a block, plus the other blocks'.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="f">Adds something of a and b to a sum.</param>
    /// <param name="a">[rows, columns].</param>
    /// <param name="b">[rows, columns], or [columns] for the same in every row.</param>
    /// <param name="sums">[columns], replaced.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Compute<TFormula, T>(WorkerPool workers, TFormula f, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> sums)
        where TFormula : struct, ITernary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = sums.Length, rows = Require.Rows(a, columns);
        if (b.Length != columns) Require.Elements(b, a.Length);
        Require.Apart(sums, a, b);
        sums.Clear();
        if (a.IsEmpty) return;
        int blockRows = Math.Clamp(ElementsPerBlock / columns, 1, rows), blocks = ((rows - 1) / blockRows) + 1;
        Span<T> parts = Scratch<Parts, T>.Rent(checked(blocks * columns));
        Kernel<TFormula, T> kernel = new(f, a, b, parts, blockRows, columns);
        RangeKernel.Run<Kernel<TFormula, T>, T>(workers, blocks, (long)blockRows * columns, ref kernel);
        for (int block = 0; block < blocks; block++)
            for (int column = 0; column < columns; column++) sums[column] += parts[(block * columns) + column];
    }

    /// <summary>A unit is a block of rows.</summary>
    private readonly ref struct Kernel<TFormula, T>(
        TFormula f, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> parts, int blockRows, int columns) : IRangeKernel<T>
        where TFormula : struct, ITernary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _a = a, _b = b;
        private readonly Span<T> _parts = parts;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            bool isShared = _b.Length == columns;
            for (int block = from; block < to; block++)
            {
                int start = block * blockRows * columns, end = Math.Min(_a.Length, start + (blockRows * columns));
                Loop<TLane> loop = new(
                    f, _a[start..end], isShared ? _b : _b[start..end], _parts.Slice(block * columns, columns), isShared ? 0 : columns);
                LaneLoop<TLane, T>.Run(ref loop, 0, columns);
            }
        }

        /// <summary>A lane of columns goes down all rows, its sum in a register.</summary>
        private readonly ref struct Loop<TLane>(TFormula f, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> sums, int next)
            : ILaneLoop<TLane, T>
            where TLane : struct, ILane<TLane, T>
        {
            private readonly ReadOnlySpan<T> _a = a, _b = b;
            private readonly Span<T> _sums = sums;

            [MethodImpl(MethodImplOptions.NoInlining)]
            void ILaneLoop<TLane, T>.Run<TPart>(int from, int to)
            {
                int columns = _sums.Length, elements = _a.Length;
                ref T a = ref MemoryMarshal.GetReference(_a);
                ref T b = ref MemoryMarshal.GetReference(_b);
                for (int column = from; column < to; column += TLane.Count)
                {
                    int rest = to - column;
                    TLane sum = TLane.Splat(T.Zero);
                    for (int i = column, j = column; i < elements; i += columns, j += next)
                        sum = f.Invoke(sum, TPart.Take(ref Unsafe.Add(ref a, i), rest), TPart.Take(ref Unsafe.Add(ref b, j), rest));
                    TPart.Put(sum, ref _sums[column], rest);
                }
            }
        }
    }

    private readonly struct Parts;
}

/// <summary>sum + a; b is left out.</summary>
internal readonly struct FirstSum<T> : ITernary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane sum, TLane a, TLane b)
        where TLane : struct, ILane<TLane, T> => sum + a;
}

/// <summary>sum + (a - b)^2.</summary>
internal readonly struct SquaredDifferenceSum<T> : ITernary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Invoke<TLane>(TLane sum, TLane a, TLane b)
        where TLane : struct, ILane<TLane, T> => TLane.MultiplyAdd(a - b, a - b, sum);
}
