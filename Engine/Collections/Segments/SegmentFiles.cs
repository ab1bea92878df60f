using QEngine.Storage;

namespace QEngine.Collections;

/// <summary>The open files of a segment, which may have several owners: closed with the last of them.</summary>
/// <param name="texts">The documents.</param>
/// <param name="lines">Where their lines lie.</param>
/// <param name="ids">Their ids; null where these are damaged.</param>
/// <param name="embeddings">The embeddings.</param>
/// <param name="codes">Their codes, or null.</param>
/// <param name="lexical">Their words; null where these are damaged.</param>
internal sealed class SegmentFiles(
    RandomAccessFile texts, LineOffsets lines, SegmentIds? ids, MappedFloats embeddings, MappedArray<byte>? codes, LexicalFile? lexical)
    : IDisposable
{
    private int _owners = 1;

    public RandomAccessFile Texts => texts;

    public LineOffsets Lines => lines;

    public SegmentIds? Ids => ids;

    public LexicalFile? Lexical => lexical;

    /// <summary>The same for one more owner; only an owner asks.</summary>
    public SegmentFiles Share()
    {
        Interlocked.Increment(ref _owners);
        return this;
    }

    /// <summary>Requires that nobody has cut a mapped file short.</summary>
    public void RequireWhole()
    {
        embeddings.RequireWhole();
        ids?.RequireWhole();
        codes?.RequireWhole();
        lexical?.RequireWhole();
    }

    /// <summary>Closes what is open of some files.</summary>
    public static void Close(params ReadOnlySpan<IDisposable?> files)
    {
        foreach (IDisposable? file in files) file?.Dispose();
    }

    /// <summary>Ends one owner's use.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _owners) == 0) Close(texts, ids, embeddings, codes, lexical);
    }
}
