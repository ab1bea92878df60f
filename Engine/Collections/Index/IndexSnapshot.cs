using QEngine.Retrieval;

namespace QEngine.Collections;

/// <summary>An index as it was at one time, and what is built over it.</summary>
internal sealed class IndexSnapshot(Collection collection) : IDisposable
{
    /// <summary>Documents of each ranking that are fused; those behind would add next to nothing.</summary>
    public const int Depth = 1000;

    // Of each document wanted so many are scored: with 8 and 4 bits next to nothing is missed then.
    private const int RescoredPerDocument = 10;

    private readonly Lock _building = new();
    private LexicalIndex? _lexical;

    /// <summary>The documents.</summary>
    public Collection Collection => collection;

    /// <summary>The best documents of each query.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="embeddings">[queries, k].</param>
    /// <param name="top">The most documents wanted for each, at least 1.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops the work between two queries of a hybrid search.</param>
    public Hit[][] Search(
        IReadOnlyList<SearchQuery> queries, ReadOnlySpan<float> embeddings, int top, SearchOptions options,
        CancellationToken cancellationToken)
    {
        int depth = options.Hybrid is null ? top : Math.Max(top, Depth);
        Predicate<int>? mayBeFound = options.Filter is { } filter ? collection.Matching(filter) : null;
        Hit[][] hits = ByVectors(queries, embeddings, depth, options, mayBeFound);
        if (options.Hybrid is not { } fusion) return hits;
        LexicalIndex lexical = Lexical(cancellationToken);
        for (int i = 0; i < hits.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SearchQuery query = queries[i];
            Predicate<int>? mayRank = query.Candidates is null ? mayBeFound : Among(query.Candidates, mayBeFound).Contains;
            Hit[] words = lexical.Search(query.Text, options.Bm25, More(depth, query), mayRank);
            hits[i] = fusion.Fuse(hits[i], Without(words, query, depth), top);
        }
        return hits;
    }

    /// <summary>Closes the files, as soon as nobody reads.</summary>
    public void Dispose() => collection.Dispose();

    private static int More(int count, SearchQuery query) => query.ExcludedId is null ? count : (int)Math.Min(count + 1L, int.MaxValue);

    private static int Scored(int count, SearchOptions options) => options.Rescored switch
    {
        null => (int)Math.Min(int.MaxValue, RescoredPerDocument * (long)count),
        0 => 0,
        _ => Math.Max(count, options.Rescored.Value),
    };

    private Hit[][] ByVectors(
        IReadOnlyList<SearchQuery> queries, ReadOnlySpan<float> embeddings, int count, SearchOptions options, Predicate<int>? mayBeFound)
    {
        int dimension = collection.Manifest.Dimension, wanted = count, ranked = 0;
        foreach (SearchQuery query in queries)
        {
            wanted = Math.Max(wanted, More(count, query));
            if (query.Candidates is not null) ranked++;
        }
        Hit[][] hits = ranked == queries.Count
            ? new Hit[queries.Count][]
            : collection.SearchAmong(embeddings, wanted, options.Approximate ? Scored(wanted, options) : null, options.Filter);
        for (int i = 0; i < hits.Length; i++)
        {
            hits[i] = queries[i].Candidates is { } candidates
                ? Ranked(Among(candidates, mayBeFound), embeddings.Slice(i * dimension, dimension))
                : hits[i];
            hits[i] = Without(hits[i], queries[i], count);
        }
        return hits;
    }

    /// <summary>Candidates with their exact scores, best first, of equal scores the oldest.</summary>
    private Hit[] Ranked(IReadOnlySet<int> candidates, ReadOnlySpan<float> embedding)
    {
        int[] documents = [.. candidates];
        float[] scores = new float[documents.Length];
        collection.Score(embedding, documents, scores);
        Hit[] hits = new Hit[documents.Length];
        for (int i = 0; i < hits.Length; i++) hits[i] = new Hit(documents[i], scores[i]);
        Array.Sort(
            hits, (left, right) => left.Score != right.Score ? right.Score.CompareTo(left.Score) : left.Index.CompareTo(right.Index));
        return hits;
    }

    /// <summary>The candidates that are there and may be found.</summary>
    private HashSet<int> Among(IReadOnlyCollection<string> candidates, Predicate<int>? mayBeFound)
    {
        HashSet<int> numbers = [];
        foreach (string id in candidates)
            if (collection.Find(id) is { } number && mayBeFound?.Invoke(number) != false) numbers.Add(number);
        return numbers;
    }

    /// <summary>Hits without the document that is not to be found.</summary>
    private Hit[] Without(Hit[] hits, SearchQuery query, int count)
    {
        if (query.ExcludedId is null && hits.Length <= count) return hits;
        List<Hit> left = [];
        foreach (Hit hit in hits)
            if (left.Count < count && (query.ExcludedId is null || collection.Id(hit.Index) != query.ExcludedId)) left.Add(hit);
        return [.. left];
    }

    private LexicalIndex Lexical(CancellationToken cancellationToken)
    {
        lock (_building) return _lexical ??= new LexicalIndex(collection, cancellationToken);
    }
}
