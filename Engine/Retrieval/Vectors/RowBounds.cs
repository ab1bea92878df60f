using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Memory;
using QEngine.Simd;

namespace QEngine.Retrieval;

/// <summary>A number for each row that is larger the farther the row is: slope w - dot, see <see cref="IBlockDistances"/>.</summary>
/// <param name="dots">Products with a query.</param>
/// <param name="weights">w.</param>
/// <param name="slope">The slope.</param>
/// <param name="rows">Which rows they are; nothing for 0, 1, 2 ...</param>
/// <param name="found">The rows of the block that may be found; null for all.</param>
/// <param name="first">The row of the block that 0 stands for.</param>
internal readonly ref struct RowBounds(
    Span<float> dots, ReadOnlySpan<float> weights, float slope, ReadOnlySpan<int> rows = default, RowSet? found = null, int first = 0)
{
    private readonly Span<float> _dots = dots;
    private readonly ReadOnlySpan<float> _weights = weights[..dots.Length];
    private readonly ReadOnlySpan<int> _rows = rows;

    /// <summary>
    /// Bounds of rows by distance; where distances say nothing, products are replaced by what gives costs as bounds with a slope of 0.
    /// </summary>
    /// <param name="queries">The queries.</param>
    /// <param name="query">The query.</param>
    /// <param name="range">The rows.</param>
    /// <param name="dots">The query's products with the rows.</param>
    public static RowBounds Create(QueryChunk queries, int query, RowRange range, Span<float> dots)
    {
        IBlockDistances distances = range.Block.Distances;
        ReadOnlySpan<float> weights = distances.Weights.Slice(range.First, range.Rows);
        RowSet? found = range.Block.Found;
        if (queries.Measured[query])
            return new RowBounds(dots, weights, distances.Slope(queries, query), default, found, range.First);
        Span<int> all = Scratch<All, int>.Rent(range.Rows);
        for (int i = 0; i < all.Length; i++) all[i] = i;
        range.Block.Scores.Costs(queries.Query(query), range.Block.Slice(range.First, range.Rows), all, dots);
        foreach (ref float dot in dots) dot = -dot;
        return new RowBounds(dots, weights, 0, default, found, range.First);
    }

    /// <summary>How many bounds there are.</summary>
    public int Count => _dots.Length;

    /// <summary>The row of a bound, counted from the range's first.</summary>
    public int Row(int i) => _rows.IsEmpty ? i : _rows[i];

    /// <summary>A bound.</summary>
    public float this[int i] => float.MultiplyAddEstimate(slope, _weights[i], -_dots[i]);

    /// <summary>Makes a bound infinite.</summary>
    public void Exclude(int i) => _dots[i] = float.NegativeInfinity;

    /// <summary>Collects the places of bounds that are not above a limit, of rows that may be found.</summary>
    /// <param name="from">First place.</param>
    /// <param name="to">One past the last place.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="places">Receives the places in ascending order; room for all.</param>
    /// <returns>How many there are.</returns>
    public int Within<TLane>(int from, int to, float limit, Span<int> places)
        where TLane : struct, ILane<TLane, float>
    {
        int count = 0, whole = to - ((to - from) % (4 * TLane.Count)), next = from;
        while (next < whole)
        {
            int near = FirstNear<TLane>(next, whole, limit);
            next = Math.Min(whole, near + (4 * TLane.Count));
            count = Collect(near, next, limit, places, count);
        }
        return Collect(whole, to, limit, places, count);
    }

    /// <summary>The first four lanes from <paramref name="i"/> on that hold a bound within the limit, or the end.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int FirstNear<TLane>(int i, int end, float limit)
        where TLane : struct, ILane<TLane, float>
    {
        ref float x = ref MemoryMarshal.GetReference(_dots);
        ref float w = ref MemoryMarshal.GetReference(_weights);
        TLane factor = TLane.Splat(-slope);
        for (; i < end; i += 4 * TLane.Count)
        {
            // The largest of the negative bounds, dot - slope w.
            TLane max = TLane.MultiplyAdd(factor, TLane.Load(ref Unsafe.Add(ref w, i)), TLane.Load(ref Unsafe.Add(ref x, i)));
            for (int lane = 1; lane < 4; lane++)
            {
                int at = i + (lane * TLane.Count);
                max = TLane.Max(
                    max, TLane.MultiplyAdd(factor, TLane.Load(ref Unsafe.Add(ref w, at)), TLane.Load(ref Unsafe.Add(ref x, at))));
            }
            if (max.Max() >= -limit) break;
        }
        return i;
    }

    private int Collect(int from, int to, float limit, Span<int> places, int count)
    {
        for (int i = from; i < to; i++)
        {
            if (!(this[i] > limit) && MayBeFound(i)) places[count++] = i;
        }
        return count;
    }

    private bool MayBeFound(int i) => found is null || found[first + Row(i)];

    private readonly struct All;
}
