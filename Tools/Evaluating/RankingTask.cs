using QEngine.Retrieval;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Evaluating;

/// <summary>Which passages are ranked for which queries.</summary>
/// <param name="Queries">The queries and their judgements.</param>
/// <param name="Passages">The collection.</param>
/// <param name="JudgedOnly">Whether each query's judged passages alone are ranked.</param>
/// <param name="Candidates">The passages that are ranked, or null for all or the judged ones.</param>
/// <param name="IgnoreIdenticalIds">Whether a passage with the query's id is left out.</param>
internal sealed record RankingTask(
    JudgedQueries Queries, TextSource Passages, bool JudgedOnly, Candidates? Candidates, bool IgnoreIdenticalIds)
{
    // trec_eval's customary depth of a run.
    private const int Depth = 1000;

    private readonly HashSet<string>? _needed = Candidates?.PassagesOf(Queries.Ids) ?? (JudgedOnly ? Queries.JudgedPassages() : null);

    /// <summary>What is ranked, as it stands below a table.</summary>
    public string Ranked =>
        Candidates is not null ? "each query's candidates" : JudgedOnly ? "each query's judged passages" : "the whole collection";

    /// <summary>Whether a passage is ranked for any query.</summary>
    public bool Needs(string passage) => _needed is null || _needed.Contains(passage);

    /// <summary>Requires that the run that will be made can hold all ids, which reads the passages.</summary>
    /// <exception cref="QEngineException">It cannot hold one, or a file is malformed.</exception>
    public void RequireRunIds()
    {
        foreach (string query in Queries.Ids) RunIds.Require("query", query, "the queries");
        foreach (IdText passage in Passages.Read())
            if (Needs(passage.Id)) RunIds.Require("document", passage.Id, Passages.Name);
    }

    /// <summary>Ranks.</summary>
    /// <param name="retriever">Who ranks; over the collection, or the passages that are needed.</param>
    public Run Rank(IRetriever retriever) =>
        Candidates is not null ? Queries.Rerank(retriever, Candidates.PassagesFor, IgnoreIdenticalIds)
        : JudgedOnly ? Queries.Rerank(retriever, ignoreIdenticalIds: IgnoreIdenticalIds)
        : Queries.Search(IgnoreIdenticalIds ? new IdenticalIdFilter(retriever) : retriever, Depth);
}
