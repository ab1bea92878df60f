using QEngine.Retrieval;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Evaluating;

/// <summary>Another system's run, as if it were searched again: what it does not list is not found.</summary>
internal sealed class RunRetriever : IRetriever
{
    private readonly Run _run;
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);

    /// <summary>Reads a run.</summary>
    /// <param name="path">The run.</param>
    /// <param name="passages">The passages that it ranks; others in it are left out.</param>
    /// <param name="queries">The queries of which it has to have one.</param>
    public RunRetriever(string path, TextSource passages, JudgedQueries queries)
    {
        List<string> ids = TextFile.Ids(passages, _ => true);
        PassageIds = ids;
        for (int i = 0; i < ids.Count; i++) _indices.Add(ids[i], i);
        _run = RunFile.Read(path);
        if (!queries.Ids.Any(id => _run.TryGet(id, out _)))
            throw new QEngineException($"expected a run of the queries, found none of them in {path}");
    }

    /// <inheritdoc/>
    public string Name => "run";

    /// <inheritdoc/>
    public IReadOnlyList<string> PassageIds { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Hit[]> Search(IReadOnlyList<IdText> queries, int k)
    {
        List<Hit[]> hits = new(queries.Count);
        foreach (IdText query in queries)
        {
            List<Hit> found = [];
            foreach (ScoredDocument document in _run.TryGet(query.Id, out RankedList? list) ? list.AsSpan() : [])
                if (found.Count < k && _indices.TryGetValue(document.Id, out int index)) found.Add(new Hit(index, document.Score));
            hits.Add([.. found]);
        }
        return hits;
    }

    /// <inheritdoc/>
    public IReadOnlyList<float[]> Score(IReadOnlyList<IdText> queries, IReadOnlyList<int[]> candidates)
    {
        List<float[]> scores = new(queries.Count);
        for (int i = 0; i < queries.Count; i++)
        {
            Dictionary<int, float> known = [];
            foreach (Hit hit in Search([queries[i]], int.MaxValue)[0]) known.TryAdd(hit.Index, hit.Score);
            scores.Add([.. candidates[i].Select(candidate => known.GetValueOrDefault(candidate, float.NegativeInfinity))]);
        }
        return scores;
    }
}
