using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// The loops of Gemm around the micro-kernel: slabs that fit the last-level cache are packed, then multiplied block by block.
/// </summary>
internal static class GemmBlocks<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Depth = PackedMatrix<T>.Depth;

    // Elements of the packed slabs of A and B.
    private const int SlabA = 1 << 21, SlabB = 1 << 22;

    // Depth of a slab: C is read and written again for each.
    private const int SlabDepth = 16 * Depth;

    // A block of A, 240 x 256 floats, stays in the second-level cache while panel after panel of B passes.
    private const int BlockRows = 240, BlockColumns = 256;

    private static int PanelWidth => GemmTile<TLane, T>.Columns;

    // Rows of A that are packed together: 48 x 256 floats fit beside a panel of B into the second-level cache.
    private const int PackedRows = 48;

    // From this many rows on, threads have enough to share in groups of packed rows alone: each group is packed by the
    // thread that multiplies it, just before, and never leaves its cache. Fewer are packed for all, and columns are shared too.
    private const int ManyRows = 24 * PackedRows;

    // But up to one block of rows that meets packed weights, each thread packs them for itself and takes one range of columns: to wait
    // until another has packed them, and to fetch them out of its cache, was measured to take longer. Weights of few rows come from
    // memory, in one long piece.
    private const int FewRows = BlockRows;

    // A thread by itself packs rows just before it multiplies them, so many at a time: packed all at once they had left its cache before
    // their turn, which took a twentieth of an encoder's time.
    private const int RowsAlone = 4 * PackedRows;

    // Below this many multiply-adds, waking another thread costs more than it saves.
    private const long MinShared = 1 << 17;

    // Multiply-adds of a block: enough to pay for handing it out.
    private const int BlockWork = 1 << 18;

    public static void Run<TEpilogue>(WorkerPool workers, MatrixView<T> a, GemmRight<T> b, GemmTarget<T> c, ref readonly TEpilogue epilogue)
        where TEpilogue : struct, IGemmEpilogue<T>, allows ref struct
    {
        if ((long)c.Rows * c.Columns * a.Columns < MinShared) workers = WorkerPool.Single;
        if (a.Columns == 0) Empty(c, in epilogue);
        for (int step = 0; step < a.Columns; step += SlabDepth)
        {
            int depth = Math.Min(SlabDepth, a.Columns - step);
            int columns = b.IsPacked ? c.Columns : Math.Min(c.Columns, Math.Max(1, SlabB / depth / PanelWidth) * PanelWidth);
            int rows = c.Rows < ManyRows ? Math.Min(c.Rows, Math.Max(1, SlabA / depth / BlockRows) * BlockRows) : c.Rows;
            for (int column = 0; column < c.Columns; column += columns)
            {
                GemmSlab slab = new(step, depth, column, Math.Min(columns, c.Columns - column));
                for (int row = 0; row < c.Rows; row += rows)
                    Slab(workers, a, b, c, slab with { Row = row, Rows = Math.Min(rows, c.Rows - row) }, in epilogue);
            }
        }
    }

    /// <summary>The empty product is zero.</summary>
    private static void Empty<TEpilogue>(GemmTarget<T> c, ref readonly TEpilogue epilogue)
        where TEpilogue : struct, IGemmEpilogue<T>, allows ref struct
    {
        for (int row = 0; row < c.Rows; row++)
        {
            Span<T> elements = c.Row(row, 0, c.Columns);
            if (!c.Accumulate) elements.Clear();
            Unsafe.AsRef(in epilogue).Run<TLane>(new GemmArea(row, 0, 1, c.Columns, c.Stride), ref MemoryMarshal.GetReference(elements));
        }
    }

    private static void Slab<TEpilogue>(
        WorkerPool workers, MatrixView<T> a, GemmRight<T> b, GemmTarget<T> c, GemmSlab slab, ref readonly TEpilogue epilogue)
        where TEpilogue : struct, IGemmEpilogue<T>, allows ref struct
    {
        int padded = Ceiling(slab.Columns, PanelWidth) * PanelWidth;
        bool ownRows = slab.Rows >= ManyRows || workers.Available == 1 || (b.IsPacked && slab.Rows <= FewRows);
        Span<T> packedA = ownRows ? default : Scratch<PackedA, T>.Rent(slab.Rows * slab.Depth);
        // The panels of B are there already for all but the first rows.
        Span<T> packedB = b.IsPacked ? default : Scratch<PackedB, T>.Rent(padded * slab.Depth);
        PackBody pack = new(a, b.Lines, slab, packedA, packedB, slab.Row == 0 && !b.IsPacked ? padded / PanelWidth : 0);
        workers.For(pack.Count, ref pack);

        GemmPanels<T> panels = b.IsPacked
            ? new(b.Packed, Ceiling(b.Columns, PanelWidth) * PanelWidth, 0, 0)
            : new(packedB, padded, slab.Step, slab.Column);
        BlockBody<TEpilogue> block = new(a, packedA, panels, c, slab, slab.Step + slab.Depth == a.Columns, workers.Available, in epilogue);
        workers.For(block.Count, ref block);
    }

    private static int Ceiling(int value, int unit) => (value + unit - 1) / unit;

    // All rows that are packed for everybody, or those that a thread packs for itself.
    private readonly struct PackedA;

    private readonly struct PackedB;

    /// <summary>Packs a panel of B or, where A is packed for all, some rows of A per item.</summary>
    private readonly ref struct PackBody(MatrixView<T> a, MatrixView<T> linesB, GemmSlab slab, Span<T> packedA, Span<T> packedB, int panels)
        : IParallelBody
    {
        private readonly MatrixView<T> _a = a, _linesB = linesB;
        private readonly Span<T> _packedA = packedA, _packedB = packedB;

        public int Count => panels + (_packedA.IsEmpty ? 0 : Ceiling(slab.Rows, PackedRows));

        public void Invoke(int item)
        {
            if (item < panels)
                PackedMatrix<T>.PackPanel(
                    _linesB, slab.Column + (item * PanelWidth), slab.Step, slab.Depth, _packedB, item * PanelWidth, panels * PanelWidth);
            else PackRows((item - panels) * PackedRows);
        }

        private void PackRows(int first)
        {
            int rows = Math.Min(PackedRows, slab.Rows - first);
            for (int step = 0; step < slab.Depth; step += Depth)
            {
                int depth = Math.Min(Depth, slab.Depth - step);
                GemmPacking.PackLines<TLane, T>(
                    _a, slab.Row + first, rows, slab.Step + step, depth,
                    _packedA.Slice((step * slab.Rows) + (first * depth), depth * rows));
            }
        }
    }

    /// <summary>Multiplies one block of A with one range of B's panels per item.</summary>
    private readonly ref struct BlockBody<TEpilogue> : IParallelBody
        where TEpilogue : struct, IGemmEpilogue<T>, allows ref struct
    {
        private readonly MatrixView<T> _a;
        // Empty where every item packs its own rows.
        private readonly ReadOnlySpan<T> _packedA;
        private readonly GemmPanels<T> _panels;
        private readonly GemmTarget<T> _c;
        private readonly GemmSlab _slab;
        private readonly int _blockRows, _blockColumns, _rowBlocks;
        private readonly bool _last;
        private readonly TEpilogue _epilogue;

        public BlockBody(
            MatrixView<T> a, ReadOnlySpan<T> packedA, GemmPanels<T> panels, GemmTarget<T> c, GemmSlab slab, bool last,
            int threads, ref readonly TEpilogue epilogue)
        {
            _a = a;
            _packedA = packedA;
            _panels = panels;
            _c = c;
            (_slab, _last) = (slab, last);
            _epilogue = epilogue;

            if (packedA.IsEmpty)
            {
                // Elements are the same however columns are cut, so that may follow the number of threads.
                (_blockRows, int ranges) = slab.Rows <= FewRows ? (FewRows, threads) : (threads == 1 ? RowsAlone : PackedRows, 1);
                _rowBlocks = Ceiling(slab.Rows, _blockRows);
                _blockColumns = Ceiling(Ceiling(slab.Columns, PanelWidth), ranges) * PanelWidth;
                Count = _rowBlocks * Ceiling(slab.Columns, _blockColumns);
                return;
            }
            // Equal blocks rather than full ones and a remainder: threads finish together.
            _rowBlocks = Ceiling(slab.Rows, BlockRows);
            _blockRows = Ceiling(Ceiling(slab.Rows, _rowBlocks), PackedRows) * PackedRows;
            _rowBlocks = Ceiling(slab.Rows, _blockRows);
            int panelWork = Math.Min(_blockRows, slab.Rows) * PanelWidth * slab.Depth;
            int maxColumns = Math.Clamp(BlockWork / Math.Max(1, panelWork), 1, BlockColumns / PanelWidth) * PanelWidth;
            int columnBlocks = Ceiling(slab.Columns, maxColumns);
            _blockColumns = Ceiling(Ceiling(slab.Columns, columnBlocks), PanelWidth) * PanelWidth;
            Count = _rowBlocks * Ceiling(slab.Columns, _blockColumns);
        }

        public int Count { get; }

        public void Invoke(int item)
        {
            int row = item % _rowBlocks * _blockRows;
            int column = item / _rowBlocks * _blockColumns;
            int rows = Math.Min(_blockRows, _slab.Rows - row);
            int columns = Math.Min(_blockColumns, _slab.Columns - column);
            for (int step = 0; step < _slab.Depth; step += Depth)
            {
                int depth = Math.Min(Depth, _slab.Depth - step);
                ReadOnlySpan<T> a = _packedA.IsEmpty
                    ? PackOwn(row, rows, step, depth)
                    : _packedA.Slice((step * _slab.Rows) + (row * depth), rows * depth);
                for (int j = 0; j < columns; j += PanelWidth)
                {
                    int left = _slab.Column + column + j;
                    GemmArea area = new(_slab.Row + row, left, rows, Math.Min(PanelWidth, columns - j), _c.Stride);
                    ReadOnlySpan<T> b = _panels.At(_slab.Step + step, depth, left, PanelWidth);
                    ReadOnlySpan<T> next = j + PanelWidth < columns ? _panels.At(_slab.Step + step, depth, left + PanelWidth, PanelWidth)
                        : step + depth < _slab.Depth ? FirstPanel(step + depth, column)
                        : b;
                    Panel(a, b, next, step, depth, area);
                }
            }
        }

        /// <summary>Where a block goes on at another depth.</summary>
        private ReadOnlySpan<T> FirstPanel(int step, int column) =>
            _panels.At(_slab.Step + step, Math.Min(Depth, _slab.Depth - step), _slab.Column + column, PanelWidth);

        private ReadOnlySpan<T> PackOwn(int row, int rows, int step, int depth)
        {
            Span<T> panels = Scratch<PackedA, T>.Rent(rows * depth);
            for (int first = 0; first < rows; first += PackedRows)
            {
                int group = Math.Min(PackedRows, rows - first);
                GemmPacking.PackLines<TLane, T>(
                    _a, _slab.Row + row + first, group, _slab.Step + step, depth, panels.Slice(first * depth, group * depth));
            }
            return panels;
        }

        /// <summary>One panel of B times the rows of the block.</summary>
        private void Panel(ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> next, int step, int depth, GemmArea area)
        {
            bool accumulate = _c.Accumulate || _slab.Step + step > 0;
            bool last = _last && step + depth == _slab.Depth;
            int width = area.Columns, groups = area.Rows / PackedRows;
            int tiles = (groups * GemmTile<TLane, T>.Count(PackedRows)) + GemmTile<TLane, T>.Count(area.Rows % PackedRows);
            for (int i = 0, height, tile = 0; i < area.Rows; i += height, tile++)
            {
                // Rows were packed in groups, each of which is cut into tiles for itself.
                height = GemmTile<TLane, T>.Height(Math.Min(area.Rows - i, PackedRows - (i % PackedRows)));
                ref T pa = ref Unsafe.Add(ref MemoryMarshal.GetReference(a), i * depth);
                ref T pb = ref MemoryMarshal.GetReference(b);
                ref T pc = ref _c.Tile(area.Row + i, area.Column, height, width);
                GemmAhead<T> ahead = GemmAhead<T>.Share(next, PanelWidth, tile, tiles);
                if (width == PanelWidth) GemmTile<TLane, T>.Multiply(height, depth, ref pa, ref pb, ref pc, _c.Stride, accumulate, ahead);
                else Edge(height, depth, ref pa, ref pb, ref pc, width, accumulate, ahead);
                if (!last || typeof(TEpilogue) == typeof(NoEpilogue<T>)) continue;
                Unsafe.AsRef(in _epilogue).Run<TLane>(area with { Row = area.Row + i, Rows = height }, ref pc);
            }
        }

        /// <summary>A tile that C's last column cuts off: computed whole beside it, the part that exists is copied.</summary>
        [SkipLocalsInit]
        private void Edge(int height, int depth, ref T a, ref T b, ref T c, int width, bool accumulate, GemmAhead<T> ahead)
        {
            Span<T> tile = stackalloc T[GemmTile<TLane, T>.MaxRows * PanelWidth];
            ref T first = ref MemoryMarshal.GetReference(tile);
            GemmTile<TLane, T>.Multiply(height, depth, ref a, ref b, ref first, PanelWidth, accumulate: false, ahead);
            for (int i = 0; i < height; i++)
            {
                ReadOnlySpan<T> from = tile.Slice(i * PanelWidth, width);
                Span<T> to = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref c, (nint)i * _c.Stride), width);
                if (!accumulate) from.CopyTo(to);
                else for (int j = 0; j < width; j++) to[j] += from[j];
            }
        }
    }
}

/// <summary>The part of a product that is packed at a time.</summary>
/// <param name="Step">First position along the shared dimension.</param>
/// <param name="Depth">Positions along it.</param>
/// <param name="Column">First column of B and C.</param>
/// <param name="Columns">Their number.</param>
internal readonly record struct GemmSlab(int Step, int Depth, int Column, int Columns)
{
    /// <summary>First row of A and C.</summary>
    public int Row { get; init; }

    /// <summary>Their number.</summary>
    public int Rows { get; init; }
}
