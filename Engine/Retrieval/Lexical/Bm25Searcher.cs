namespace QEngine.Retrieval;

/// <summary>Answers queries on a <see cref="Bm25Index"/>; holds the scratch memory of one thread and allocates nothing when warm.</summary>
/// <remarks>
/// A score is summed in the order of the query's words, so <see cref="Search"/> and <see cref="Score"/> give the same bits.
/// </remarks>
public sealed class Bm25Searcher
{
    private readonly Bm25Index _index;
    private readonly WordAnalyzer _analyzer;
    private readonly float[] _scores;
    private readonly TopK _best = new(1);

    /// <summary>Creates a searcher.</summary>
    /// <param name="index">The index it reads.</param>
    internal Bm25Searcher(Bm25Index index)
    {
        _index = index;
        _analyzer = new WordAnalyzer(index.Stems);
        _scores = new float[index.DocumentCount];
    }

    /// <summary>The best documents of the whole index.</summary>
    /// <param name="query">The query's text.</param>
    /// <param name="k">The most documents returned, at least 1.</param>
    /// <returns>
    /// Documents that share a word with the query, best first, equal scores by smaller document index; fewer than k where fewer match.
    /// Valid until the next call.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1.</exception>
    public ReadOnlySpan<Hit> Search(ReadOnlySpan<char> query, int k)
    {
        _best.Reset(k);
        Array.Clear(_scores);
        _analyzer.Start(query);
        while (_analyzer.TryNext(out ReadOnlySpan<char> word))
        {
            if (!_index.TryFindTerm(word, out int term)) continue;
            ReadOnlySpan<int> documents = _index.Postings(term, out ReadOnlySpan<float> weights);
            for (int i = 0; i < documents.Length; i++) _scores[documents[i]] += weights[i];
        }
        // Documents come in ascending order, so one that only equals the worst kept score loses the tie.
        float bar = 0;
        for (int document = 0; document < _scores.Length; document++)
        {
            if (!(_scores[document] > bar)) continue;
            _best.Push(_scores[document], document);
            bar = Math.Max(0, _best.Threshold);
        }
        return _best.Drain();
    }

    /// <summary>The scores of given documents, for re-ranking; the statistics stay those of the whole index.</summary>
    /// <param name="query">The query's text.</param>
    /// <param name="documentIndices">Documents to score, in any order, each from 0 to the number of documents less 1.</param>
    /// <param name="destination">Receives one score a document, 0 where it shares no word with the query; of the same length.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a document index is out of range.</exception>
    public void Score(ReadOnlySpan<char> query, ReadOnlySpan<int> documentIndices, Span<float> destination)
    {
        if (destination.Length != documentIndices.Length)
            throw new ArgumentException(
                $"expected room for {documentIndices.Length} scores, found {destination.Length}", nameof(destination));
        foreach (int document in documentIndices)
        {
            if ((uint)document >= (uint)_index.DocumentCount)
                throw new ArgumentOutOfRangeException(
                    nameof(documentIndices), document, $"expected document indices from 0 to {_index.DocumentCount - 1}");
        }
        destination.Clear();
        _analyzer.Start(query);
        while (_analyzer.TryNext(out ReadOnlySpan<char> word))
        {
            if (!_index.TryFindTerm(word, out int term)) continue;
            ReadOnlySpan<int> documents = _index.Postings(term, out ReadOnlySpan<float> weights);
            for (int i = 0; i < documentIndices.Length; i++)
            {
                int place = documents.BinarySearch(documentIndices[i]);
                if (place >= 0) destination[i] += weights[place];
            }
        }
    }
}
