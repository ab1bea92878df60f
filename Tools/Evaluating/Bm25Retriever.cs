using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Evaluating;

/// <summary>BM25 over all passages of a file.</summary>
internal sealed class Bm25Retriever : IRetriever
{
    /// <summary>What the command line calls it.</summary>
    public const string Literal = "bm25";

    private readonly Bm25Searcher _searcher;

    /// <summary>Indexes passages.</summary>
    /// <param name="passages">The passages; their texts are not kept.</param>
    /// <param name="settings">BM25's parameters.</param>
    /// <exception cref="QEngineException">The file is malformed, or an id occurs twice.</exception>
    public Bm25Retriever(TextSource passages, Bm25Settings settings)
    {
        List<string> ids = [];
        _searcher = settings.Index(Texts(passages, ids)).CreateSearcher();
        PassageIds = ids;
    }

    /// <inheritdoc/>
    public string Name => Literal;

    /// <inheritdoc/>
    public IReadOnlyList<string> PassageIds { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Hit[]> Search(IReadOnlyList<IdText> queries, int k)
    {
        List<Hit[]> hits = new(queries.Count);
        foreach (IdText query in queries)
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            hits.Add(_searcher.Search(query.Text, k).ToArray());
        }
        return hits;
    }

    /// <inheritdoc/>
    public IReadOnlyList<float[]> Score(IReadOnlyList<IdText> queries, IReadOnlyList<int[]> candidates)
    {
        List<float[]> scores = new(queries.Count);
        for (int i = 0; i < queries.Count; i++)
        {
            float[] row = new float[candidates[i].Length];
            _searcher.Score(queries[i].Text, candidates[i], row);
            scores.Add(row);
        }
        return scores;
    }

    private static IEnumerable<string> Texts(TextSource passages, List<string> ids)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (IdText passage in passages.Read())
        {
            if (!seen.Add(passage.Id)) throw TextFile.Repeated(passage.Id, ids.Count + 1, passages.Name);
            ids.Add(passage.Id);
            yield return passage.Text;
        }
    }
}
