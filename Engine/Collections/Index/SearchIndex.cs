using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>
/// A folder of documents with the model that embeds them: texts go in, and the documents most similar to a text are found.
/// </summary>
/// <remarks>
/// Safe from many threads. A search is one of a committed state, whatever changes meanwhile; changes of one object wait for each other,
/// and a change by another object or process at the same time is refused. A change is there for the next search of this object;
/// <see cref="Refresh"/> takes in those of others. A process killed at any moment leaves the old state or the new one.
/// Memory: the model, and a few numbers a document; embeddings are read in place from the disk.
/// </remarks>
public sealed class SearchIndex : IDisposable
{
    private readonly WorkerPool _workers;
    private readonly Lock _change = new();
    private IndexSnapshot _snapshot;
    private volatile bool _isClosed;

    private SearchIndex(string folder, SentenceEmbedder? embedder, Collection collection, WorkerPool workers) =>
        (Folder, Embedder, _snapshot, _workers) = (folder, embedder, new IndexSnapshot(collection), workers);

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>The model that embeds documents and queries; null in an index of vectors alone.</summary>
    public SentenceEmbedder? Embedder { get; }

    /// <summary>Numbers of a vector: k.</summary>
    public int Dimension => Now.Manifest.Dimension;

    /// <summary>How vectors are compared.</summary>
    public Similarity Similarity => Now.Manifest.Similarity;

    /// <summary>Documents that can be found.</summary>
    public long Count => Now.Count;

    /// <summary>A line for every damaged block and what is left out for it; empty for a sound index.</summary>
    public IReadOnlyList<string> Warnings => Now.Warnings;

    /// <summary>The documents, as they are now; replaced, and closed, by the next change.</summary>
    internal Collection Now => Volatile.Read(ref _snapshot).Collection;

    /// <summary>Begins an index without documents.</summary>
    /// <param name="folder">A folder without an index; it is made where there is none.</param>
    /// <param name="embedder">The model; a copy of it goes into the folder.</param>
    /// <param name="codes">
    /// Bits a number that embeddings are kept in too, which makes exact search several times faster; null for none. Of a model compared by
    /// <see cref="Similarity.StateFidelity"/> there are none.
    /// </param>
    /// <param name="workers">The threads to use; null for <see cref="WorkerPool.Shared"/>.</param>
    /// <exception cref="QEngineException">The folder holds an index or cannot be written.</exception>
    public static SearchIndex Create(
        string folder, SentenceEmbedder embedder, CodeBits? codes = CodeBits.Eight, WorkerPool? workers = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(embedder);
        WorkerPool pool = workers ?? WorkerPool.Shared;
        IndexModel.BeginFolder(folder);
        IndexModel.Begin(folder, embedder, codes).Dispose();
        return new SearchIndex(folder, embedder, Collection.Open(folder, pool), pool);
    }

    /// <summary>Begins an index without documents and without a model: documents and queries come with their vectors.</summary>
    /// <param name="folder">A folder without an index; it is made where there is none.</param>
    /// <param name="dimension">k, numbers of a vector, at least 1.</param>
    /// <param name="similarity">How they are compared.</param>
    /// <param name="codes">Bits a number that they are kept in too; null for none. Of states there are none.</param>
    /// <param name="workers">The threads to use; null for <see cref="WorkerPool.Shared"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is below 1, or odd with states.</exception>
    /// <exception cref="QEngineException">The folder holds an index or cannot be written.</exception>
    public static SearchIndex CreateForVectors(
        string folder, int dimension, Similarity similarity, CodeBits? codes = CodeBits.Eight, WorkerPool? workers = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        WorkerPool pool = workers ?? WorkerPool.Shared;
        IndexModel.BeginFolder(folder);
        CollectionWriter.Create(folder, dimension, similarity, IndexModel.None, codes).Dispose();
        return new SearchIndex(folder, null, Collection.Open(folder, pool), pool);
    }

    /// <summary>Opens an index, checks all its blocks and loads its model.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="workers">The threads to use; null for <see cref="WorkerPool.Shared"/>.</param>
    /// <exception cref="QEngineException">
    /// There is no index, it is of another format, a file is missing or malformed, or the model is not that of the documents.
    /// </exception>
    public static SearchIndex Open(string folder, WorkerPool? workers = null) => Open(folder, workers, loaded: null);

