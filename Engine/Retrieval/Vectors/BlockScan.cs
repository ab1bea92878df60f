using System.Numerics;
using QEngine.Codes;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>Takes queries through blocks, slab by slab; holds what is computed of a slab.</summary>
/// <remarks>
/// Where there is a sieve the first rows alone are compared by their products. What follows is sieved by what every query has found so far:
/// of the pairs a bit is kept, and products are computed of those marked. Slabs grow with the rows seen, as limits become tighter more slowly.
/// </remarks>
internal sealed class BlockScan(WorkerPool workers)
{
    // Products held at once, 4 MB; a single query still has slabs of many rows.
    private const int Products = 1 << 20, MostRows = 1 << 17;

    // Rows before the sieve, and how many times the rows seen so far a slab holds.
    private const int FirstRows = 1024, Growth = 1, MostSieved = 1 << 16;

    private float[] _dots = [], _limits = [];
    private uint[] _near = [];

    /// <summary>Offers a block's rows to the queries' selections.</summary>
    /// <typeparam name="TStep">What is done with them.</typeparam>
    /// <param name="queries">The queries.</param>
    /// <param name="block">The rows.</param>
    public void Run<TStep>(QueryChunk queries, EmbeddingBlock block)
        where TStep : struct, ISlabStep
    {
        queries.Enter(block);
        if (_limits.Length < queries.Count) _limits = new float[queries.Count];
        // Of fewer bits most rows stay within an exact search's limits: marking them is lost.
        IBlockSieve? sieve = block.Codes?.Quantizer.Bits == CodeBits.Eight ? block.Distances.SieveOf(queries) : null;
        for (int row = 0, rows; row < block.Count; row += rows)
        {
            int rest = block.Count - row;
            if (sieve is not null && Limits<TStep>(queries, block))
            {
                rows = Math.Min(rest, Math.Clamp(Growth * row, FirstRows, MostSieved));
                Sieve<TStep>(queries, new Slab(block, row, rows), sieve);
            }
            else
            {
                rows = Math.Min(rest, sieve is not null && row == 0 ? FirstRows : Math.Min(MostRows, Products / queries.Count));
                Compare<TStep>(queries, new Slab(block, row, rows));
            }
        }
    }

    /// <summary>Whether every query's limit is finite; then they are up to date.</summary>
    private bool Limits<TStep>(QueryChunk queries, EmbeddingBlock block)
        where TStep : struct, ISlabStep
    {
        for (int query = 0; query < queries.Count; query++)
        {
            _limits[query] = default(TStep).Limit(queries, query, block);
            if (!float.IsFinite(_limits[query])) return false;
        }
        return true;
    }

    private void Compare<TStep>(QueryChunk queries, Slab slab)
        where TStep : struct, ISlabStep
    {
        if (_dots.Length < slab.Rows * queries.Count) _dots = GC.AllocateUninitializedArray<float>(slab.Rows * queries.Count);
        Span<float> dots = _dots.AsSpan(0, slab.Rows * queries.Count);
        slab.Block.Distances.Dots(workers, queries, slab.First, slab.Rows, dots);
        CompareKernel<TStep> kernel = new(queries, slab, dots);
        RangeKernel.Run<CompareKernel<TStep>, float>(workers, queries.Count, slab.Rows, ref kernel);
    }

    private void Sieve<TStep>(QueryChunk queries, Slab slab, IBlockSieve sieve)
        where TStep : struct, ISlabStep
    {
        int words = (slab.Rows + CodePrefilter.RowsPerWord - 1) / CodePrefilter.RowsPerWord;
        if (_near.Length < words * queries.Count) _near = GC.AllocateUninitializedArray<uint>(words * queries.Count);
        Span<uint> near = _near.AsSpan(0, words * queries.Count);
        sieve.Mark(workers, queries, slab.First, slab.Rows, _limits.AsSpan(0, queries.Count), near);
        SieveKernel<TStep> kernel = new(queries, slab, sieve, near);
        RangeKernel.Run<SieveKernel<TStep>, float>(workers, queries.Count, slab.Rows, ref kernel);
    }

    /// <summary>A unit is a query.</summary>
    private readonly ref struct CompareKernel<TStep>(QueryChunk queries, Slab slab, Span<float> dots) : IRangeKernel<float>
        where TStep : struct, ISlabStep
    {
        private readonly Span<float> _dots = dots;

        void IRangeKernel<float>.Run<TLane>(int from, int to)
        {
            for (int query = from; query < to; query++)
                default(TStep).Run<TLane>(queries, query, slab, RowBounds.Create(queries, query, slab, _dots.Slice(query * slab.Rows, slab.Rows)));
        }
    }

    /// <summary>A unit is a query.</summary>
    private readonly ref struct SieveKernel<TStep>(QueryChunk queries, Slab slab, IBlockSieve sieve, ReadOnlySpan<uint> near) : IRangeKernel<float>
        where TStep : struct, ISlabStep
    {
        private readonly ReadOnlySpan<uint> _near = near;

        void IRangeKernel<float>.Run<TLane>(int from, int to)
        {
            IBlockDistances distances = slab.Block.Distances;
            int words = (slab.Rows + CodePrefilter.RowsPerWord - 1) / CodePrefilter.RowsPerWord;
            for (int query = from; query < to; query++)
            {
                Span<int> rows = Scratch<BlockScan, int>.Rent(slab.Rows);
                rows = rows[..Collect(_near.Slice(query * words, words), rows)];
                if (rows.IsEmpty) continue;
                Span<float> numbers = Scratch<BlockScan, float>.Rent(2 * rows.Length), dots = numbers[..rows.Length], weights = numbers[rows.Length..];
                sieve.Dots(queries, query, slab.First, rows, dots);
                for (int i = 0; i < rows.Length; i++) weights[i] = distances.Weights[slab.First + rows[i]];
                default(TStep).Run<TLane>(queries, query, slab, new RowBounds(dots, weights, distances.Slope(queries, query), rows));
            }
        }

        private static int Collect(ReadOnlySpan<uint> near, Span<int> rows)
        {
            int count = 0;
            for (int word = 0; word < near.Length; word++)
            {
                for (uint bits = near[word]; bits != 0; bits &= bits - 1)
                    rows[count++] = (word * CodePrefilter.RowsPerWord) + BitOperations.TrailingZeroCount(bits);
            }
            return count;
        }
    }
}
