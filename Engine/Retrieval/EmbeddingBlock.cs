using QEngine.Kernels;
using QEngine.Models;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>Embeddings to search, as they lie in memory: in an array, or in a file that is mapped.</summary>
/// <remarks>
/// The rows are not copied, and are read whenever the block is searched; they must not change. Beside them a block keeps one number a row.
/// Immutable and safe from many threads. A collection is one block or several; documents are numbered through by <see cref="FirstIndex"/>.
/// </remarks>
public sealed class EmbeddingBlock
{
    private readonly RowSurvey _survey;

    /// <summary>Reads the rows through once.</summary>
    /// <param name="similarity">How they are compared.</param>
    /// <param name="dimension">k, numbers a row, at least 1.</param>
    /// <param name="rows">[rows, k]: angles from -pi to pi (as rounded to single precision) for fidelity, rows of length 1 (or of zeros) for cosine; see <see cref="Keep(Similarity, int, ReadOnlySpan{float}, Span{float})"/>.</param>
    /// <param name="firstIndex">Index of the first row in the collection, at least 0.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">The length is no multiple of k, a row is not of its form, or an index is negative or too large.</exception>
    public EmbeddingBlock(Similarity similarity, int dimension, ReadOnlyMemory<float> rows, int firstIndex, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        Scores = ScoresOf(similarity, dimension);
        (Similarity, Dimension, Rows, FirstIndex, Count) = (similarity, dimension, rows, firstIndex, rows.Length / dimension);
        if (rows.Length % dimension != 0) throw new QEngineException($"block: expected rows of {dimension} numbers each, found {rows.Length} numbers");
        if (firstIndex < 0 || firstIndex > int.MaxValue - Count)
            throw new QEngineException($"block: expected a first index from 0 to {int.MaxValue - Count}, found {firstIndex}");
        _survey = new RowSurvey(Scores, rows.Span, dimension, workers);
        Distances = new RowDistances(this);
    }

    /// <summary>How the rows are compared.</summary>
    public Similarity Similarity { get; }

    /// <summary>k, numbers a row.</summary>
    public int Dimension { get; }

    /// <summary>[rows, k].</summary>
    public ReadOnlyMemory<float> Rows { get; }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>Index of the first row in the collection.</summary>
    public int FirstIndex { get; }

    internal IPairScores Scores { get; }

    /// <summary>Distances from the rows themselves.</summary>
    internal IBlockDistances Distances { get; }

    /// <summary>Brings embeddings of any finite numbers into the form of a block's rows: angles taken back by whole turns, or vectors scaled to length 1.</summary>
    /// <param name="similarity">How they are compared.</param>
    /// <param name="dimension">k, numbers an embedding, at least 1.</param>
    /// <param name="embeddings">[n, k] in the default format.</param>
    /// <param name="rows">[n, k].</param>
    /// <exception cref="QEngineException">The lengths differ or are no multiple of k, or a number is not finite.</exception>
    public static void Keep(Similarity similarity, int dimension, ReadOnlySpan<float> embeddings, Span<float> rows) =>
        Keep(ScoresOf(similarity, dimension), dimension, embeddings, rows, "document", 0);

    internal static IPairScores ScoresOf(Similarity similarity, int dimension)
    {
        if (dimension < 1) throw new QEngineException($"index: expected a dimension of at least 1, found {dimension}");
        return similarity == Similarity.Fidelity ? new FidelityScores(dimension) : new CosineScores(dimension);
    }

    /// <summary>The same, with what a message calls an embedding, and the number of the first.</summary>
    internal static void Keep(IPairScores scores, int dimension, ReadOnlySpan<float> embeddings, Span<float> rows, string what, int first)
    {
        if (embeddings.Length % dimension != 0) throw new QEngineException($"index: expected {what}s of {dimension} numbers each, found {embeddings.Length} numbers");
        if (rows.Length != embeddings.Length) throw new QEngineException($"index: expected room for {embeddings.Length} numbers, found {rows.Length}");
        for (int i = 0; i < embeddings.Length; i++)
        {
            if (!float.IsFinite(embeddings[i]))
                throw new QEngineException($"index: expected finite embeddings, found {embeddings[i]} in {what} {first + (i / dimension)}, column {i % dimension}");
        }
        for (int i = 0; i < rows.Length; i += dimension) scores.Keep(embeddings.Slice(i, dimension), rows.Slice(i, dimension));
    }

    /// <summary>Whether distances from this block's rows bound a query's scores.</summary>
    internal bool Measures(ReadOnlySpan<float> query) => Scores.Measures(query, _survey.Least, _survey.Most);

    /// <summary>The rows from one on.</summary>
    internal ReadOnlySpan<float> Slice(int firstRow, int rows) => Rows.Span.Slice(firstRow * Dimension, rows * Dimension);

    private sealed class RowDistances(EmbeddingBlock block) : IBlockDistances
    {
        private const double Unit = 1.0 / (1 << 24);

        public ReadOnlySpan<float> Weights => block._survey.Weights;

        public void Prepare(QueryChunk queries)
        {
        }

        public void Dots(WorkerPool workers, QueryChunk queries, int firstRow, int rows, Span<float> dots) =>
            RowDots.Forward(workers, queries.Kept, block.Slice(firstRow, rows), block.Dimension, dots);

        public float Slope(QueryChunk queries, int query) => 1;

        // The errors of a product and of a weight, and the roundings of their difference; the last summand is for products that underflow.
        public float Limit(QueryChunk queries, int query, double reach)
        {
            double squares = queries.Squares[query], length = Math.Sqrt(squares), longest = block._survey.Longest;
            double error = (1.001 * RowDots.Error<float>(block.Dimension + 4) * longest * (length + longest)) + (Unit * reach) + 1e-30;
            return float.BitIncrement((float)(((reach - squares) / 2) + error));
        }

        public double Distance(QueryChunk queries, int query, float excess) => Math.Max(0, queries.Squares[query] + (2.0 * excess));
    }
}
