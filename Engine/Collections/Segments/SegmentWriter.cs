using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>Writes the files of a segment, document by document, with memory for its ids and for a part of its words.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly string _folder;
    private readonly CollectionManifest _manifest;
    private readonly NpyWriter _embeddings;
    private readonly AtomicFile _file;
    private readonly DocumentWriter _documents;
    private readonly SegmentIdsWriter _ids = new();
    private readonly SegmentLexicalWriter _lexical;
    private readonly SegmentLimits _limits;
    private bool _hasMetadata;

    /// <param name="folder">The folder that receives the files.</param>
    /// <param name="manifest">Dimension, similarity and codes.</param>
    /// <param name="limits">What it holds.</param>
    public SegmentWriter(string folder, CollectionManifest manifest, SegmentLimits limits)
    {
        (_folder, _manifest, _limits) = (folder, manifest, limits);
        _lexical = new SegmentLexicalWriter(folder, limits.PartPostings);
        _embeddings = NpyWriter.Create(Path.Combine(folder, SegmentFile.EmbeddingsName), manifest.Dimension);
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

    /// <summary>Whether nothing more goes into it.</summary>
    public bool IsFull => _limits.AreReachedBy(new SegmentSize(Count, _ids.Length, _lexical.Length));

    /// <summary>Adds a document.</summary>
    /// <param name="document">Its id and text.</param>
    /// <param name="metadata">Its metadata.</param>
    /// <param name="row">[k], its embedding as it is kept.</param>
    /// <exception cref="QEngineException">The disk is full.</exception>
    public void Add(IdText document, IReadOnlyDictionary<string, MetadataValue> metadata, ReadOnlySpan<float> row)
    {
        _embeddings.Write(row);
        _documents.Write(document, metadata);
        _hasMetadata |= metadata.Count > 0;
        _ids.Add(document.Id);
        _lexical.Add(document.Text);
        Count++;
    }

    /// <summary>Closes the files, makes the codes, and writes the checksums.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="QEngineException">An id is there twice, or the disk is full.</exception>
    public void Complete(WorkerPool workers, CancellationToken cancellationToken)
    {
        _embeddings.Complete();
        _file.Commit();
        // First, for an id that is there twice.
        BlockChecksums ids = _ids.Write(_folder);
        SegmentLexical lexical = _lexical.Complete();
        cancellationToken.ThrowIfCancellationRequested();
        List<int> linesBefore = [];
        int lines = 0;
        BlockChecksums texts = BlockChecksums.Compute(Path.Combine(_folder, SegmentFile.DocumentsName), (block, _) =>
        {
            linesBefore.Add(lines);
            lines += block.Span.Count((byte)'\n');
        });
        SegmentCodes? codes = _manifest.Codes is { } bits
            ? SegmentCodes.Create(_folder, bits, _manifest.Similarity, workers, cancellationToken)
            : null;
        BlockChecksums embeddings = BlockChecksums.Compute(Path.Combine(_folder, SegmentFile.EmbeddingsName));
        new SegmentFile(Count, embeddings, texts, linesBefore, _hasMetadata, ids, codes, lexical).Write(_folder);
    }

    public void Dispose()
    {
        _documents.Dispose();
        _file.Dispose();
        _embeddings.Dispose();
        _lexical.Dispose();
    }
}
