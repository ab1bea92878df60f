using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>Writes the files of a segment, document by document, with memory for one batch.</summary>
public sealed class SegmentWriter : IDisposable
{
    private readonly string _folder;
    private readonly CollectionManifest _manifest;
    private readonly int _dimension;
    private readonly NpyWriter _embeddings;
    private readonly AtomicFile _file;
    private readonly DocumentWriter _documents;
    private float[] _rows = [];

    internal SegmentWriter(string folder, CollectionManifest manifest)
    {
        (_folder, _manifest, _dimension) = (folder, manifest, manifest.Dimension);
        _embeddings = NpyWriter.Create(Path.Combine(folder, SegmentFile.EmbeddingsName), _dimension);
        _file = AtomicFile.Create(Path.Combine(folder, SegmentFile.DocumentsName));
        _documents = new DocumentWriter(_file);
    }

    /// <summary>Documents written so far.</summary>
    public int Count { get; private set; }

    /// <summary>The most documents of a segment: its numbers are one span.</summary>
    /// <param name="dimension">k.</param>
    public static int MostDocuments(int dimension) => Array.MaxLength / dimension;

    /// <summary>The error for a segment of more documents than <see cref="MostDocuments"/>.</summary>
    /// <param name="dimension">k.</param>
    /// <param name="documents">How many there are.</param>
    public static QEngineException TooMany(int dimension, long documents) =>
        new($"expected at most {MostDocuments(dimension)} documents of dimension {dimension} in a segment, found {documents}: append the rest afterwards");

    /// <summary>Adds documents.</summary>
    /// <param name="documents">Ids and texts.</param>
    /// <param name="embeddings">[documents, k], in the model's default format.</param>
    /// <exception cref="QEngineException">The numbers do not fit, a number is not finite, or the disk is full.</exception>
    public void Add(IReadOnlyList<IdText> documents, ReadOnlySpan<float> embeddings)
    {
        ArgumentNullException.ThrowIfNull(documents);
        if (embeddings.Length != (long)documents.Count * _dimension) throw new QEngineException($"expected {documents.Count} embeddings of {_dimension} numbers, found {embeddings.Length} numbers");
        if (documents.Count > MostDocuments(_dimension) - Count) throw TooMany(_dimension, Count + (long)documents.Count);
        if (_rows.Length < embeddings.Length) _rows = new float[embeddings.Length];
        Span<float> rows = _rows.AsSpan(0, embeddings.Length);
        EmbeddingBlock.Keep(_manifest.Similarity, _dimension, embeddings, rows);
        _embeddings.Write(rows);
        foreach (IdText document in documents) _documents.Write(document);
        Count += documents.Count;
    }

    /// <summary>Closes the files, makes the codes, and writes the checksums.</summary>
    internal void Complete(WorkerPool workers)
    {
        if (Count == 0) throw new QEngineException("expected documents, found none");
        _embeddings.Complete();
        _file.Commit();
        List<int> linesBefore = [];
        int lines = 0;
        BlockChecksums texts = BlockChecksums.Of(Path.Combine(_folder, SegmentFile.DocumentsName), (block, _) =>
        {
            linesBefore.Add(lines);
            lines += block.Span.Count((byte)'\n');
        });
        SegmentCodes? codes = _manifest.Codes is { } bits ? SegmentCodes.Create(_folder, bits, _manifest.Similarity, workers) : null;
        new SegmentFile(Count, BlockChecksums.Of(Path.Combine(_folder, SegmentFile.EmbeddingsName)), texts, linesBefore, codes).Write(_folder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _documents.Dispose();
        _file.Dispose();
        _embeddings.Dispose();
    }
}
