namespace QEngine.Collections;

/// <summary>What a segment holds at most; what is more goes into the next one.</summary>
/// <param name="Documents">Documents, at least 1.</param>
/// <param name="MappedBytes">
/// Bytes of its ids and of its words, each of which is one span when it is read: the document that makes them so many is the last.
/// </param>
/// <param name="PartPostings">
/// Postings of a part of its words, which are in memory while it is written: the document that makes them so many is the part's last.
/// </param>
internal readonly record struct SegmentLimits(int Documents, long MappedBytes, int PartPostings)
{
    /// <summary>A hundred thousand passages or so.</summary>
    public const int DefaultPartPostings = 1 << 22;

    /// <summary>Those of an index: the numbers of a segment's embeddings are one span, too.</summary>
    /// <param name="dimension">k, at least 1.</param>
    public static SegmentLimits For(int dimension) => new(Math.Max(1, Array.MaxLength / dimension), 1L << 30, DefaultPartPostings);

    /// <summary>Whether nothing more goes into a segment.</summary>
    public bool AreReachedBy(SegmentSize size) =>
        size.Documents >= Documents || Math.Max(size.IdBytes, size.LexicalBytes) >= MappedBytes;

    /// <summary>Whether segments of so much in all can be one.</summary>
    public bool Hold(SegmentSize size) => size.Documents <= Documents && Math.Max(size.IdBytes, size.LexicalBytes) <= MappedBytes;
}
