using System.Collections.ObjectModel;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>The segments that a change adds: documents go in, and as many segments as they take are written.</summary>
/// <remarks>Until the change is committed, they are folders that the manifest does not list.</remarks>
internal sealed class NewSegments : IDisposable
{
    private readonly string _folder;
    private readonly CollectionManifest _manifest;
    private readonly SegmentLimits _limits;
    private readonly WorkerPool _workers;
    private readonly CancellationToken _cancellationToken;
    private readonly List<SegmentEntry> _entries = [];
    private AtomicFolder? _pending;
    private SegmentWriter? _writer;
    private float[] _rows = [];
    private bool _isClosed;

    /// <param name="folder">The collection's folder.</param>
    /// <param name="manifest">What is there before.</param>
    /// <param name="limits">What a segment holds.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="cancellationToken">Stops the work where a segment ends.</param>
    public NewSegments(
        string folder, CollectionManifest manifest, SegmentLimits limits, WorkerPool workers, CancellationToken cancellationToken) =>
        (_folder, _manifest, _limits, _workers, _cancellationToken) = (folder, manifest, limits, workers, cancellationToken);

    /// <summary>Documents written so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds documents, all of them or, where one is refused, none.</summary>
    /// <remarks>
    /// Lone surrogates of a text are kept as U+FFFD, as which the embedder and BM25 read them; in an id they are refused.
    /// </remarks>
    /// <param name="documents">Ids and texts.</param>
    /// <param name="embeddings">[documents, k], in the model's default format.</param>
    /// <exception cref="ArgumentException">An id or a text is null, or there are not as many embeddings as documents.</exception>
    /// <exception cref="QEngineException">
    /// An id is empty or no Unicode text, a number is not finite, the index has no room for so many, or the disk is full.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The change is made or given up.</exception>
    public void Add(IReadOnlyList<IdText> documents, ReadOnlySpan<float> embeddings)
    {
        ArgumentNullException.ThrowIfNull(documents);
        Add(documents.Count, i => (documents[i], ReadOnlyDictionary<string, MetadataValue>.Empty), embeddings);
    }

    /// <summary>The same as <see cref="Add(IReadOnlyList{IdText}, ReadOnlySpan{float})"/> with metadata.</summary>
    /// <param name="documents">Ids, texts and metadata.</param>
    /// <param name="embeddings">[documents, k], in the model's default format.</param>
    public void AddDocuments(IReadOnlyList<Document> documents, ReadOnlySpan<float> embeddings)
    {
        for (int i = 0; i < documents.Count; i++)
            if (documents[i] is null) throw Require.NullAt(i, nameof(documents));
        Add(documents.Count, i => (new IdText(documents[i].Id, documents[i].Text), documents[i].Metadata), embeddings);
    }

    /// <summary>Ends the last segment.</summary>
    /// <returns>What the manifest is to list.</returns>
    /// <exception cref="QEngineException">There is no document, an id is twice in a segment, or the disk is full.</exception>
    public IReadOnlyList<SegmentEntry> Complete()
    {
        if (Count == 0) throw new QEngineException("expected documents, found none");
        EndSegment();
        _isClosed = true;
        return _entries;
    }

    public void Dispose()
    {
        _isClosed = true;
        _writer?.Dispose();
        _pending?.Dispose();
    }

    private void Add(int count, Func<int, (IdText, IReadOnlyDictionary<string, MetadataValue>)> at, ReadOnlySpan<float> embeddings)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        int dimension = _manifest.Dimension;
        if (embeddings.Length != (long)count * dimension)
            throw new ArgumentException(
                $"expected {count} embeddings of {dimension} numbers, found {embeddings.Length} numbers", nameof(embeddings));
        if (_manifest.Rows + Count + count > int.MaxValue)
            throw new QEngineException($"expected at most {int.MaxValue} documents in an index, deleted ones included, found more");
        for (int i = 0; i < count; i++) RequireText(at(i).Item1, i);
        if (_rows.Length < embeddings.Length) _rows = new float[embeddings.Length];
        Span<float> rows = _rows.AsSpan(0, embeddings.Length);
        EmbeddingBlock.Keep(_manifest.Similarity, dimension, embeddings, rows);
        for (int i = 0; i < count; i++)
        {
            (IdText document, IReadOnlyDictionary<string, MetadataValue> metadata) = at(i);
            Segment().Add(document, metadata, rows.Slice(i * dimension, dimension));
            Count++;
        }
    }

    /// <summary>The segment that the next document goes into.</summary>
    private SegmentWriter Segment()
    {
        if (_writer?.IsFull == true) EndSegment();
        if (_writer is not null) return _writer;
        _pending = AtomicFolder.Create(Path.Combine(_folder, Next(0, 0).Name), SegmentFile.Names.Contains);
        return _writer = new SegmentWriter(_pending.Temporary, _manifest, _limits);
    }

    private void EndSegment()
    {
        using AtomicFolder pending = _pending!;
        using SegmentWriter writer = _writer!;
        (_pending, _writer) = (null, null);
        writer.Complete(_workers, _cancellationToken);
        uint checksum = SegmentFile.ChecksumOf(pending.Temporary);
        pending.Commit();
        _entries.Add(Next(writer.Count, checksum));
    }

    private SegmentEntry Next(int documents, uint checksum) => new(_manifest.NextSegment + _entries.Count, documents, [], checksum);

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
