namespace QEngine.Training;

/// <summary>Pairs of vectors and how similar they are. For <see cref="CoSentLoss{T}"/> and <see cref="SquaredErrorLoss{T}"/>.</summary>
public sealed class ScoredPairExamples : HeadExamples
{
    private readonly VectorPair[] _pairs;

    /// <summary>Takes pairs.</summary>
    /// <param name="vectors">[rows, columns].</param>
    /// <param name="columns">Width of a vector.</param>
    /// <param name="pairs">The pairs, of rows that exist.</param>
    public ScoredPairExamples(float[] vectors, int columns, VectorPair[] pairs)
        : base(vectors, columns)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        RequireRows(pairs);
        _pairs = pairs;
    }

    /// <inheritdoc/>
    public override int Count => _pairs.Length;

    internal override void Fill(ReadOnlySpan<int> examples, HeadBatch batch)
    {
        batch.Reset(examples.Length, 1);
        for (int i = 0; i < examples.Length; i++)
        {
            VectorPair pair = _pairs[examples[i]];
            batch.Candidates.SetQuery(i, batch.Add(pair.First));
            batch.Candidates.SetCandidate(i, 0, batch.Add(pair.Second));
            batch.Targets.Span[i] = (float)pair.Score;
        }
    }
}
