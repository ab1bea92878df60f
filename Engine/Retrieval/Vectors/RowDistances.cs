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

    private readonly float[] _weights, _least, _most;
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
        (_weights, _least, _most) = (GC.AllocateUninitializedArray<float>(count), new float[dimension], new float[dimension]);
        Array.Fill(_least, float.PositiveInfinity);
        Array.Fill(_most, float.NegativeInfinity);
        Kernel kernel = new(this, scores, rows.Span);
        RangeKernel.Run<Kernel, float>(workers, (count + RowsPerUnit - 1) / RowsPerUnit, (long)RowsPerUnit * dimension, ref kernel);
        if (_firstBad < count) throw new QEngineException($"block: expected {scores.Form}, found something else in row {_firstBad}");
    }

    public ReadOnlySpan<float> Weights => _weights;

    public ReadOnlySpan<float> Least => _least;

    public ReadOnlySpan<float> Most => _most;

    public static void RequireRows(int numbers, int dimension)
    {
        if (numbers % dimension != 0) throw new ArgumentException($"expected rows of {dimension} numbers each, found {numbers} numbers", "rows");
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
    private void Add(ReadOnlySpan<float> least, ReadOnlySpan<float> most, float heaviest, int bad)
    {
        lock (_weights)
        {
            for (int i = 0; i < least.Length; i++)
            {
                _least[i] = Math.Min(_least[i], least[i]);
                _most[i] = Math.Max(_most[i], most[i]);
            }
            _longest = Math.Max(_longest, Math.Sqrt(2.0 * heaviest));
            _firstBad = Math.Min(_firstBad, bad);
        }
    }

    /// <summary>A unit is some rows.</summary>
    private readonly ref struct Kernel(RowDistances distances, IPairScores scores, ReadOnlySpan<float> rows) : IRangeKernel<float>
    {
        private readonly ReadOnlySpan<float> _rows = rows;

        void IRangeKernel<float>.Run<TLane>(int from, int to)
        {
            int k = distances._least.Length, bad = int.MaxValue;
            Span<float> ranges = Scratch<RowDistances, float>.Rent(2 * k), least = ranges[..k], most = ranges[k..];
            least.Fill(float.PositiveInfinity);
            most.Fill(float.NegativeInfinity);
            float heaviest = 0;
            for (int row = from * RowsPerUnit; row < Math.Min(distances._weights.Length, to * RowsPerUnit); row++)
            {
                ReadOnlySpan<float> numbers = _rows.Slice(row * k, k);
                if (!scores.IsKept(numbers)) bad = Math.Min(bad, row);
                float weight = Rows<TLane, float>.Dot(numbers, numbers) / 2;
                distances._weights[row] = weight;
                heaviest = Math.Max(heaviest, weight);
                Widen<TLane>(numbers, least, most);
            }
            distances.Add(least, most, heaviest, bad);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Widen<TLane>(ReadOnlySpan<float> numbers, Span<float> least, Span<float> most)
            where TLane : struct, ILane<TLane, float>
        {
            ref float x = ref MemoryMarshal.GetReference(numbers);
            ref float low = ref MemoryMarshal.GetReference(least);
            ref float high = ref MemoryMarshal.GetReference(most);
            int i = 0;
            for (; i <= numbers.Length - TLane.Count; i += TLane.Count)
            {
                TLane lane = TLane.Load(ref Unsafe.Add(ref x, i));
                TLane.Min(lane, TLane.Load(ref Unsafe.Add(ref low, i))).Store(ref Unsafe.Add(ref low, i));
                TLane.Max(lane, TLane.Load(ref Unsafe.Add(ref high, i))).Store(ref Unsafe.Add(ref high, i));
            }
            for (; i < numbers.Length; i++)
            {
                least[i] = Math.Min(least[i], numbers[i]);
                most[i] = Math.Max(most[i], numbers[i]);
            }
        }
    }
}
