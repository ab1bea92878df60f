using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Evaluating;

/// <summary>The queries of a file that have judgements.</summary>
/// <param name="Queries">Ids and texts, in the order of the file.</param>
/// <param name="Qrels">All judgements.</param>
internal sealed record JudgedQueries(IReadOnlyList<IdText> Queries, Qrels Qrels)
{
    /// <summary>The queries' ids.</summary>
    public IEnumerable<string> Ids => Queries.Select(query => query.Id);

    /// <summary>Reads the queries and judgements of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="QEngineException">A file is missing or malformed, a query occurs twice, or none is judged.</exception>
    public static JudgedQueries Read(string folder) =>
        Read(TextSource.From(DataFolder.Queries(folder)), InputFile.From("", folder, DataFolder.Judgements));

    /// <summary>Reads queries and judgements.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="qrels">Judgements in TREC's or BEIR's format, or the paper's.</param>
    /// <exception cref="QEngineException">A file is malformed, a query occurs twice, or none is judged.</exception>
    public static JudgedQueries Read(TextSource queries, InputFile qrels)
    {
        string path = qrels.ReadablePath;
        Qrels judgements = TextFile.IsPaper(qrels.File) ? PaperFile.ReadQrels(path) : QrelsFile.Read(path);
        List<IdText> judged = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (IdText query in queries.Read())
        {
            if (!seen.Add(query.Id)) throw TextFile.Repeated(query.Id, seen.Count + 1, queries.Name);
            if (judgements.Judged(query.Id).Count > 0) judged.Add(query);
        }
        if (judged.Count == 0)
            throw new QEngineException($"expected queries that {qrels.Name} judges, found none among {seen.Count} in {queries.Name}");
        return new JudgedQueries(judged, judgements);
    }

    /// <summary>
    /// Requires, before passages are ranked, that a query can have a relevant one and enough others in the ranks that are considered.
    /// </summary>
    /// <param name="passages">The collection, which is read.</param>
    /// <param name="selection">Which of the others are taken.</param>
    /// <exception cref="QEngineException">
    /// The judgements call none relevant, or none that the collection has, or the collection is too small.
    /// </exception>
    public void RequirePositives(TextSource passages, NegativeSelection selection)
    {
        HashSet<string> positives = new(StringComparer.Ordinal);
        foreach (string query in Ids)
            foreach ((string passage, int grade) in Qrels.Judged(query))
                if (grade >= 1) positives.Add(passage);
        if (positives.Count == 0) throw new QEngineException("expected a query with a positive, judged 1 or above, found none");
        bool any = false;
        long count = 0;
        foreach (IdText passage in passages.Read())
        {
            any |= positives.Contains(passage.Id);
            count++;
        }
        if (!any) throw new QEngineException($"expected the text of a positive, found none of {positives.Count} in {passages.Name}");
        // One of them at least is a positive.
        if (Math.Min(count - 1, selection.Last) - selection.First < selection.Count)
            throw new QEngineException(
                $"expected a query with a positive and {selection.Count} negatives, "
                + $"found none from rank {selection.First} on among the {count} of {passages.Name}");
    }

    /// <summary>Finds, for each query, its best passages in the whole collection.</summary>
    public Run Search(IRetriever retriever, int depth)
    {
        IReadOnlyList<Hit[]> hits = retriever.Search(Queries, depth);
        Run run = new();
        for (int i = 0; i < Queries.Count; i++)
            run.Add(Queries[i].Id, new RankedList(hits[i].Select(hit => new ScoredDocument(retriever.PassageIds[hit.Index], hit.Score))));
        return run;
    }

    /// <summary>Ranks, for each query, its candidates that the collection holds.</summary>
    /// <param name="retriever">Who ranks.</param>
    /// <param name="candidates">The passages of a query; the judged ones where it is null.</param>
    /// <param name="ignoreIdenticalIds">Whether a passage with the query's id is left out.</param>
    public Run Rerank(IRetriever retriever, Func<string, IEnumerable<string>>? candidates = null, bool ignoreIdenticalIds = false)
    {
        candidates ??= query => Qrels.Judged(query).Keys;
        Dictionary<string, int> indices = new(StringComparer.Ordinal);
        for (int i = 0; i < retriever.PassageIds.Count; i++) indices.Add(retriever.PassageIds[i], i);
        bool Has(string query, string id) => indices.ContainsKey(id) && !(ignoreIdenticalIds && id == query);
        int[][] passages = [.. Ids.Select(query => candidates(query).Where(id => Has(query, id)).Select(id => indices[id]).ToArray())];
        IReadOnlyList<float[]> scores = retriever.Score(Queries, passages);
        Run run = new();
        for (int i = 0; i < Queries.Count; i++)
            run.Add(
                Queries[i].Id,
                new RankedList(passages[i].Zip(scores[i], (passage, score) => new ScoredDocument(retriever.PassageIds[passage], score))));
        return run;
    }

    /// <summary>The passages judged for any of the queries.</summary>
    public HashSet<string> JudgedPassages() => Ids.SelectMany(query => Qrels.Judged(query).Keys).ToHashSet(StringComparer.Ordinal);
}
