namespace QEngine.Training;

/// <summary>
/// Pairs of a query and a passage that answers it; the passages of the other pairs of a step are the negatives, but those known to
/// answer the query too. For <see cref="RankingLoss{T}"/>.
/// </summary>
public sealed class RelevantPairExamples : HeadExamples
{
    private readonly VectorPair[] _pairs;
    private readonly HashSet<(int Query, int Passage)> _relevant = [];
    private readonly List<int> _passages = [];
    private readonly HashSet<int> _seen = [];

    /// <summary>Takes pairs.</summary>
    /// <param name="vectors">[rows, columns].</param>
    /// <param name="columns">Width of a vector.</param>
    /// <param name="pairs">The pairs, of rows that exist: query first; all are relevant, whatever their score.</param>
    public RelevantPairExamples(float[] vectors, int columns, VectorPair[] pairs)
        : base(vectors, columns)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        RequireRows(pairs);
        _pairs = pairs;
        foreach (VectorPair pair in pairs) _relevant.Add((pair.First, pair.Second));
    }

    /// <inheritdoc/>
    public override int Count => _pairs.Length;

    /// <inheritdoc/>
    public override int MinBatch => 2;

    internal override void Fill(ReadOnlySpan<int> examples, HeadBatch batch)
    {
        _passages.Clear();
        _seen.Clear();
        foreach (int example in examples)
            if (_seen.Add(_pairs[example].Second)) _passages.Add(_pairs[example].Second);

        batch.Reset(examples.Length, 1 + _passages.Count);
        for (int i = 0; i < examples.Length; i++)
        {
            VectorPair pair = _pairs[examples[i]];
            batch.Candidates.SetQuery(i, batch.Add(pair.First));
            batch.Candidates.SetCandidate(i, 0, batch.Add(pair.Second));
            int place = 1;
            foreach (int passage in _passages)
            {
                // A query may be another's passage; nothing is as similar to it as itself.
                if (passage != pair.First && !_relevant.Contains((pair.First, passage)))
                    batch.Candidates.SetCandidate(i, place++, batch.Add(passage));
            }
        }
    }
}
