
namespace QEngine.Retrieval;

/// <summary>Some queries on their way through the blocks; its storage grows and is used again.</summary>
internal sealed class QueryChunk
{
    private readonly IPairScores _scores;
    private readonly int _dimension;
    private float[] _kept = [], _expanded = [];
    private double[] _squares = [];
    private bool[] _measured = [];
    private TopK[] _best = [], _nearest = [];

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

    /// <summary>The query's hits.</summary>
    public TopK Best(int query) => _best[query];

    /// <summary>The query's nearest rows.</summary>
    public TopK Nearest(int query) => _nearest[query];

    /// <summary>[width], what scores are computed from.</summary>
    public ReadOnlySpan<float> Expanded(int query) => _expanded.AsSpan(query * _scores.Width, _scores.Width);

    /// <summary>The same as the current block's codes are compared with them.</summary>
    public CodeQueries Coded { get; } = new();

    /// <summary>The same in fewer bits.</summary>
    public CoarseQueries Coarse { get; } = new();

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
            (_best, _nearest) = (Selections(_best), Selections(_nearest));
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

    /// <summary>
    /// Makes the queries ready for a block: compared with the ranges of its rows, and brought into the form of its codes.
    /// </summary>
    public void Enter(EmbeddingBlock block)
    {
        for (int i = 0; i < Count; i++) _measured[i] = block.Measures(Query(i));
        block.Distances.Prepare(this);
    }

    private TopK[] Selections(TopK[] before)
    {
        TopK[] selections = new TopK[Count];
        for (int i = 0; i < Count; i++) selections[i] = i < before.Length ? before[i] : new TopK(1);
        return selections;
    }
}
