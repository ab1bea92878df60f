using System.Runtime.CompilerServices;
using QEngine.Models;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>
/// Several indexes of one model searched as one: the hits, scores and their order are those of one index to which the documents of the
/// first were added before those of the second, and so on.
/// </summary>
/// <remarks>
/// Exact in every way of searching: BM25's statistics are those of all documents, filters and candidates are of all, and equal scores are
/// ordered by the place of the index, then by age. Codes are compared as each segment has them. It reads the indexes as they were when it
/// was made; what is changed in them later is not in it, and they may be closed before it. Safe from many threads.
/// </remarks>
public sealed class IndexUnion : IDisposable
{
    private readonly IndexSnapshot _snapshot;

    private IndexUnion(SentenceEmbedder? embedder, Collection collection) =>
        (Embedder, _snapshot) = (embedder, new IndexSnapshot(collection));

    /// <summary>The model that embeds queries, the first index's; null where the indexes are of vectors alone.</summary>
    public SentenceEmbedder? Embedder { get; }

    /// <summary>Numbers of a vector: k.</summary>
    public int Dimension => Documents.Manifest.Dimension;

    /// <summary>How vectors are compared.</summary>
    public Similarity Similarity => Documents.Manifest.Similarity;

    /// <summary>Documents that can be found.</summary>
    public long Count => Documents.Count;

    /// <summary>A line for every damaged block and what is left out for it; empty for sound indexes.</summary>
    public IReadOnlyList<string> Warnings => Documents.Warnings;

    /// <summary>All documents.</summary>
    internal Collection Documents => _snapshot.Collection;

    /// <summary>Opens indexes and loads the model of the first; the others are required to be of the same by their fingerprints.</summary>
    /// <param name="folders">Their folders, at least one.</param>
    /// <param name="workers">The threads to use; null for <see cref="WorkerPool.Shared"/>.</param>
    /// <exception cref="ArgumentException">There is no folder, or one is null.</exception>
    /// <exception cref="QEngineException">
    /// An index cannot be opened or is of another model than the first, an id is in two of them, or they have more than 2,147,483,647
    /// documents, deleted ones included.
    /// </exception>
    public static IndexUnion Open(IReadOnlyList<string> folders, WorkerPool? workers = null)
    {
        RequireAny(folders);
        WorkerPool pool = workers ?? WorkerPool.Shared;
        using CollectionUnion union = new();
        (Collection first, SentenceEmbedder? embedder) = IndexModel.Open(folders[0], pool);
        using (first) union.Add(folders[0], first);
        for (int i = 1; i < folders.Count; i++)
        {
            using Collection collection = Collection.Open(folders[i], pool);
            union.Add(folders[i], collection);
        }
        return new IndexUnion(embedder, union.Complete(pool));
    }

    /// <summary>The documents most similar to a text.</summary>
    /// <param name="text">The query; the model's prompt for queries is put before it.</param>
    /// <param name="top">The most documents wanted, at least 1.</param>
    /// <param name="options">How; null for exactly the best by the vectors.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The best documents first, of equal scores that of the earlier index, and in an index the oldest.</returns>
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
        return new QueryBatch(queries, top, options, Embedder, Dimension, cancellationToken).Search(_snapshot);
    }

    /// <summary>The document of an id, or null where there is none that can be found.</summary>
    /// <param name="id">The id.</param>
    /// <exception cref="QEngineException">A file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public Document? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Documents.Find(id) is { } index ? Documents.Read(index) : null;
    }

    /// <summary>Closes what it reads, as soon as nobody searches; the indexes stay as they are.</summary>
    public void Dispose() => _snapshot.Dispose();

    /// <summary>The union of open indexes, <see cref="SearchIndex.Union"/>.</summary>
    internal static IndexUnion Of(IReadOnlyList<SearchIndex> indexes, WorkerPool workers)
    {
        using CollectionUnion union = new();
        foreach (SearchIndex index in indexes)
        {
            index.Read(snapshot =>
            {
                union.Add(index.Folder, snapshot.Collection);
                return true;
            });
        }
        return new IndexUnion(indexes[0].Embedder, union.Complete(workers));
    }

    /// <summary>Requires indexes to make a union of.</summary>
    internal static void RequireAny<T>(IReadOnlyList<T> indexes, [CallerArgumentExpression(nameof(indexes))] string parameter = "")
        where T : class
    {
        Require.Items(indexes, parameter);
        if (indexes.Count == 0) throw new ArgumentException("expected at least one index, found none", parameter);
    }
}
