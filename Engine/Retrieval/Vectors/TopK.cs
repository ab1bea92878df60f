namespace QEngine.Retrieval;

/// <summary>
/// Keeps the best <c>k</c> of any number of scored indices: larger score first, equal scores by smaller index.
/// </summary>
/// <remarks>
/// A bounded binary heap with the worst kept hit at its root, O(log k) a push. The kept set and its order do not depend on the order of
/// the pushes. Allocates only when a larger <c>k</c> than ever before is asked for. One instance serves one thread.
/// </remarks>
internal sealed class TopK
{
    private Hit[] _heap;

    /// <summary>Creates an empty selection.</summary>
    /// <param name="capacity">k, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    public TopK(int capacity)
    {
        _heap = [];
        Reset(capacity);
    }

    /// <summary>k, the most hits that are kept.</summary>
    public int Capacity { get; private set; }

    /// <summary>The number of hits kept so far, at most <see cref="Capacity"/>.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// The score below which a push changes nothing: the worst kept score once k hits are kept, negative infinity before.
    /// </summary>
    public float Threshold => Count == Capacity ? _heap[0].Score : float.NegativeInfinity;

    /// <summary>Forgets all hits and sets k.</summary>
    /// <param name="capacity">k, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    public void Reset(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1, "k");
        // The array grows with the pushes, so a k far above the number of candidates costs nothing.
        Capacity = capacity;
        Count = 0;
    }

    /// <summary>Offers one hit; it is kept if it is among the best k so far.</summary>
    /// <param name="score">Any value but NaN.</param>
    /// <param name="index">Index of the document; each index is pushed at most once.</param>
    /// <exception cref="QEngineException"><paramref name="score"/> is NaN.</exception>
    public void Push(float score, int index)
    {
        if (float.IsNaN(score)) throw new QEngineException($"top-k: expected a number as score, found NaN at index {index}");
        Hit hit = new(index, score);
        if (Count < Capacity)
        {
            if (Count == _heap.Length) Array.Resize(ref _heap, (int)Math.Min(Capacity, Math.Max(16L, 2L * _heap.Length)));
            _heap[Count] = hit;
            SiftUp(Count++);
        }
        else if (IsWorse(_heap[0], hit))
        {
            _heap[0] = hit;
            SiftDown(0, Count);
        }
    }

    /// <summary>Orders the kept hits, best first, and empties the selection.</summary>
    /// <returns>The hits; valid until the next push.</returns>
    public ReadOnlySpan<Hit> Drain()
    {
        // Heap sort: the worst of the remaining hits moves behind the others each time, which leaves the best in front.
        for (int last = Count - 1; last > 0; last--)
        {
            (_heap[0], _heap[last]) = (_heap[last], _heap[0]);
            SiftDown(0, last);
        }
        ReadOnlySpan<Hit> hits = _heap.AsSpan(0, Count);
        Count = 0;
        return hits;
    }

    private static bool IsWorse(in Hit left, in Hit right) =>
        left.Score < right.Score || (left.Score == right.Score && left.Index > right.Index);

    private void SiftUp(int child)
    {
        while (child > 0)
        {
            int parent = (child - 1) / 2;
            if (!IsWorse(_heap[child], _heap[parent])) return;
            (_heap[child], _heap[parent]) = (_heap[parent], _heap[child]);
            child = parent;
        }
    }

    private void SiftDown(int parent, int count)
    {
        // The index of a left child may pass int.MaxValue only beyond any array length: count bounds parent.
        for (int child = 2 * parent + 1; child < count; child = 2 * parent + 1)
        {
            if (child + 1 < count && IsWorse(_heap[child + 1], _heap[child])) child++;
            if (!IsWorse(_heap[child], _heap[parent])) return;
            (_heap[child], _heap[parent]) = (_heap[parent], _heap[child]);
            parent = child;
        }
    }
}
