using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>General matrix product C = A B or C += A B for row- or column-contiguous views of A and B.</summary>
/// <remarks>
/// Blocked and packed (Goto and van de Geijn, 2008): B is cut into [Depth, columns] slabs, A into [rows, Depth] blocks
/// that stay in the second-level cache, and a micro-kernel holds a tile of C in registers. Every element of C is the
/// same chain of operations whatever the other rows and columns are and however the work is shared out, so a row's
/// result is bit-identical alone and in any batch, and at any thread count.
/// </remarks>
public static class Gemm
{
    // 12 x 256 floats of A and 256 x 32 of B fit in the first-level cache with room to spare.
    private const int Depth = 256;
    private const int BlockRows = 240;
    private const int BlockColumns = 512;
    private const int SlabColumns = 4096;

    // Below this many multiply-adds, waking another thread costs more than it saves.
    private const long SmallestShared = 1 << 17;

    /// <summary>Computes C = A B, or C += A B.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="workers">The threads to use.</param>
    /// <param name="a">[m, k].</param>
    /// <param name="b">[k, n].</param>
    /// <param name="c">[m, n], rows <paramref name="stride"/> apart.</param>
    /// <param name="stride">Elements from one row of C to the next, at least n.</param>
    /// <param name="accumulate">Add to C instead of replacing it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Multiply<T>(WorkerPool workers, MatrixView<T> a, MatrixView<T> b, Span<T> c, int stride, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (a.Columns != b.Rows) throw new ArgumentException($"expected A [m, k] times B [k, n], found [{a.Rows}, {a.Columns}] times [{b.Rows}, {b.Columns}]", nameof(b));
        _ = new MatrixView<T>(c, a.Rows, b.Columns, stride);
        if (Vector512.IsHardwareAccelerated) Blocks<GemmTile12<Lane512<T>, T>, T>(workers, a, b, c, stride, accumulate);
        else if (Vector256.IsHardwareAccelerated) Blocks<GemmTile6<Lane256<T>, T>, T>(workers, a, b, c, stride, accumulate);
        else if (Vector128.IsHardwareAccelerated) Blocks<GemmTile6<Lane128<T>, T>, T>(workers, a, b, c, stride, accumulate);
        else Blocks<GemmTile6<LaneScalar<T>, T>, T>(workers, a, b, c, stride, accumulate);
    }

    private static void Blocks<TTile, T>(WorkerPool workers, MatrixView<T> a, MatrixView<T> b, Span<T> c, int stride, bool accumulate)
        where TTile : struct, IGemmTile<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int m = a.Rows, n = b.Columns, k = a.Columns;
        if (m == 0 || n == 0) return;
        if (k == 0)
        {
            if (!accumulate) for (int i = 0; i < m; i++) c.Slice(i * stride, n).Clear();
            return;
        }

        if ((long)m * n * k < SmallestShared) workers = WorkerPool.Single;
        int slab = Math.Min(SlabColumns, Round(n, TTile.Columns));
        Span<T> packedB = Scratch<PackedB, T>.Rent(Math.Min(k, Depth) * slab);
        for (int column = 0; column < n; column += slab)
        {
            int columns = Math.Min(slab, n - column);
            for (int step = 0; step < k; step += Depth)
            {
                int depth = Math.Min(Depth, k - step);
                PackBody<TTile, T> pack = new(b.Transposed, column, step, depth, packedB);
                workers.For(Ceiling(columns, TTile.Columns), ref pack);
                BlockBody<TTile, T> block = new(a, packedB, c[column..], stride, columns, step, depth, accumulate || step > 0);
                workers.For(block.Count, ref block);
            }
        }
    }

    private static int Ceiling(int value, int unit) => (value + unit - 1) / unit;

    private static int Round(int value, int unit) => Ceiling(value, unit) * unit;

    private readonly struct PackedA;

    private readonly struct PackedB;

    /// <summary>Packs one panel of B per item.</summary>
    private readonly ref struct PackBody<TTile, T>(MatrixView<T> lines, int column, int step, int depth, Span<T> packed) : IParallelBody
        where TTile : struct, IGemmTile<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly MatrixView<T> _lines = lines;
        private readonly Span<T> _packed = packed;

        public void Invoke(int panel)
        {
            int size = depth * TTile.Columns;
            GemmPacking.Pack(_lines, column + (panel * TTile.Columns), step, depth, TTile.Columns, _packed.Slice(panel * size, size));
        }
    }

    /// <summary>Multiplies one block of A with one range of B's panels per item.</summary>
    private readonly ref struct BlockBody<TTile, T> : IParallelBody
        where TTile : struct, IGemmTile<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly MatrixView<T> _a;
        private readonly ReadOnlySpan<T> _packedB;
        private readonly Span<T> _c;
        private readonly int _stride, _columns, _step, _depth, _blockRows, _blockColumns, _rowBlocks;
        private readonly bool _accumulate;

        public BlockBody(MatrixView<T> a, ReadOnlySpan<T> packedB, Span<T> c, int stride, int columns, int step, int depth, bool accumulate)
        {
            _a = a;
            _packedB = packedB;
            _c = c;
            (_stride, _columns, _step, _depth, _accumulate) = (stride, columns, step, depth, accumulate);

            // Equal blocks rather than full ones and a remainder: threads finish together.
            _rowBlocks = Ceiling(a.Rows, BlockRows);
            _blockRows = Round(Ceiling(a.Rows, _rowBlocks), TTile.Rows);
            int columnBlocks = Ceiling(columns, BlockColumns);
            if (_rowBlocks == 1 && columnBlocks == 1) columnBlocks = 2;
            _blockColumns = Round(Ceiling(columns, columnBlocks), TTile.Columns);
            Count = _rowBlocks * Ceiling(columns, _blockColumns);
        }

        public int Count { get; }

        public void Invoke(int item)
        {
            int row = item % _rowBlocks * _blockRows, column = item / _rowBlocks * _blockColumns;
            int rows = Math.Min(_blockRows, _a.Rows - row), columns = Math.Min(_blockColumns, _columns - column);
            if (rows <= 0) return;
            int panels = Ceiling(rows, TTile.Rows), size = TTile.Rows * _depth;
            Span<T> packedA = Scratch<PackedA, T>.Rent(panels * size);
            for (int panel = 0; panel < panels; panel++)
                GemmPacking.Pack(_a, row + (panel * TTile.Rows), _step, _depth, TTile.Rows, packedA.Slice(panel * size, size));
            for (int j = 0; j < columns; j += TTile.Columns)
            {
                ref T b = ref Unsafe.Add(ref MemoryMarshal.GetReference(_packedB), (nint)(column + j) * _depth);
                for (int i = 0; i < rows; i += TTile.Rows)
                {
                    ref T pa = ref Unsafe.Add(ref MemoryMarshal.GetReference(packedA), (nint)i * _depth);
                    Tile(ref pa, ref b, row + i, column + j, Math.Min(TTile.Rows, rows - i), Math.Min(TTile.Columns, columns - j));
                }
            }
        }

        private void Tile(ref T a, ref T b, int row, int column, int rows, int columns)
        {
            ref T c = ref Unsafe.Add(ref MemoryMarshal.GetReference(_c), ((nint)row * _stride) + column);
            if (rows == TTile.Rows && columns == TTile.Columns)
            {
                TTile.Multiply(_depth, ref a, ref b, ref c, _stride, _accumulate);
                return;
            }
            Edge(ref a, ref b, ref c, rows, columns);
        }

        /// <summary>A tile that C cuts off: computed whole beside it, the part that exists is copied.</summary>
        [SkipLocalsInit]
        private unsafe void Edge(ref T a, ref T b, ref T c, int rows, int columns)
        {
            Span<T> tile = stackalloc T[TTile.Rows * TTile.Columns];
            TTile.Multiply(_depth, ref a, ref b, ref MemoryMarshal.GetReference(tile), TTile.Columns, accumulate: false);
            for (int i = 0; i < rows; i++)
            {
                ReadOnlySpan<T> from = tile.Slice(i * TTile.Columns, columns);
                Span<T> to = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref c, (nint)i * _stride), columns);
                if (!_accumulate) from.CopyTo(to);
                else for (int j = 0; j < columns; j++) to[j] += from[j];
            }
        }
    }
}
