namespace QEngine.Collections;

/// <summary>How large a segment is, or several are in all.</summary>
/// <param name="Documents">Documents.</param>
/// <param name="IdBytes">Bytes of their ids.</param>
/// <param name="LexicalBytes">Bytes of their words.</param>
internal readonly record struct SegmentSize(long Documents, long IdBytes, long LexicalBytes)
{
    /// <summary>Several in all.</summary>
    public static SegmentSize operator +(SegmentSize left, SegmentSize right) =>
        new(left.Documents + right.Documents, left.IdBytes + right.IdBytes, left.LexicalBytes + right.LexicalBytes);

    /// <summary>That of a segment, of which documents that are not deleted count.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="entry">The segment.</param>
    public static SegmentSize Of(string folder, SegmentEntry entry)
    {
        string path = Path.Combine(folder, entry.Name);
        return new SegmentSize(
            entry.Documents - entry.Deleted.Count, Bytes(path, SegmentIds.FileName), Bytes(path, SegmentLexical.FileName));
    }

    private static long Bytes(string folder, string name) =>
        new FileInfo(Path.Combine(folder, name)) is { Exists: true } file ? file.Length : 0;
}
