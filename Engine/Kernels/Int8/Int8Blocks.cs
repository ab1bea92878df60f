using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>The loops of <see cref="Int8Gemm"/> around the tile: rows are quantised, then multiplied block by block.</summary>
internal static class Int8Blocks<TLane, TProducts, TSums>
    where TLane : struct, ILane<TLane, float>
    where TProducts : struct, IByteProducts<TSums>
    where TSums : struct
{
    // Rows that are quantised before they are multiplied.
    private const int SlabRows = 4096;

    // Rows of a block: with 1,536 codes each they stay in the second-level cache while panel after panel passes.
    private const int BlockRows = 96;

    // Below this many multiply-adds, waking another thread costs more than it saves.
    private const long MinShared = 1 << 18;

    // Multiply-adds of a block, and numbers quantised at once: enough to pay for handing them out.
    private const int BlockWork = 1 << 20, QuantizedWork = 1 << 15;

    // Columns that the epilogue takes at a time: two of its lanes, in one or more panels.
    private static int Strip => 2 * TLane.Count;

    public static void Run<TEpilogue>(
        WorkerPool workers, ReadOnlySpan<float> a, PackedInt8Matrix weights, Span<float> c, ref readonly TEpilogue epilogue)
        where TEpilogue : struct, IGemmEpilogue<float>, IGemmLane<float>, allows ref struct
    {
        int columns = weights.Columns, rows = a.Length / columns;
        if ((long)c.Length * columns < MinShared) workers = WorkerPool.Single;
        int stride = Int8Codes.Padded(columns) / TProducts.Group;
        for (int first = 0; first < rows; first += SlabRows)
        {
            int count = Math.Min(SlabRows, rows - first);
            Span<int> codes = Scratch<Codes, int>.Rent(checked(count * stride));
            Span<float> scales = Scratch<Scales, float>.Rent(count);
            Span<int> zeros = Scratch<Zeros, int>.Rent(count);
            QuantizeBody quantize = new(a.Slice(first * columns, count * columns), columns, weights.InputFactors, codes, scales, zeros);
            workers.For(quantize.Count, ref quantize);
            BlockBody<TEpilogue> block = new(codes, scales, zeros, weights, c, first, in epilogue);
            workers.For(block.Count, ref block);
        }
    }

    private static int Ceiling(int value, int unit) => (value + unit - 1) / unit;

    private readonly struct Codes;

    private readonly struct Scales;

    private readonly struct Zeros;

    private readonly struct Edge;

    private readonly struct Evened;

    /// <summary>Quantises some rows per item, times the factors of the inputs where there are some.</summary>
    private readonly ref struct QuantizeBody(
        ReadOnlySpan<float> a, int columns, ReadOnlySpan<float> factors, Span<int> codes, Span<float> scales, Span<int> zeros)
        : IParallelBody
    {
        private readonly ReadOnlySpan<float> _a = a, _factors = factors;
        private readonly Span<int> _codes = codes, _zeros = zeros;
        private readonly Span<float> _scales = scales;

        public int Count => Ceiling(_scales.Length, Rows);

        private int Rows => Math.Max(1, QuantizedWork / columns);

        public void Invoke(int item)
        {
            int stride = _codes.Length / _scales.Length;
            for (int row = item * Rows; row < Math.Min(_scales.Length, (item + 1) * Rows); row++)
            {
                Span<byte> codes = MemoryMarshal.AsBytes(_codes.Slice(row * stride, stride));
                (_scales[row], _zeros[row]) = Int8Codes.Encode<TLane, TProducts, TSums>(Even(_a.Slice(row * columns, columns)), codes);
            }
        }

        private ReadOnlySpan<float> Even(ReadOnlySpan<float> row)
        {
            if (_factors.IsEmpty) return row;
            Span<float> evened = Scratch<Evened, float>.Rent(row.Length);
            Pointwise<TLane, float>.Apply(default(Hadamard<float>), row, _factors, evened);
            return evened;
        }
    }

    /// <summary>Multiplies one block of rows with one range of panels per item.</summary>
    private readonly ref struct BlockBody<TEpilogue> : IParallelBody
        where TEpilogue : struct, IGemmEpilogue<float>, IGemmLane<float>, allows ref struct
    {
        private readonly ReadOnlySpan<int> _codes, _zeros;
        private readonly ReadOnlySpan<float> _scales;
        private readonly PackedInt8Matrix _weights;
        private readonly Span<float> _c;
        private readonly int _first, _blockRows, _blockColumns, _rowBlocks;
        private readonly TEpilogue _epilogue;

        public BlockBody(
            ReadOnlySpan<int> codes, ReadOnlySpan<float> scales, ReadOnlySpan<int> zeros, PackedInt8Matrix weights, Span<float> c,
            int first, ref readonly TEpilogue epilogue)
        {
            _codes = codes;
            _scales = scales;
            _zeros = zeros;
            _c = c;
            (_weights, _first) = (weights, first);
            _epilogue = epilogue;

            // Equal blocks rather than full ones and a remainder: threads finish together.
            int tile = Int8Tile<TProducts, TSums>.Rows;
            _blockRows = Ceiling(Ceiling(scales.Length, Ceiling(scales.Length, BlockRows)), tile) * tile;
            _rowBlocks = Ceiling(scales.Length, _blockRows);
            long stripWork = (long)Math.Min(_blockRows, scales.Length) * Strip * weights.Columns;
            int strips = Ceiling(weights.Rows, Strip), maxStrips = (int)Math.Clamp(BlockWork / stripWork, 1, strips);
            _blockColumns = Ceiling(strips, Ceiling(strips, maxStrips)) * Strip;
            Count = _rowBlocks * Ceiling(weights.Rows, _blockColumns);
        }

        public int Count { get; }

        public void Invoke(int item)
        {
            int row = item % _rowBlocks * _blockRows, rows = Math.Min(_blockRows, _scales.Length - row);
            int column = item / _rowBlocks * _blockColumns, end = Math.Min(_weights.Rows, column + _blockColumns);
            for (; column < end; column += Strip)
            {
                GemmArea area = new(_first + row, column, rows, Math.Min(Strip, end - column), _weights.Rows);
                ref float c = ref MemoryMarshal.GetReference(
                    _c.Slice((area.Row * area.Stride) + column, ((rows - 1) * area.Stride) + area.Columns));
                if (area.Columns == Strip) Products(row, area, ref c, area.Stride);
                else Part(row, area, ref c);
                Scaled<TEpilogue> formula = new(_scales, _weights.Scales, _first, in _epilogue);
                GemmLanes.Run<Scaled<TEpilogue>, TLane, float>(formula, area, ref c);
            }
        }

        /// <summary>The sums of a strip, panel by panel: a panel stays in the first-level cache while the rows pass.</summary>
        private void Products(int row, GemmArea area, ref float c, int strideC)
        {
            int stride = _codes.Length / _scales.Length, width = _weights.PanelWidth;
            ref int a = ref MemoryMarshal.GetReference(_codes.Slice(row * stride, area.Rows * stride));
            ref int zeros = ref MemoryMarshal.GetReference(_zeros.Slice(row, area.Rows));
            // The last strip may reach beyond the last panel.
            for (int left = 0; left < area.Columns; left += width)
            {
                ref sbyte b = ref MemoryMarshal.GetReference(_weights.Panel((area.Column + left) / width));
                ref int sums = ref MemoryMarshal.GetReference(_weights.Sums.Slice(area.Column + left, width));
                for (int i = 0, height; i < area.Rows; i += height)
                {
                    height = Int8Tile<TProducts, TSums>.Height(area.Rows - i);
                    Int8Tile<TProducts, TSums>.Multiply(
                        height, _weights.Groups, ref Unsafe.Add(ref a, i * stride), stride, ref b, ref Unsafe.Add(ref zeros, i), ref sums,
                        ref Unsafe.Add(ref c, (i * strideC) + left), strideC);
                }
            }
        }

        /// <summary>A strip that C's last column cuts off: computed whole beside it, the part that exists is copied.</summary>
        private void Part(int row, GemmArea area, ref float c)
        {
            Span<float> whole = Scratch<Edge, float>.Rent(area.Rows * Strip);
            Products(row, area, ref MemoryMarshal.GetReference(whole), Strip);
            for (int i = 0; i < area.Rows; i++)
                whole.Slice(i * Strip, area.Columns).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref c, i * area.Stride), area.Columns));
        }
    }

    /// <summary>f(c times the row's scale times the column's).</summary>
    private readonly ref struct Scaled<TEpilogue>(
        ReadOnlySpan<float> rows, ReadOnlySpan<float> columns, int first, ref readonly TEpilogue epilogue) : IGemmLane<float>
        where TEpilogue : struct, IGemmLane<float>, allows ref struct
    {
        private readonly ReadOnlySpan<float> _rows = rows, _columns = columns;
        private readonly TEpilogue _epilogue = epilogue;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        TFloat IGemmLane<float>.Lane<TFloat, TPart>(TFloat c, int row, int column, int rest)
        {
            TFloat scale = TFloat.Splat(Unsafe.Add(ref MemoryMarshal.GetReference(_rows), row - first));
            TFloat factor = TPart.Take(ref Unsafe.Add(ref MemoryMarshal.GetReference(_columns), column), rest);
            return Unsafe.AsRef(in _epilogue).Lane<TFloat, TPart>(c * scale * factor, row, column, rest);
        }
    }
}
