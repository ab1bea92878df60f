using QEngine.Retrieval;

namespace QEngine.Collections;

/// <summary>BM25 over the documents of a collection that can be found, in memory. Safe from many threads.</summary>
internal sealed class LexicalIndex
{
    // The documents' numbers in the collection, ascending, by their places in BM25's index.
    private readonly int[] _indices;
    private readonly Bm25Index? _index;

    // Kept from one search to the next; searches at the same time have their own.
    private Bm25Searcher? _idle;

    /// <summary>Reads all texts.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="settings">BM25's parameters.</param>
    /// <param name="cancellationToken">Stops the work between two documents.</param>
    public LexicalIndex(Collection collection, Bm25Settings settings, CancellationToken cancellationToken)
    {
        _indices = [.. collection.Indices()];
        Settings = settings;
        if (_indices.Length > 0) _index = settings.Index(Texts(collection, cancellationToken));
    }

    /// <summary>BM25's parameters.</summary>
    public Bm25Settings Settings { get; }

    /// <summary>The best documents, by their numbers in the collection.</summary>
    /// <param name="text">The query.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="mayBeFound">Whether a document may be among them.</param>
    public Hit[] Search(string text, int count, Predicate<int>? mayBeFound)
    {
        if (_index is null) return [];
        Bm25Searcher searcher = Interlocked.Exchange(ref _idle, null) ?? _index.CreateSearcher();
        List<Hit> hits = [];
        // Whatever may not be found can be anywhere in the ranking.
        foreach (Hit hit in searcher.Search(text, mayBeFound is null ? count : _indices.Length))
        {
            int index = _indices[hit.Index];
            if (hits.Count < count && mayBeFound?.Invoke(index) != false) hits.Add(hit with { Index = index });
        }
        Volatile.Write(ref _idle, searcher);
        return [.. hits];
    }

    private IEnumerable<string> Texts(Collection collection, CancellationToken cancellationToken)
    {
        foreach (int index in _indices)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return collection.Document(index).Text;
        }
    }
}
