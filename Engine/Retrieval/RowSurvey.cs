using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>What searches know of rows beforehand: half their squared lengths, and the range of each column.</summary>
internal sealed class RowSurvey
{
    // Rows of a unit.
    private const int RowsPerUnit = 1024;

    private readonly float[] _weights, _least, _most;

    /// <summary>Reads rows through once.</summary>
    /// <param name="scores">How they are compared.</param>
    /// <param name="rows">[rows, k].</param>
    /// <param name="dimension">k.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">A row is not of its form.</exception>
    public RowSurvey(IPairScores scores, ReadOnlySpan<float> rows, int dimension, WorkerPool workers)
    {
        int count = rows.Length / dimension;
        (_weights, _least, _most) = (GC.AllocateUninitializedArray<float>(count), new float[dimension], new float[dimension]);
        Array.Fill(_least, float.PositiveInfinity);
        Array.Fill(_most, float.NegativeInfinity);
        Kernel kernel = new(this, scores, rows);
        RangeKernel.Run<Kernel, float>(workers, (count + RowsPerUnit - 1) / RowsPerUnit, (long)RowsPerUnit * dimension, ref kernel);
        if (FirstBad < count) throw new QEngineException($"block: expected {scores.Form}, found something else in row {FirstBad}");
    }

    /// <summary>|r|^2 / 2 of each row, computed in single precision: <see cref="RowDots.Error{T}"/>.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>[k].</summary>
    public ReadOnlySpan<float> Least => _least;

    /// <summary>[k].</summary>
    public ReadOnlySpan<float> Most => _most;

    /// <summary>The largest length of a row, as computed.</summary>
    public double Longest { get; private set; }

    private int FirstBad { get; set; } = int.MaxValue;

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
            Longest = Math.Max(Longest, Math.Sqrt(2.0 * heaviest));
            FirstBad = Math.Min(FirstBad, bad);
        }
    }

    /// <summary>A unit is some rows.</summary>
    private readonly ref struct Kernel(RowSurvey survey, IPairScores scores, ReadOnlySpan<float> rows) : IRangeKernel<float>
    {
        private readonly ReadOnlySpan<float> _rows = rows;

        public void Run<TLane>(int from, int to)
            where TLane : struct, ILane<TLane, float>
        {
            int k = survey._least.Length, bad = int.MaxValue;
            Span<float> ranges = Scratch<RowSurvey, float>.Rent(2 * k), least = ranges[..k], most = ranges[k..];
            least.Fill(float.PositiveInfinity);
            most.Fill(float.NegativeInfinity);
            float heaviest = 0;
            for (int row = from * RowsPerUnit; row < Math.Min(survey._weights.Length, to * RowsPerUnit); row++)
            {
                ReadOnlySpan<float> numbers = _rows.Slice(row * k, k);
                if (!scores.IsKept(numbers)) bad = Math.Min(bad, row);
                float weight = Rows.Dot<TLane, float>(numbers, numbers) / 2;
                survey._weights[row] = weight;
                heaviest = Math.Max(heaviest, weight);
                Widen<TLane>(numbers, least, most);
            }
            survey.Add(least, most, heaviest, bad);
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
