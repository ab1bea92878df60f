using System.Collections.ObjectModel;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>Writes the files of a segment, document by document, with memory for one batch.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly string _folder;
    private readonly CollectionManifest _manifest;
    private readonly int _dimension;
    private readonly NpyWriter _embeddings;
    private readonly AtomicFile _file;
    private readonly DocumentWriter _documents;
    private readonly SegmentIdsWriter _ids = new();
    private float[] _rows = [];
    private bool _isClosed, _hasMetadata;

    internal SegmentWriter(string folder, CollectionManifest manifest)
    {
        (_folder, _manifest, _dimension) = (folder, manifest, manifest.Dimension);
        _embeddings = NpyWriter.Create(Path.Combine(folder, SegmentFile.EmbeddingsName), _dimension);
        try
        {
            _file = AtomicFile.Create(Path.Combine(folder, SegmentFile.DocumentsName));
            _documents = new DocumentWriter(_file);
        }
        catch
        {
            _embeddings.Dispose();
            throw;
        }
    }

    /// <summary>Documents written so far.</summary>
    public int Count { get; private set; }

    /// <summary>The most documents of a segment: its numbers are one span.</summary>
    /// <param name="dimension">k, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimension"/> is below 1.</exception>
    public static int MaxDocuments(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        return Array.MaxLength / dimension;
    }

    /// <summary>The error for a segment of more documents than <see cref="MaxDocuments"/>.</summary>
    /// <param name="dimension">k.</param>
    /// <param name="documents">How many there are.</param>
    public static QEngineException TooMany(int dimension, long documents) =>
        new(
            $"expected at most {MaxDocuments(dimension)} documents of dimension {dimension} in a segment, "
            + $"found {documents}: append the rest afterwards");

    /// <summary>Adds documents, all of them or, where one is refused, none.</summary>
    /// <remarks>
    /// Lone surrogates of a text are kept as U+FFFD, as which the embedder and BM25 read them; in an id they are refused.
    /// </remarks>
    /// <param name="documents">Ids and texts.</param>
    /// <param name="embeddings">[documents, k], in the model's default format.</param>
    /// <exception cref="ArgumentException">An id or a text is null.</exception>
    /// <exception cref="QEngineException">
    /// An id is empty or no Unicode text, a number is not finite, or the disk is full.
    /// </exception>
    /// <exception cref="ArgumentException">There are not as many embeddings as documents.</exception>
    /// <exception cref="ObjectDisposedException">The segment is complete or given up.</exception>
    public void Add(IReadOnlyList<IdText> documents, ReadOnlySpan<float> embeddings)
    {
        ArgumentNullException.ThrowIfNull(documents);
        Add(documents.Count, i => (documents[i], ReadOnlyDictionary<string, MetadataValue>.Empty), embeddings);
    }

    /// <summary>The same as <see cref="Add(IReadOnlyList{IdText}, ReadOnlySpan{float})"/> with metadata.</summary>
    /// <param name="documents">Ids, texts and metadata.</param>
    /// <param name="embeddings">[documents, k], in the model's default format.</param>
    /// <exception cref="ArgumentException">A document is null, or there are not as many embeddings.</exception>
    /// <exception cref="QEngineException">An id is no Unicode text, a number is not finite, or the disk is full.</exception>
    /// <exception cref="ObjectDisposedException">The segment is complete or given up.</exception>
    internal void AddDocuments(IReadOnlyList<Document> documents, ReadOnlySpan<float> embeddings)
    {
        ArgumentNullException.ThrowIfNull(documents);
        for (int i = 0; i < documents.Count; i++)
            if (documents[i] is null) throw Require.NullAt(i, nameof(documents));
        Add(documents.Count, i => (new IdText(documents[i].Id, documents[i].Text), documents[i].Metadata), embeddings);
    }

    private void Add(int count, Func<int, (IdText, IReadOnlyDictionary<string, MetadataValue>)> at, ReadOnlySpan<float> embeddings)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (embeddings.Length != (long)count * _dimension)
            throw new ArgumentException(
                $"expected {count} embeddings of {_dimension} numbers, found {embeddings.Length} numbers", nameof(embeddings));
        if (count > MaxDocuments(_dimension) - Count) throw TooMany(_dimension, Count + (long)count);
        for (int i = 0; i < count; i++) RequireText(at(i).Item1, i);
        if (_rows.Length < embeddings.Length) _rows = new float[embeddings.Length];
        Span<float> rows = _rows.AsSpan(0, embeddings.Length);
        EmbeddingBlock.Keep(_manifest.Similarity, _dimension, embeddings, rows);
        _embeddings.Write(rows);
        for (int i = 0; i < count; i++)
        {
            (IdText document, IReadOnlyDictionary<string, MetadataValue> metadata) = at(i);
            _documents.Write(document, metadata);
            _hasMetadata |= metadata.Count > 0;
            _ids.Add(document.Id);
        }
        Count += count;
    }

    /// <summary>Closes the files, makes the codes, and writes the checksums.</summary>
    /// <exception cref="QEngineException">There is no document, or an id twice, or the disk is full.</exception>
    internal void Complete(WorkerPool workers)
    {
        if (Count == 0) throw new QEngineException("expected documents, found none");
        _isClosed = true;
        _embeddings.Complete();
        _file.Commit();
        // First, for an id that is there twice.
        BlockChecksums ids = _ids.Write(_folder);
        List<int> linesBefore = [];
        int lines = 0;
        BlockChecksums texts = BlockChecksums.Compute(Path.Combine(_folder, SegmentFile.DocumentsName), (block, _) =>
        {
            linesBefore.Add(lines);
            lines += block.Span.Count((byte)'\n');
        });
        SegmentCodes? codes = _manifest.Codes is { } bits ? SegmentCodes.Create(_folder, bits, _manifest.Similarity, workers) : null;
        BlockChecksums embeddings = BlockChecksums.Compute(Path.Combine(_folder, SegmentFile.EmbeddingsName));
        new SegmentFile(Count, embeddings, texts, linesBefore, _hasMetadata, ids, codes).Write(_folder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isClosed = true;
        _documents.Dispose();
        _file.Dispose();
        _embeddings.Dispose();
    }

    private void RequireText(IdText document, int place)
    {
        if (document.Id is null || document.Text is null)
            throw new ArgumentException($"expected documents with id and text, found null in document {Count + place}", "documents");
        if (string.IsNullOrWhiteSpace(document.Id))
            throw new QEngineException($"expected an id, found an empty one in document {Count + place}");
        if (!Utf8Text.IsWellFormed(document.Id))
            throw new QEngineException(
                $"expected an id of Unicode text, "
                + $"found an unpaired surrogate in {Printable.Quote(document.Id)} of document {Count + place}");
    }
}
