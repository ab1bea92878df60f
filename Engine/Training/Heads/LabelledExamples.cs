namespace QEngine.Training;

/// <summary>
/// Vectors of classes: of each one as a query, another of its class is the positive, and vectors of other classes are the negatives,
/// drawn once. For <see cref="RankingLoss{T}"/>.
/// </summary>
internal sealed class LabelledExamples : HeadExamples
{
    private readonly int[] _candidates;
    private readonly int _width;

    /// <summary>Draws candidates.</summary>
    /// <param name="vectors">[rows, columns].</param>
    /// <param name="columns">Width of a vector.</param>
    /// <param name="rows">Which of them are meant; one that is alone in its class is no query.</param>
    /// <param name="labels">The class of each row of the vectors.</param>
    /// <param name="negatives">Negatives of a query, at least 1.</param>
    /// <param name="seed">Same seed, same candidates.</param>
    /// <exception cref="QEngineException">There are not two classes, or no class has two vectors.</exception>
    public LabelledExamples(float[] vectors, int columns, int[] rows, string[] labels, int negatives, ulong seed)
        : base(vectors, columns)
    {
        foreach (int row in rows) RequireRow(row, nameof(rows));
        int[] sorted = (int[])rows.Clone();
        // By class, and within one by row.
        Array.Sort(sorted, (a, b) => string.CompareOrdinal(labels[a], labels[b]) is not 0 and int order ? order : a - b);
        _width = 2 + negatives;
        _candidates = Draw(sorted, labels, _width, new SplittableRandom(seed));
        if (_candidates.Length == 0)
            throw new QEngineException(
                $"expected at least 2 classes, and one of at least 2 vectors, found {rows.Length} vectors that are not so");
    }

    /// <inheritdoc/>
    public override int Count => _candidates.Length / _width;

    internal override void Fill(ReadOnlySpan<int> examples, HeadBatch batch)
    {
        batch.Reset(examples.Length, _width - 1);
        for (int query = 0; query < examples.Length; query++)
        {
            ReadOnlySpan<int> rows = _candidates.AsSpan(examples[query] * _width, _width);
            batch.Candidates.SetQuery(query, batch.Add(rows[0]));
            for (int place = 0; place < _width - 1; place++) batch.Candidates.SetCandidate(query, place, batch.Add(rows[1 + place]));
        }
    }

    // Rows of a class lie side by side, so that others are drawn by leaving these out.
    private static int[] Draw(int[] sorted, string[] labels, int width, SplittableRandom random)
    {
        List<int> candidates = new(sorted.Length * width);
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && labels[sorted[end]] == labels[sorted[start]];) end++;
            int own = end - start, others = sorted.Length - own;
            if (own < 2 || others == 0) continue;
            for (int i = start; i < end; i++)
            {
                int positive = start + random.NextInt(own - 1);
                candidates.Add(sorted[i]);
                candidates.Add(sorted[positive < i ? positive : positive + 1]);
                for (int negative = 2; negative < width; negative++)
                {
                    int drawn = random.NextInt(others);
                    candidates.Add(sorted[drawn < start ? drawn : drawn + own]);
                }
            }
        }
        return [.. candidates];
    }
}
