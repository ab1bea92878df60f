namespace QEngine.Retrieval;

/// <summary>One query as a measure sees it: grades in ranked order, in groups whose inner order is left open.</summary>
/// <remarks>With groups of one document an expected value over orders is the plain measure, so each measure has one formula.</remarks>
internal readonly ref struct RankedGrades
{
    /// <summary>The grade of a document without a judgement, below every grade.</summary>
    public const int Unjudged = int.MinValue;

    /// <summary>Creates the view.</summary>
    /// <param name="grades">The grade at each rank, or <see cref="Unjudged"/>.</param>
    /// <param name="groupEnds">The rank after the last of each group, ascending; the last is the number of ranks.</param>
    /// <param name="ideal">The grades of all judged documents of the query, found or not, descending.</param>
    public RankedGrades(ReadOnlySpan<int> grades, ReadOnlySpan<int> groupEnds, ReadOnlySpan<int> ideal)
    {
        Grades = grades;
        GroupEnds = groupEnds;
        Ideal = ideal;
    }

    /// <summary>The grade at each rank.</summary>
    public ReadOnlySpan<int> Grades { get; }

    /// <summary>The rank after the last of each group.</summary>
    public ReadOnlySpan<int> GroupEnds { get; }

    /// <summary>All judged grades, descending.</summary>
    public ReadOnlySpan<int> Ideal { get; }

    /// <summary>Counts the judged documents of at least a grade, found or not.</summary>
    /// <param name="relevance">The least grade that counts.</param>
    public int Relevant(int relevance) => Count(Ideal, relevance, int.MaxValue);

    /// <summary>Counts the found documents of at least a grade in a range of ranks.</summary>
    /// <param name="start">First rank.</param>
    /// <param name="end">Rank after the last.</param>
    /// <param name="relevance">The least grade that counts.</param>
    public int Relevant(int start, int end, int relevance) => Count(Grades[start..end], relevance, int.MaxValue);

    /// <summary>The expected number of relevant documents among the first <paramref name="cutoff"/>.</summary>
    /// <param name="cutoff">Ranks that count.</param>
    /// <param name="relevance">The least grade that counts.</param>
    public double ExpectedRelevant(int cutoff, int relevance)
    {
        double expected = 0;
        int start = 0;
        foreach (int end in GroupEnds)
        {
            if (start >= cutoff) break;
            expected += (double)Relevant(start, end, relevance) * (Math.Min(end, cutoff) - start) / (end - start);
            start = end;
        }
        return expected;
    }

    /// <summary>Counts the grades from <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
    /// <param name="grades">The grades.</param>
    /// <param name="min">The least grade that counts.</param>
    /// <param name="max">The largest grade that counts.</param>
    public static int Count(ReadOnlySpan<int> grades, int min, int max)
    {
        int count = 0;
        foreach (int grade in grades)
        {
            if (grade >= min && grade <= max) count++;
        }
        return count;
    }
}
