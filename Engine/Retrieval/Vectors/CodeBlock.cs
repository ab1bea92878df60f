using System.Runtime.InteropServices;
using QEngine.Codes;
using QEngine.Memory;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>The codes of a block's rows, as they lie in memory, and what searches know of the rows they stand for.</summary>
/// <remarks>
/// The codes are not copied, and must not change. Beside them there is one number a row. Immutable and safe from many threads.
/// </remarks>
internal sealed class CodeBlock
{
    // Rows of an item.
    private const int RowsPerItem = 256;

    private readonly float[] _weights, _min, _max;
    private double _longest, _longestHalf, _maxWeight;

    /// <summary>Takes in codes that were made before, as read from a file.</summary>
    /// <param name="quantizer">What made them.</param>
    /// <param name="codes">[rows, <see cref="ScalarQuantizer.BytesPerRow"/>], any bits.</param>
    /// <param name="residual">
    /// The largest distance of a row from the one its codes stand for; infinity where it is not known: then codes rule nothing out.
    /// </param>
    /// <param name="min">[k], the smallest number of each column of the rows.</param>
    /// <param name="max">[k], the largest.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">A length does not fit, the residual is negative, or the dimension is above 32,768.</exception>
    public CodeBlock(
        ScalarQuantizer quantizer, ReadOnlyMemory<byte> codes, double residual, ReadOnlySpan<float> min, ReadOnlySpan<float> max,
        WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(quantizer);
        ArgumentNullException.ThrowIfNull(workers);
        int bytes = quantizer.BytesPerRow;
        if (quantizer.Dimension > short.MaxValue + 1)
            throw new QEngineException($"codes: expected a dimension of at most {short.MaxValue + 1}, found {quantizer.Dimension}");
        if (codes.Length % bytes != 0) throw new QEngineException($"codes: expected rows of {bytes} bytes, found {codes.Length} bytes");
        if (min.Length != quantizer.Dimension || max.Length != quantizer.Dimension)
            throw new QEngineException($"codes: expected ranges of {quantizer.Dimension} columns, found {min.Length} and {max.Length}");
        if (!(residual >= 0)) throw new QEngineException($"codes: expected a residual of at least 0, found {residual}");
        (Quantizer, Codes, Residual, _min, _max, Count) = (quantizer, codes, residual, min.ToArray(), max.ToArray(), codes.Length / bytes);
        _weights = GC.AllocateUninitializedArray<float>(Count);
        ReadBody read = new(this);
        workers.For((Count + RowsPerItem - 1) / RowsPerItem, ref read);
        Distances = new CodeDistances(this);
    }

    /// <summary>What made the codes.</summary>
    public ScalarQuantizer Quantizer { get; }

    /// <summary>[rows, <see cref="ScalarQuantizer.BytesPerRow"/>].</summary>
    public ReadOnlyMemory<byte> Codes { get; }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>The largest distance of a row from the one its codes stand for.</summary>
    public double Residual { get; }

    /// <summary>[k], the smallest number of each column of the rows.</summary>
    public ReadOnlySpan<float> Min => _min;

    /// <summary>[k], the largest.</summary>
    public ReadOnlySpan<float> Max => _max;

    internal IBlockDistances Distances { get; }

    /// <summary>Makes the codes of a block's rows.</summary>
    /// <param name="quantizer">What makes them.</param>
    /// <param name="block">The rows.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentException">The dimensions differ.</exception>
    public static CodeBlock Encode(ScalarQuantizer quantizer, EmbeddingBlock block, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(quantizer);
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(workers);
        if (quantizer.Dimension != block.Dimension)
            throw new ArgumentException($"expected rows of {quantizer.Dimension} numbers, found {block.Dimension}", nameof(block));
        byte[] codes = GC.AllocateUninitializedArray<byte>(block.Count * quantizer.BytesPerRow);
        double[] residuals = new double[(block.Count + RowsPerItem - 1) / RowsPerItem];
        EncodeBody encode = new(quantizer, block, codes, residuals);
        workers.For(residuals.Length, ref encode);
        double max = 0;
        foreach (double residual in residuals) max = Math.Max(max, residual);
        // Rounded up, for the roundings of the sum it is the root of.
        return new CodeBlock(quantizer, codes, Math.Sqrt(max) * (1 + 1e-9), block.Distances.Min, block.Distances.Max, workers);
    }

