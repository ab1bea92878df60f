using QEngine.Retrieval;

namespace QEngine.Tools.Evaluating;

/// <summary>A retriever that does not find the passage with the query's own id; as many others are found as without it.</summary>
/// <param name="retriever">Who finds.</param>
internal sealed class IdenticalIdFilter(IRetriever retriever) : IRetriever
{
    /// <inheritdoc/>
    public string Name => retriever.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string> PassageIds => retriever.PassageIds;

    /// <inheritdoc/>
    public IReadOnlyList<Hit[]> Search(IReadOnlyList<IdText> queries, int k)
    {
        IReadOnlyList<Hit[]> hits = retriever.Search(queries, (int)Math.Min(k + 1L, int.MaxValue));
        return [.. queries.Zip(hits, (query, found) => found.Where(hit => PassageIds[hit.Index] != query.Id).Take(k).ToArray())];
    }

    /// <inheritdoc/>
    public IReadOnlyList<float[]> Score(IReadOnlyList<IdText> queries, IReadOnlyList<int[]> candidates) =>
        retriever.Score(queries, candidates);
}
