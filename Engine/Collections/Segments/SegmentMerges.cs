namespace QEngine.Collections;

/// <summary>
/// Which segments are merged after an append, so that there are few however often something is added: a merge at least doubles the segment
/// that a document is in, so it is copied once for every doubling of the collection at most.
/// </summary>
/// <remarks>Only the youngest are merged, so that documents keep their order.</remarks>
internal static class SegmentMerges
{
    /// <summary>The fewest segments that become one.</summary>
    internal const int Fewest = 8;

    /// <summary>How many of the youngest segments to merge, or 0: the most of which none holds more than half of their documents.</summary>
    /// <param name="segments">The segments, oldest first.</param>
    /// <param name="limits">What a segment holds.</param>
    public static int Choose(IReadOnlyList<SegmentSize> segments, SegmentLimits limits)
    {
        int chosen = 0;
        SegmentSize all = default;
        long largest = 0;
        for (int count = 1; count <= segments.Count; count++)
        {
            SegmentSize segment = segments[segments.Count - count];
            (all, largest) = (all + segment, Math.Max(largest, segment.Documents));
            if (!limits.Hold(all)) break;
            if (count >= Fewest && 2 * largest <= all.Documents) chosen = count;
        }
        return chosen;
    }
}