    /// <summary>A row's squared difference from what codes stand for, in exact factors.</summary>
    private static double SquaredResidual(ScalarQuantizer quantizer, ReadOnlySpan<float> row, ReadOnlySpan<sbyte> values)
    {
        double squares = 0;
        for (int i = 0; i < row.Length; i++)
        {
            double difference = row[i] - (quantizer.Bases[i] + ((double)quantizer.Steps[i] * values[i]));
            squares += difference * difference;
        }
        return squares;
    }

    private readonly struct EncodeBody(ScalarQuantizer quantizer, EmbeddingBlock block, byte[] codes, double[] residuals) : IParallelBody
    {
        public void Invoke(int item)
        {
            int bytes = quantizer.BytesPerRow;
            Span<sbyte> values = Scratch<CodeBlock, sbyte>.Rent(quantizer.Format.Columns(quantizer.Dimension));
            double max = 0;
            for (int row = item * RowsPerItem; row < Math.Min(block.Count, (item + 1) * RowsPerItem); row++)
            {
                Span<byte> code = codes.AsSpan(row * bytes, bytes);
                quantizer.Encode(block.Slice(row, 1), code);
                quantizer.Format.Unpack(code, values);
                max = Math.Max(max, SquaredResidual(quantizer, block.Slice(row, 1), values));
            }
            residuals[item] = max;
        }
    }

    private void Add(double longest, double longestHalf, double maxWeight)
    {
        lock (_weights)
            (_longest, _longestHalf, _maxWeight) =
                (Math.Max(_longest, Math.Sqrt(longest)), Math.Max(_longestHalf, Math.Sqrt(longestHalf)), Math.Max(_maxWeight, maxWeight));
    }

    /// <summary>Half the squared length of step v of some rows, and the largest lengths.</summary>
    private readonly struct ReadBody(CodeBlock block) : IParallelBody
    {
        public void Invoke(int item)
        {
            ScalarQuantizer quantizer = block.Quantizer;
            int bytes = quantizer.BytesPerRow;
            Span<sbyte> values = Scratch<CodeBlock, sbyte>.Rent(quantizer.Format.Columns(quantizer.Dimension));
            double longest = 0, longestHalf = 0, maxWeight = 0;
            for (int row = item * RowsPerItem; row < Math.Min(block.Count, (item + 1) * RowsPerItem); row++)
            {
                quantizer.Format.Unpack(block.Codes.Span.Slice(row * bytes, bytes), values);
                double weighted = 0;
                for (int i = 0; i < quantizer.Dimension; i++)
                {
                    double number = (double)quantizer.Steps[i] * values[i];
                    weighted += number * number;
                }
                (double squares, double half) = SquaredLengths(values[..quantizer.Dimension]);
                block._weights[row] = (float)(weighted / 2);
                (longest, longestHalf, maxWeight) =
                    (Math.Max(longest, squares), Math.Max(longestHalf, half), Math.Max(maxWeight, weighted / 2));
            }
            block.Add(longest, longestHalf, maxWeight);
        }

        /// <summary>The squared length of a row, and the largest of half a part.</summary>
        private static (double Row, double Half) SquaredLengths(ReadOnlySpan<sbyte> values)
        {
            double row = 0, half = 0;
            for (int first = 0; first < values.Length; first += CodeWeights.Part)
            {
                (int one, int other) = (0, 0);
                ReadOnlySpan<sbyte> part = values.Slice(first, Math.Min(CodeWeights.Part, values.Length - first));
                for (int i = 0; i < part.Length; i++)
                {
                    if (i % 4 < 2) one += part[i] * part[i];
                    else other += part[i] * part[i];
                }
                row += one + other;
                half = Math.Max(half, Math.Max(one, other));
            }
            return (row, half);
        }
    }

    /// <summary>Distances from what codes stand for; a row is farther by the residual at most, or nearer.</summary>
    private sealed class CodeDistances(CodeBlock block) : IBlockDistances, IBlockPrefilter
    {
        private const double Unit = 1.0 / (1 << 24);

