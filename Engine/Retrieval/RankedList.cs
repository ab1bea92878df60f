namespace QEngine.Retrieval;

/// <summary>A document found for a query.</summary>
/// <param name="Id">The document's id.</param>
/// <param name="Score">Larger is better; never NaN.</param>
public readonly record struct ScoredDocument(string Id, float Score);

/// <summary>
/// The documents found for one query in the order in which trec_eval reads them: larger score first, equal scores by id, descending in
/// ordinal order. Scores are single precision there too.
/// </summary>
public sealed class RankedList
{
    private readonly ScoredDocument[] documents;

    /// <summary>Ranks documents.</summary>
    /// <param name="found">The documents, in any order.</param>
    /// <exception cref="QEngineException">A score is NaN, or a document occurs twice.</exception>
    public RankedList(IEnumerable<ScoredDocument> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        documents = [.. found];
        HashSet<string> ids = new(documents.Length, StringComparer.Ordinal);
        foreach (ScoredDocument document in documents)
        {
            if (float.IsNaN(document.Score))
                throw new QEngineException($"ranked list: expected a number as score, found NaN for document '{document.Id}'");
            if (!ids.Add(document.Id))
                throw new QEngineException($"ranked list: expected each document once, found '{document.Id}' twice");
        }
        Array.Sort(documents, static (left, right) =>
        {
            int byScore = right.Score.CompareTo(left.Score);
            return byScore != 0 ? byScore : string.CompareOrdinal(right.Id, left.Id);
        });
    }

    /// <summary>The number of documents.</summary>
    public int Count => documents.Length;

    /// <summary>The document at a rank.</summary>
    /// <param name="rank">Rank from 0, the best.</param>
    public ScoredDocument this[int rank] => documents[rank];

    /// <summary>All documents, best first.</summary>
    public ReadOnlySpan<ScoredDocument> AsSpan() => documents;
}
