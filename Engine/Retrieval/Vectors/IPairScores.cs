using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>
/// One way to compare embeddings: the rows that are kept, the scores of pairs, and what distances of rows say about scores beforehand.
/// </summary>
/// <remarks>
/// A score is computed from expanded rows, always by the same kernel, so that a pair has the same bits wherever it is computed. Bounds are
/// of that computed score, its roundings included: they decide what is computed, never what is found.
/// </remarks>
internal interface IPairScores
{
    /// <summary>Numbers of an expanded row.</summary>
    int Width { get; }

    /// <summary>What kept rows are, for messages.</summary>
    string Form { get; }

    /// <summary>Brings any finite embedding into the form in which rows are kept.</summary>
    /// <param name="embedding">[k].</param>
    /// <param name="row">[k].</param>
    void Keep(ReadOnlySpan<float> embedding, Span<float> row);

    /// <summary>Whether a row is of that form.</summary>
    /// <param name="row">[k], any bits.</param>
    bool IsKept(ReadOnlySpan<float> row);

    /// <summary>Computes what scores are computed from.</summary>
    /// <param name="row">[k], kept.</param>
    /// <param name="expanded">[<see cref="Width"/>].</param>
    void Expand(ReadOnlySpan<float> row, Span<float> expanded);

    /// <summary>scores[q, d] for all pairs; a pair's bits do not depend on the other rows.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="queries">[q, width], expanded.</param>
    /// <param name="documents">[d, width], expanded.</param>
    /// <param name="scores">[q, d].</param>
    void Compute(WorkerPool workers, ReadOnlySpan<float> queries, ReadOnlySpan<float> documents, Span<float> scores);

    /// <summary>Whether distances of a row from rows in a box bound their scores.</summary>
    /// <param name="row">[k], kept.</param>
    /// <param name="min">[k], the smallest number of each column of the others.</param>
    /// <param name="max">[k], the largest.</param>
    bool Measures(ReadOnlySpan<float> row, ReadOnlySpan<float> min, ReadOnlySpan<float> max);

    /// <summary>The squared distance of kept rows beyond which their score is below a given one; infinity where none is.</summary>
    double Reach(float score);

    /// <summary>Bounds of scores that need no <see cref="Measures"/>, nearly the negative scores themselves.</summary>
    /// <param name="query">[k], kept.</param>
    /// <param name="documents">[n, k], kept.</param>
    /// <param name="rows">Rows of <paramref name="documents"/>.</param>
    /// <param name="costs">One for each of <paramref name="rows"/>.</param>
    void Costs(ReadOnlySpan<float> query, ReadOnlySpan<float> documents, ReadOnlySpan<int> rows, Span<float> costs);

    /// <summary>The cost beyond which a pair's score is below a given one; infinity where none is.</summary>
    float Cost(float score);

    /// <summary>The score to expect at a squared distance of kept rows.</summary>
    float Expected(double squaredDistance);
}
