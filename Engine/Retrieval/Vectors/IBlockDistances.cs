using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>Squared distances of queries from the rows of a block, or from what codes say these are, each up to a known error.</summary>
/// <remarks>
/// |q - r|^2 = |q|^2 + |r|^2 - 2 q.r. So what is computed is excess[q, r] = slope w[r] - dot[q, r] with w[r] = |r|^2 / 2, and a distance is
/// |q|^2 + 2 excess / slope.
/// </remarks>
internal interface IBlockDistances
{
    /// <summary>w, one number a row.</summary>
    ReadOnlySpan<float> Weights { get; }

    /// <summary>[k], the smallest number of each column of the rows.</summary>
    ReadOnlySpan<float> Min { get; }

    /// <summary>[k], the largest.</summary>
    ReadOnlySpan<float> Max { get; }

    /// <summary>Makes the queries ready; before the other calls.</summary>
    void Prepare(QueryChunk queries);

    /// <summary>dots[q, r] for all queries and some rows.</summary>
    void Dots(WorkerPool workers, QueryChunk queries, int firstRow, int rows, Span<float> dots);

    /// <summary>A pre-filter of the rows that pays for so many queries, if there is one.</summary>
    IBlockPrefilter? PrefilterFor(QueryChunk queries);

    /// <summary>The slope of one query.</summary>
    float Slope(QueryChunk queries, int query);

    /// <summary>
    /// The computed excess beyond which the distance of a row, roundings and codes' errors included, is beyond <paramref name="reach"/>.
    /// </summary>
    float Limit(QueryChunk queries, int query, double reach);

    /// <summary>The squared distance of an excess, at least 0.</summary>
    double Distance(QueryChunk queries, int query, float excess);

    /// <summary>An excess that no row has whose <see cref="Distance"/> is above a given one, give or take roundings upwards.</summary>
    float Excess(QueryChunk queries, int query, double distance);
}
