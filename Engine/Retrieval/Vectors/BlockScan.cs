using System.Numerics;
using QEngine.Codes;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>Scans blocks for many queries at once, a range of rows at a time; holds the buffers of one range.</summary>
/// <remarks>
/// Without a pre-filter every pair of query and row is compared by its product. With one, only the first rows are: from then on every query
/// has a limit, the pre-filter marks the pairs that may be within it by a bit each, and products are computed of these alone. Ranges grow
/// with the rows seen, as limits become tighter more slowly.
/// </remarks>
internal sealed class BlockScan(WorkerPool workers)
{
    // Products held at once, 4 MB; a single query still has ranges of many rows.
    private const int Products = 1 << 20, MaxRows = 1 << 17;

    // Rows before the pre-filter, and how many times the rows seen so far a range holds.
    private const int FirstRows = 1024, Growth = 1, MaxPrefiltered = 1 << 16;

    private float[] _dots = [], _limits = [];
    private uint[] _near = [];

    /// <summary>Offers a block's rows to the queries' selections.</summary>
    /// <typeparam name="TStep">What is done with them.</typeparam>
    /// <param name="queries">The queries.</param>
    /// <param name="block">The rows.</param>
    public void Run<TStep>(QueryChunk queries, EmbeddingBlock block)
        where TStep : struct, IScanStep
    {
        queries.Enter(block);
        if (_limits.Length < queries.Count) _limits = new float[queries.Count];
        // Of fewer bits most rows stay within an exact search's limits: marking them is lost.
        IBlockPrefilter? prefilter = block.Codes?.Quantizer.Bits == CodeBits.Eight ? block.Distances.PrefilterFor(queries) : null;
        for (int row = 0, rows; row < block.Count; row += rows)
        {
            int rest = block.Count - row;
            if (prefilter is not null && Limits<TStep>(queries, block))
            {
                rows = Math.Min(rest, Math.Clamp(Growth * row, FirstRows, MaxPrefiltered));
                Prefilter<TStep>(queries, new RowRange(block, row, rows), prefilter);
            }
            else
            {
                rows = Math.Min(rest, prefilter is not null && row == 0 ? FirstRows : Math.Min(MaxRows, Products / queries.Count));
                Compare<TStep>(queries, new RowRange(block, row, rows));
            }
        }
    }

    /// <summary>Whether every query's limit is finite; then they are up to date.</summary>
    private bool Limits<TStep>(QueryChunk queries, EmbeddingBlock block)
        where TStep : struct, IScanStep
    {
        for (int query = 0; query < queries.Count; query++)
        {
            _limits[query] = default(TStep).Limit(queries, query, block);
            if (!float.IsFinite(_limits[query])) return false;
        }
        return true;
    }

    private void Compare<TStep>(QueryChunk queries, RowRange range)
        where TStep : struct, IScanStep
    {
        if (_dots.Length < range.Rows * queries.Count) _dots = GC.AllocateUninitializedArray<float>(range.Rows * queries.Count);
        Span<float> dots = _dots.AsSpan(0, range.Rows * queries.Count);
        range.Block.Distances.Dots(workers, queries, range.First, range.Rows, dots);
        ProductKernel<TStep> kernel = new(queries, range, dots);
        RangeKernel.Run<ProductKernel<TStep>, float>(workers, queries.Count, range.Rows, ref kernel);
    }

    private void Prefilter<TStep>(QueryChunk queries, RowRange range, IBlockPrefilter prefilter)
        where TStep : struct, IScanStep
    {
        int words = (range.Rows + CodePrefilter.RowsPerWord - 1) / CodePrefilter.RowsPerWord;
        if (_near.Length < words * queries.Count) _near = GC.AllocateUninitializedArray<uint>(words * queries.Count);
        Span<uint> near = _near.AsSpan(0, words * queries.Count);
        prefilter.Mark(workers, queries, range.First, range.Rows, _limits.AsSpan(0, queries.Count), near);
        PrefilterKernel<TStep> kernel = new(queries, range, prefilter, near);
        RangeKernel.Run<PrefilterKernel<TStep>, float>(workers, queries.Count, range.Rows, ref kernel);
    }

    /// <summary>A unit is a query.</summary>
    private readonly ref struct ProductKernel<TStep>(QueryChunk queries, RowRange range, Span<float> dots) : IRangeKernel<float>
        where TStep : struct, IScanStep
    {
        private readonly Span<float> _dots = dots;

        void IRangeKernel<float>.Run<TLane>(int from, int to)
        {
            for (int query = from; query < to; query++)
            {
                RowBounds bounds = RowBounds.Create(queries, query, range, _dots.Slice(query * range.Rows, range.Rows));
                default(TStep).Run<TLane>(queries, query, range, bounds);
            }
        }
    }

    /// <summary>A unit is a query.</summary>
    private readonly ref struct PrefilterKernel<TStep>(
        QueryChunk queries, RowRange range, IBlockPrefilter prefilter, ReadOnlySpan<uint> near) : IRangeKernel<float>
        where TStep : struct, IScanStep
    {
        private readonly ReadOnlySpan<uint> _near = near;

        void IRangeKernel<float>.Run<TLane>(int from, int to)
        {
            IBlockDistances distances = range.Block.Distances;
            int words = (range.Rows + CodePrefilter.RowsPerWord - 1) / CodePrefilter.RowsPerWord;
            for (int query = from; query < to; query++)
            {
                Span<int> rows = Scratch<BlockScan, int>.Rent(range.Rows);
                rows = rows[..Collect(_near.Slice(query * words, words), rows, range)];
                if (rows.IsEmpty) continue;
                Span<float> numbers = Scratch<BlockScan, float>.Rent(2 * rows.Length), dots = numbers[..rows.Length],
                    weights = numbers[rows.Length..];
                prefilter.Dots(queries, query, range.First, rows, dots);
                for (int i = 0; i < rows.Length; i++) weights[i] = distances.Weights[range.First + rows[i]];
                default(TStep).Run<TLane>(queries, query, range, new RowBounds(dots, weights, distances.Slope(queries, query), rows));
            }
        }

        /// <summary>The marked rows that may be found, counted from the range's first.</summary>
        private static int Collect(ReadOnlySpan<uint> near, Span<int> rows, RowRange range)
        {
            RowSet? found = range.Block.Found;
            int count = 0;
            for (int word = 0; word < near.Length; word++)
            {
                for (uint bits = near[word]; bits != 0; bits &= bits - 1)
                {
                    int row = (word * CodePrefilter.RowsPerWord) + BitOperations.TrailingZeroCount(bits);
                    if (found is null || found[range.First + row]) rows[count++] = row;
                }
            }
            return count;
        }
    }
}
