using System.Text;

namespace QEngine.Collections;

/// <summary>Finds an id that two segments have, by going along the ids of all in their order at the same time.</summary>
internal static class SharedIds
{
    private static readonly Comparer<ReadOnlyMemory<byte>> Order =
        Comparer<ReadOnlyMemory<byte>>.Create((left, right) => left.Span.SequenceCompareTo(right.Span));

    /// <summary>
    /// The first such id by its bytes, with the places of two segments whose documents of it can be found; null for none.
    /// </summary>
    /// <param name="segments">The segments, open; each has an id once.</param>
    /// <exception cref="QEngineException">The ids cannot be read.</exception>
    public static (string Id, int First, int Second)? Find(IReadOnlyList<Segment> segments)
    {
        PriorityQueue<(int Segment, IEnumerator<ReadOnlyMemory<byte>> Ids), ReadOnlyMemory<byte>> next = new(Order);
        for (int i = 0; i < segments.Count; i++)
        {
            IEnumerator<ReadOnlyMemory<byte>> ids = segments[i].SortedIds().GetEnumerator();
            if (ids.MoveNext()) next.Enqueue((i, ids), ids.Current);
        }
        ReadOnlyMemory<byte> last = default;
        int before = -1;
        // What is left of the last segment alone has nothing in common with another.
        while (next.Count > 1 || (next.Count == 1 && next.Peek().Segment != before))
        {
            (int segment, IEnumerator<ReadOnlyMemory<byte>> ids) = next.Dequeue();
            ReadOnlyMemory<byte> id = ids.Current;
            if (before >= 0 && last.Span.SequenceEqual(id.Span))
                return (Encoding.UTF8.GetString(id.Span), Math.Min(before, segment), Math.Max(before, segment));
            (last, before) = (id, segment);
            if (ids.MoveNext()) next.Enqueue((segment, ids), ids.Current);
        }
        return null;
    }
}
