using QEngine.Retrieval;

namespace QEngine.Tools.Evaluating;

/// <summary>The queries of a file that have judgements.</summary>
/// <param name="Ids">Their ids, in the order of the file.</param>
/// <param name="Texts">Their texts.</param>
/// <param name="Qrels">All judgements.</param>
internal sealed record JudgedQueries(IReadOnlyList<string> Ids, IReadOnlyList<string> Texts, Qrels Qrels)
{
    /// <summary>Reads queries and judgements.</summary>
    /// <exception cref="QEngineException">A file is malformed, a query occurs twice, or none is judged.</exception>
    public static JudgedQueries Read(string queries, string qrels)
    {
        Qrels judgements = QrelsFile.Read(qrels);
        List<string> ids = [], texts = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (IdText query in IdTextFile.Read(queries))
        {
            if (!seen.Add(query.Id)) throw new QEngineException($"expected each id once, found '{query.Id}' again in row {seen.Count + 1} of {queries}");
            if (judgements.Judged(query.Id).Count == 0) continue;
            ids.Add(query.Id);
            texts.Add(query.Text);
        }
        if (ids.Count == 0) throw new QEngineException($"expected queries that {qrels} judges, found none among {seen.Count} in {queries}");
        return new JudgedQueries(ids, texts, judgements);
    }

    /// <summary>Finds, for each query, its best passages in the whole collection.</summary>
    public Run Search(IRetriever retriever, int depth)
    {
        IReadOnlyList<Hit[]> hits = retriever.Search(Texts, depth);
        Run run = new();
        for (int i = 0; i < Ids.Count; i++)
            run.Add(Ids[i], new RankedList(hits[i].Select(hit => new ScoredDocument(retriever.PassageIds[hit.Index], hit.Score))));
        return run;
    }

    /// <summary>Ranks, for each query, its judged passages that the collection holds.</summary>
    public Run Rerank(IRetriever retriever)
    {
        Dictionary<string, int> indices = new(StringComparer.Ordinal);
        for (int i = 0; i < retriever.PassageIds.Count; i++) indices.Add(retriever.PassageIds[i], i);
        int[][] candidates = [.. Ids.Select(query => Qrels.Judged(query).Keys.Where(indices.ContainsKey).Select(id => indices[id]).ToArray())];
        IReadOnlyList<float[]> scores = retriever.Score(Texts, candidates);
        Run run = new();
        for (int i = 0; i < Ids.Count; i++)
            run.Add(Ids[i], new RankedList(candidates[i].Zip(scores[i], (passage, score) => new ScoredDocument(retriever.PassageIds[passage], score))));
        return run;
    }

    /// <summary>The passages judged for any of the queries.</summary>
    public HashSet<string> JudgedPassages() => Ids.SelectMany(query => Qrels.Judged(query).Keys).ToHashSet(StringComparer.Ordinal);
}