    /// <summary>The same with a model that is loaded already, where <paramref name="loaded"/> has one of the fingerprint.</summary>
    internal static SearchIndex Open(string folder, WorkerPool? workers, Func<string, SentenceEmbedder?>? loaded)
    {
        ArgumentNullException.ThrowIfNull(folder);
        (Collection collection, SentenceEmbedder? embedder) = IndexModel.Open(folder, workers ??= WorkerPool.Shared, loaded);
        return new SearchIndex(folder, embedder, collection, workers);
    }

    /// <summary>Several indexes searched as one, as they are now.</summary>
    /// <param name="indexes">Indexes of one model, at least one; the union embeds queries by the first's, on its threads.</param>
    /// <exception cref="ArgumentException">There is no index, or one is null.</exception>
    /// <exception cref="QEngineException">They are of different models, have an id in common, or too many documents.</exception>
    /// <exception cref="ObjectDisposedException">One is closed.</exception>
    public static IndexUnion Union(IReadOnlyList<SearchIndex> indexes)
    {
        IndexUnion.RequireAny(indexes);
        return IndexUnion.Of(indexes, indexes[0]._workers);
    }

    /// <summary>The documents most similar to a text.</summary>
    /// <param name="text">The query; the model's prompt for queries is put before it.</param>
    /// <param name="top">The most documents wanted, at least 1.</param>
    /// <param name="options">How; null for exactly the best by the vectors.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The best documents first, of equal scores the oldest.</returns>
    /// <exception cref="QEngineException">A file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public IReadOnlyList<SearchHit> Search(
        string text, int top = 10, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SearchAll([new SearchQuery(text)], top, options, cancellationToken)[0];
    }

    /// <summary>The same for many queries at once, which takes much less time for each.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="top">The most documents wanted for each, at least 1.</param>
    /// <param name="options">How; null for exactly the best by the vectors.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>For each query what was found.</returns>
    /// <exception cref="ArgumentException">A query is null, or fewer are to be scored than are wanted.</exception>
    /// <exception cref="QEngineException">A file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public IReadOnlyList<IReadOnlyList<SearchHit>> SearchAll(
        IReadOnlyList<SearchQuery> queries, int top = 10, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        QueryBatch.Require(queries, top, options);
        return Read(new QueryBatch(queries, top, options, Embedder, Dimension, cancellationToken).Search);
    }

    /// <summary>The document of an id, or null where there is none that can be found.</summary>
    /// <param name="id">The id.</param>
    /// <exception cref="QEngineException">A file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public Document? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Read(snapshot => snapshot.Collection.Find(id) is { } index ? snapshot.Collection.Read(index) : null);
    }

    /// <summary>Embeds documents and adds them: all of them, or none.</summary>
    /// <param name="documents">The documents; read once, some thousand at a time.</param>
    /// <param name="options">Whether older ones are replaced, and who is told of progress; null for neither.</param>
    /// <param name="cancellationToken">Stops the work; nothing has changed then.</param>
    /// <returns>Documents added.</returns>
    /// <exception cref="ArgumentException">A document is null.</exception>
    /// <exception cref="QEngineException">
    /// An id is there already or twice, another is writing the index, or the disk is full; nothing has changed.
    /// </exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public int Add(IEnumerable<Document> documents, AddOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        options ??= new AddOptions();
        VectorSource source = new(Embedder, Dimension, Embedder?.Prompts.Document, nameof(documents));
        return Change(writer =>
        {
            using IEnumerator<Document> all = documents.GetEnumerator();
            if (!all.MoveNext()) return 0;
            return writer.Append(
                target => DocumentEmbedder.Add(source, Rest(all), target, options.Progress, cancellationToken),
                options.Replace, _workers, cancellationToken);
        });

        // No segment has no documents.
        static IEnumerable<Document> Rest(IEnumerator<Document> all)
        {
            do yield return all.Current;
            while (all.MoveNext());
        }
    }

    /// <summary>The same on a thread of the pool, for documents that come one by one.</summary>
    /// <param name="documents">The documents; read once.</param>
    /// <param name="options">Whether older ones are replaced, and who is told of progress; null for neither.</param>
    /// <param name="cancellationToken">Stops the work; nothing has changed then.</param>
    /// <returns>Documents added.</returns>
    /// <exception cref="QEngineException">As for <see cref="Add"/>, and so is what else is thrown.</exception>
    public Task<int> AddAsync(
        IAsyncEnumerable<Document> documents, AddOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        return Task.Run(() => Add(documents.ToBlockingEnumerable(cancellationToken), options, cancellationToken), cancellationToken);
    }

    /// <summary>Deletes documents, damaged ones too where their ids can be read.</summary>
    /// <param name="ids">Their ids; those that are not there are ignored.</param>
    /// <param name="cancellationToken">Stops the work; nothing has changed then.</param>
    /// <returns>The ids of documents deleted.</returns>
    /// <exception cref="QEngineException">Another is writing the index; nothing has changed.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public IReadOnlyList<string> Delete(IEnumerable<string> ids, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        HashSet<string> all = new(StringComparer.Ordinal);
        foreach (string id in ids) all.Add(id ?? throw Require.NullAt(all.Count, nameof(ids)));
        return Change(writer => writer.Delete(all, _workers, cancellationToken));
    }

    /// <summary>Merges all segments, without deleted documents, whose place on the disk is given back.</summary>
    /// <param name="dropDamaged">Whether documents in damaged blocks are dropped for good; otherwise they are an error.</param>
    /// <param name="cancellationToken">Stops the work; nothing has changed then.</param>
    /// <returns>Damaged documents dropped.</returns>
    /// <exception cref="QEngineException">
    /// Documents are damaged and not to be dropped, nothing would be left, another is writing, or the disk is full; nothing has changed.
    /// </exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public long Compact(bool dropDamaged = false, CancellationToken cancellationToken = default) =>
        Change(writer => writer.Compact(writer.Manifest.Codes, _workers, dropDamaged, cancellationToken));

    /// <summary>Reads everything through and compares it with its checksums.</summary>
    /// <exception cref="QEngineException">A file is missing or malformed.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public IndexReport Verify()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        using Collection collection = Collection.Open(Folder, _workers);
        return new IndexReport(collection.Count, collection.Damaged, collection.Warnings);
    }

    /// <summary>Takes in what others have changed since it was opened; without changes it does nothing.</summary>
    /// <exception cref="QEngineException">The index is gone, damaged, or one of another model.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public void Refresh()
    {
        lock (_change)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (CollectionManifest.Read(Folder) == Now.Manifest) return;
            Collection collection = Collection.Open(Folder, _workers);
            if (collection.Manifest.Fingerprint == Now.Manifest.Fingerprint) Publish(collection);
            else
            {
                collection.Dispose();
                throw new QEngineException($"expected an index of the same model, found one of another: {FileErrors.Name(Folder)}");
            }
        }
    }

    /// <summary>Closes the files, after a change that another thread has begun, and as soon as nobody searches.</summary>
    public void Dispose()
    {
        lock (_change)
        {
            _isClosed = true;
            _snapshot.Dispose();
        }
    }

    /// <summary>Reads one committed state; once more, on the new one, where a change closes it meanwhile.</summary>
    internal T Read<T>(Func<IndexSnapshot, T> read)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            IndexSnapshot snapshot = Volatile.Read(ref _snapshot);
            try
            {
                return read(snapshot);
            }
            catch (ObjectDisposedException) when (Volatile.Read(ref _snapshot) != snapshot)
            {
                // A change has replaced it meanwhile: what is there now is read.
            }
        }
    }

    private T Change<T>(Func<CollectionWriter, T> change)
    {
        lock (_change)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            using CollectionWriter writer = CollectionWriter.Open(Folder);
            // Only over what this object has seen may its open files be used again.
            Collection? before = writer.Manifest == Now.Manifest ? Now : null;
            if (writer.Manifest.Fingerprint != Now.Manifest.Fingerprint)
                throw new QEngineException($"expected an index of the same model, found one of another: {FileErrors.Name(Folder)}");
            T result = change(writer);
            Publish(CollectionOpening.Open(Folder, _workers, before));
            return result;
        }
    }

    private void Publish(Collection collection) =>
        Interlocked.Exchange(ref _snapshot, new IndexSnapshot(collection)).Dispose();
}
