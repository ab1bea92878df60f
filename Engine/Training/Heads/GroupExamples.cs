namespace QEngine.Training;

/// <summary>Vectors in groups one after the other: a query, its positive, its negatives. For <see cref="RankingLoss{T}"/>.</summary>
public sealed class GroupExamples : HeadExamples
{
    private readonly int[] _groups;
    private readonly int _size;

    /// <summary>Takes groups.</summary>
    /// <param name="vectors">[groups x size, columns].</param>
    /// <param name="columns">Width of a vector.</param>
    /// <param name="size">Rows of a group, at least 3: query, positive, negatives.</param>
    /// <param name="groups">The groups that are meant, or null for all.</param>
    /// <exception cref="QEngineException">The numbers do not fit together.</exception>
    public GroupExamples(float[] vectors, int columns, int size, int[]? groups = null)
        : base(vectors, columns)
    {
        int count = Groups(Rows, size);
        _size = size;
        _groups = groups ?? new int[count];
        foreach (int group in _groups)
            if ((uint)group >= (uint)count)
                throw new ArgumentOutOfRangeException(nameof(groups), group, $"expected groups from 0 to {count - 1}");
        if (groups is not null) return;
        for (int i = 0; i < count; i++) _groups[i] = i;
    }

    /// <inheritdoc/>
    public override int Count => _groups.Length;

    /// <summary>The number of groups of a size.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="size">Rows of a group.</param>
    /// <exception cref="QEngineException">A group is too small or the rows are not whole groups.</exception>
    public static int Groups(int rows, int size)
    {
        if (size < 3) throw new QEngineException($"expected groups of at least 3 rows (query, positive, negatives), found {size}");
        if (rows == 0 || rows % size != 0)
            throw new QEngineException($"expected a number of rows that is a multiple of the group size {size}, found {rows}");
        return rows / size;
    }

    internal override void Fill(ReadOnlySpan<int> examples, HeadBatch batch)
    {
        batch.Reset(examples.Length, _size - 1);
        for (int query = 0; query < examples.Length; query++)
        {
            int first = _groups[examples[query]] * _size;
            batch.Candidates.SetQuery(query, batch.Add(first));
            for (int place = 0; place < _size - 1; place++) batch.Candidates.SetCandidate(query, place, batch.Add(first + 1 + place));
        }
    }
}
