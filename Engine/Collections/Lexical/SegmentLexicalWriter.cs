using QEngine.Retrieval;
using QEngine.Storage;

namespace QEngine.Collections;

/// <summary>Writes a segment's <c>lexical.bin</c>, document by document, with memory for one part.</summary>
/// <param name="folder">The segment's folder.</param>
/// <param name="partPostings">A part ends with the document that makes it so many postings.</param>
internal sealed class SegmentLexicalWriter(string folder, int partPostings) : IDisposable
{
    private readonly ForwardIndex _documents = new(stems: false);
    private readonly List<LexicalPartLayout> _parts = [];
    private AtomicFile? _file;

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>Adds the next document.</summary>
    /// <param name="text">Its text.</param>
    /// <exception cref="QEngineException">The disk is full.</exception>
    public void Add(string text)
    {
        _documents.Add(text);
        if (_documents.PostingCount >= partPostings) EndPart();
    }

    /// <summary>Writes what is left and closes the file; where no document has a word, there is none.</summary>
    /// <exception cref="QEngineException">The disk is full.</exception>
    public SegmentLexical Complete()
    {
        if (_file is null && _documents.PostingCount == 0) return SegmentLexical.None;
        if (_documents.Count > 0) EndPart();
        _file!.Commit();
        return new SegmentLexical(_parts, BlockChecksums.Compute(Path.Combine(folder, SegmentLexical.FileName)));
    }

    public void Dispose() => _file?.Dispose();

    private void EndPart()
    {
        _file ??= AtomicFile.Create(Path.Combine(folder, SegmentLexical.FileName));
        _parts.Add(LexicalPartWriter.Write(_documents, _file));
        Length += _parts[^1].Length;
        _documents.Clear();
    }
}
