using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>Distances from rows as they are. Their weights and the range of each column are computed beforehand.</summary>
internal sealed class RowDistances : IBlockDistances
{
    // Rows of a unit.
    private const int RowsPerUnit = 1024;

    private const double Unit = 1.0 / (1 << 24);

    private readonly float[] _weights, _min, _max;
    private readonly ReadOnlyMemory<float> _rows;
    private readonly int _dimension;
    private double _longest;
    private int _firstBad = int.MaxValue;

    /// <summary>Reads rows through once.</summary>
    /// <param name="scores">How they are compared.</param>
    /// <param name="rows">[rows, k].</param>
    /// <param name="dimension">k.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentException">The length is no multiple of k.</exception>
    /// <exception cref="QEngineException">A row is not of its form.</exception>
    public RowDistances(IPairScores scores, ReadOnlyMemory<float> rows, int dimension, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        RequireRows(rows.Length, dimension);
        int count = rows.Length / dimension;
        (_rows, _dimension) = (rows, dimension);
        (_weights, _min, _max) = (GC.AllocateUninitializedArray<float>(count), new float[dimension], new float[dimension]);
        Array.Fill(_min, float.PositiveInfinity);
        Array.Fill(_max, float.NegativeInfinity);
        Kernel kernel = new(this, scores, rows.Span);
        RangeKernel.Run<Kernel, float>(workers, (count + RowsPerUnit - 1) / RowsPerUnit, (long)RowsPerUnit * dimension, ref kernel);
        if (_firstBad < count) throw new QEngineException($"block: expected {scores.Form}, found something else in row {_firstBad}");
    }

    public ReadOnlySpan<float> Weights => _weights;

    public ReadOnlySpan<float> Min => _min;

    public ReadOnlySpan<float> Max => _max;

    public static void RequireRows(int numbers, int dimension)
    {
        if (numbers % dimension != 0)
            throw new ArgumentException($"expected rows of {dimension} numbers each, found {numbers} numbers", "rows");
    }

    public void Prepare(QueryChunk queries)
    {
    }

    public void Dots(WorkerPool workers, QueryChunk queries, int firstRow, int rows, Span<float> dots) =>
        RowDots.Forward(workers, queries.Kept, _rows.Span.Slice(firstRow * _dimension, rows * _dimension), _dimension, dots);

    public IBlockPrefilter? PrefilterFor(QueryChunk queries) => null;

    public float Slope(QueryChunk queries, int query) => 1;

    // The errors of a product and of a weight, and the roundings of their difference; the last summand is for products that underflow.
    public float Limit(QueryChunk queries, int query, double reach)
    {
        double squares = queries.Squares[query], length = Math.Sqrt(squares);
        double error = (1.001 * RowDots.Error<float>(_dimension + 4) * _longest * (length + _longest)) + (Unit * reach) + 1e-30;
        return float.BitIncrement((float)(((reach - squares) / 2) + error));
    }

    public double Distance(QueryChunk queries, int query, float excess) => Math.Max(0, queries.Squares[query] + (2.0 * excess));

    public float Excess(QueryChunk queries, int query, double distance) =>
        float.BitIncrement((float)(((distance - queries.Squares[query]) / 2) + (1e-12 * (distance + queries.Squares[query]))));

    // Largest and smallest are the same in whatever order units come.
    private void Add(ReadOnlySpan<float> min, ReadOnlySpan<float> max, float maxWeight, int bad)
    {
        lock (_weights)
        {
            for (int i = 0; i < min.Length; i++)
            {
                _min[i] = Math.Min(_min[i], min[i]);
                _max[i] = Math.Max(_max[i], max[i]);
            }
            _longest = Math.Max(_longest, Math.Sqrt(2.0 * maxWeight));
            _firstBad = Math.Min(_firstBad, bad);
        }
    }

    /// <summary>A unit is some rows.</summary>
    private readonly ref struct Kernel(RowDistances distances, IPairScores scores, ReadOnlySpan<float> rows) : IRangeKernel<float>
    {
        private readonly ReadOnlySpan<float> _rows = rows;

        void IRangeKernel<float>.Run<TLane>(int from, int to)
        {
            int k = distances._min.Length, bad = int.MaxValue;
            Span<float> ranges = Scratch<RowDistances, float>.Rent(2 * k), min = ranges[..k], max = ranges[k..];
            min.Fill(float.PositiveInfinity);
            max.Fill(float.NegativeInfinity);
            float maxWeight = 0;
            for (int row = from * RowsPerUnit; row < Math.Min(distances._weights.Length, to * RowsPerUnit); row++)
            {
                ReadOnlySpan<float> numbers = _rows.Slice(row * k, k);
                if (!scores.IsKept(numbers)) bad = Math.Min(bad, row);
                float weight = Rows<TLane, float>.Dot(numbers, numbers) / 2;
                distances._weights[row] = weight;
                maxWeight = Math.Max(maxWeight, weight);
                Widen<TLane>(numbers, min, max);
            }
            distances.Add(min, max, maxWeight, bad);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Widen<TLane>(ReadOnlySpan<float> numbers, Span<float> min, Span<float> max)
            where TLane : struct, ILane<TLane, float>
        {
            ref float x = ref MemoryMarshal.GetReference(numbers);
            ref float low = ref MemoryMarshal.GetReference(min);
            ref float high = ref MemoryMarshal.GetReference(max);
            int i = 0;
            for (; i <= numbers.Length - TLane.Count; i += TLane.Count)
            {
                TLane lane = TLane.Load(ref Unsafe.Add(ref x, i));
                TLane.Min(lane, TLane.Load(ref Unsafe.Add(ref low, i))).Store(ref Unsafe.Add(ref low, i));
                TLane.Max(lane, TLane.Load(ref Unsafe.Add(ref high, i))).Store(ref Unsafe.Add(ref high, i));
            }
            for (; i < numbers.Length; i++)
            {
                min[i] = Math.Min(min[i], numbers[i]);
                max[i] = Math.Max(max[i], numbers[i]);
            }
        }
    }
}