        // Unpacked values are codes of eight bits.
        private static readonly ByteCodes Values = new();

        // From so many queries on it pays to unpack the codes.
        private const int ManyQueries = 8;

        // Rows whose values are gathered at a time.
        private const int Gathered = 64;

        public ReadOnlySpan<float> Weights => block._weights;

        public ReadOnlySpan<float> Min => block._min;

        public ReadOnlySpan<float> Max => block._max;

        private ICodeFormat Format => block.Quantizer.Format;

        public IBlockPrefilter? PrefilterFor(QueryChunk queries) => queries.Count < ManyQueries ? null : this;

        public void Prepare(QueryChunk queries)
        {
            queries.Coded.Load(block.Quantizer, queries);
            if (queries.Count >= ManyQueries) queries.Coarse.Load(block.Quantizer, queries, block._longestHalf);
        }

        public void Dots(WorkerPool workers, QueryChunk queries, int firstRow, int rows, Span<float> dots)
        {
            int bytes = block.Quantizer.BytesPerRow, columns = Format.Columns(block.Quantizer.Dimension);
            ReadOnlySpan<byte> codes = block.Codes.Span.Slice(firstRow * bytes, rows * bytes);
            ReadOnlySpan<short> weights = queries.Coded.Weights(queries.Count * columns);
            if (queries.Count < ManyQueries) Format.Dots(workers, weights, codes, bytes, dots);
            else CodeTiles.Run(workers, Format, weights, columns, codes, bytes, dots);
        }

        public void Mark(WorkerPool workers, QueryChunk queries, int firstRow, int rows, ReadOnlySpan<float> limits, Span<uint> near)
        {
            int bytes = block.Quantizer.BytesPerRow;
            CodeWeights weights = queries.Coarse.Within(queries, limits, block._longest, block._maxWeight);
            CodePrefilter.Run(
                workers, Format, weights, block.Codes.Span.Slice(firstRow * bytes, rows * bytes), bytes, Weights.Slice(firstRow, rows),
                near);
        }

        public void Dots(QueryChunk queries, int query, int firstRow, ReadOnlySpan<int> rows, Span<float> dots)
        {
            int bytes = block.Quantizer.BytesPerRow, columns = Format.Columns(block.Quantizer.Dimension);
            ReadOnlySpan<short> weights = queries.Coded.Weights(queries.Count * columns).Slice(query * columns, columns);
            Span<sbyte> values = Scratch<CodeDistances, sbyte>.Rent(Gathered * columns);
            for (int first = 0; first < rows.Length; first += Gathered)
            {
                int count = Math.Min(Gathered, rows.Length - first);
                for (int i = 0; i < count; i++)
                    Format.Unpack(block.Codes.Span.Slice((firstRow + rows[first + i]) * bytes, bytes), values.Slice(i * columns, columns));
                Values.Dots(
                    WorkerPool.Single, weights, MemoryMarshal.AsBytes(values[..(count * columns)]), columns, dots.Slice(first, count));
            }
        }

        public float Slope(QueryChunk queries, int query) => (float)(1 / queries.Coded.Scale(query));

        // Products are exact but for the rounded factors; a weight, the slope and their product are rounded, and the difference.
        public float Limit(QueryChunk queries, int query, double reach)
        {
            double scale = queries.Coded.Scale(query), distance = Math.Sqrt(reach) + block.Residual;
            double error =
                (queries.Coded.Error(query) * block._longest) + (4 * Unit * block._maxWeight) + (4 * scale) + (1e-9 * distance * distance);
            return float.BitIncrement((float)(((((distance * distance) - queries.Coded.Squares(query)) / 2) + error) / scale));
        }

        public double Distance(QueryChunk queries, int query, float excess) =>
            Math.Max(0, queries.Coded.Squares(query) + (2 * queries.Coded.Scale(query) * excess));

        public float Excess(QueryChunk queries, int query, double distance)
        {
            double squares = queries.Coded.Squares(query);
            return float.BitIncrement((float)((((distance - squares) / 2) + (1e-12 * (distance + squares))) / queries.Coded.Scale(query)));
        }
    }
}
