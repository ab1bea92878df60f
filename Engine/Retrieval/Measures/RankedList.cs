namespace QEngine.Retrieval;

/// <summary>A document found for a query.</summary>
/// <param name="Id">The document's id.</param>
/// <param name="Score">Larger is better; finite.</param>
public readonly record struct ScoredDocument(string Id, float Score);

/// <summary>
/// The documents found for one query in the order in which trec_eval reads them: larger score first, equal scores by id, descending in
/// the order of its UTF-8 bytes. Scores are single precision, as in trec_eval up to version 9 (version 10 compares in double).
/// </summary>
public sealed class RankedList
{
    private readonly ScoredDocument[] _documents;

    /// <summary>Ranks documents.</summary>
    /// <param name="found">The documents, in any order.</param>
    /// <exception cref="ArgumentException">An id is null.</exception>
    /// <exception cref="QEngineException">A score is NaN or infinite, or a document occurs twice.</exception>
    public RankedList(IEnumerable<ScoredDocument> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        _documents = [.. found];
        HashSet<string> ids = new(_documents.Length, StringComparer.Ordinal);
        for (int i = 0; i < _documents.Length; i++)
        {
            ScoredDocument document = _documents[i];
            if (document.Id is null) throw Require.NullAt(i, nameof(found));
            if (!float.IsFinite(document.Score))
                throw new QEngineException($"ranked list: expected a finite score, found {document.Score} for document '{document.Id}'");
            if (!ids.Add(document.Id))
                throw new QEngineException($"ranked list: expected each document once, found '{document.Id}' twice");
        }
        Sort();
    }

    private RankedList(ScoredDocument[] distinct)
    {
        _documents = distinct;
        Sort();
    }

    /// <summary>The number of documents.</summary>
    public int Count => _documents.Length;

    /// <summary>The document at a rank.</summary>
    /// <param name="rank">Rank from 0, the best.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank.</exception>
    public ScoredDocument this[int rank]
    {
        get
        {
            Require.Index(rank, _documents.Length);
            return _documents[rank];
        }
    }

    /// <summary>All documents, best first.</summary>
    public ReadOnlySpan<ScoredDocument> AsSpan() => _documents;

    /// <summary>Ranks documents that are known to have finite scores.</summary>
    /// <param name="found">Document id to score.</param>
    internal static RankedList From(Dictionary<string, float> found)
    {
        ScoredDocument[] documents = new ScoredDocument[found.Count];
        int count = 0;
        foreach ((string id, float score) in found) documents[count++] = new ScoredDocument(id, score);
        return new RankedList(documents);
    }

    private void Sort() => Array.Sort(_documents, static (left, right) =>
    {
        int byScore = right.Score.CompareTo(left.Score);
        return byScore != 0 ? byScore : ByteOrder.Compare(right.Id, left.Id);
    });
}
