using QEngine.Models;

namespace QEngine.Retrieval;

/// <summary>Some queries on their way through the blocks; its storage grows and is used again.</summary>
internal sealed class QueryChunk
{
    private readonly IPairScores _scores;
    private readonly int _dimension;
    private float[] _kept = [], _expanded = [];
    private double[] _squares = [];
    private bool[] _measured = [];

    public QueryChunk(Similarity similarity, int dimension) =>
        (_scores, _dimension) = (EmbeddingBlock.ScoresOf(similarity, dimension), dimension);

    public int Count { get; private set; }

    /// <summary>[count, k], as rows are kept.</summary>
    public ReadOnlySpan<float> Kept => _kept.AsSpan(0, Count * _dimension);

    /// <summary>Squared length of each.</summary>
    public ReadOnlySpan<double> Squares => _squares.AsSpan(0, Count);

    /// <summary>Whether distances from the current block bound a query's scores.</summary>
    public ReadOnlySpan<bool> Measured => _measured.AsSpan(0, Count);

    public ReadOnlySpan<float> Query(int query) => Kept.Slice(query * _dimension, _dimension);

    /// <summary>[width], what scores are computed from.</summary>
    public ReadOnlySpan<float> Expanded(int query) => _expanded.AsSpan(query * _scores.Width, _scores.Width);

    /// <summary>Takes queries in.</summary>
    /// <param name="queries">[count, k], in the default format.</param>
    /// <param name="first">Number of the first, for messages.</param>
    /// <exception cref="QEngineException">A number is not finite.</exception>
    public void Load(ReadOnlySpan<float> queries, int first)
    {
        Count = queries.Length / _dimension;
        if (_squares.Length < Count)
        {
            (_kept, _expanded) = (new float[Count * _dimension], new float[Count * _scores.Width]);
            (_squares, _measured) = (new double[Count], new bool[Count]);
        }
        EmbeddingBlock.Keep(_scores, _dimension, queries, _kept.AsSpan(0, queries.Length), "query", first);
        for (int i = 0; i < Count; i++)
        {
            _scores.Expand(Query(i), _expanded.AsSpan(i * _scores.Width, _scores.Width));
            double squares = 0;
            foreach (float number in Query(i)) squares += (double)number * number;
            _squares[i] = squares;
        }
    }

    /// <summary>Compares the queries with the ranges of a block's rows.</summary>
    public void Enter(EmbeddingBlock block)
    {
        for (int i = 0; i < Count; i++) _measured[i] = block.Measures(Query(i));
    }
}
