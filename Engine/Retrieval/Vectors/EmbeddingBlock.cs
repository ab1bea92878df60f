using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>Embeddings to search, as they lie in memory: in an array, or in a file that is mapped.</summary>
/// <remarks>
/// The rows are not copied, and are read whenever the block is searched; they must not change. Beside them a block keeps one number a row.
/// Immutable and safe from many threads. A collection is one block or several; documents are numbered through by <see cref="FirstIndex"/>.
/// </remarks>
internal sealed class EmbeddingBlock
{
    /// <summary>Reads the rows through once.</summary>
    /// <param name="similarity">How they are compared.</param>
    /// <param name="dimension">k, numbers a row, at least 1.</param>
    /// <param name="rows">
    /// [rows, k]: angles from -pi to pi (as rounded to single precision) for fidelity, rows of length 1 (or of zeros) otherwise; see
    /// <see cref="Keep(Similarity, int, ReadOnlySpan{float}, Span{float})"/>.
    /// </param>
    /// <param name="firstIndex">Index of the first row in the collection, at least 0.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentException">The length is no multiple of k, or an index is negative or too large.</exception>
    /// <exception cref="QEngineException">A row is not of its form.</exception>
    public EmbeddingBlock(Similarity similarity, int dimension, ReadOnlyMemory<float> rows, int firstIndex, WorkerPool workers)
        : this(
            similarity, dimension, rows, firstIndex, null, DistancesOf(similarity, dimension, rows, workers), null)
    {
    }

    /// <summary>Takes in rows with codes made before: they are not read until something is left of a search by the codes.</summary>
    /// <param name="similarity">How they are compared.</param>
    /// <param name="dimension">k, numbers a row.</param>
    /// <param name="rows">[rows, k], of the same form, which is not checked.</param>
    /// <param name="firstIndex">Index of the first row in the collection.</param>
    /// <param name="codes">Codes of the rows.</param>
    /// <exception cref="ArgumentException">
    /// Rows and codes are not as many or of another dimension, or an index is negative or too large.
    /// </exception>
    /// <exception cref="QEngineException">Codes say nothing of such a similarity.</exception>
    public EmbeddingBlock(Similarity similarity, int dimension, ReadOnlyMemory<float> rows, int firstIndex, CodeBlock codes)
        : this(similarity, dimension, rows, firstIndex, codes, (codes ?? throw new ArgumentNullException(nameof(codes))).Distances, null)
    {
        if (!similarity.HasCodes())
            throw new QEngineException($"block: expected no codes of rows compared by {similarity.Name()}, found some");
        if (codes.Count != Count || codes.Quantizer.Dimension != dimension)
            throw new ArgumentException(
                $"expected codes of {Count} rows of {dimension} numbers, found {codes.Count} of {codes.Quantizer.Dimension}",
                nameof(codes));
    }

    private EmbeddingBlock(
        Similarity similarity, int dimension, ReadOnlyMemory<float> rows, int firstIndex, CodeBlock? codes, IBlockDistances distances,
        RowSet? found)
    {
        Scores = ScoresOf(similarity, dimension);
        RowDistances.RequireRows(rows.Length, dimension);
        (Similarity, Dimension, Rows, FirstIndex, Count, Codes, Distances) =
            (similarity, dimension, rows, firstIndex, rows.Length / dimension, codes, distances);
        (Found, FoundCount) = (found, found?.Count ?? Count);
        if (firstIndex < 0 || firstIndex > int.MaxValue - Count)
            throw new ArgumentOutOfRangeException(
                nameof(firstIndex), firstIndex, $"expected a first index from 0 to {int.MaxValue - Count}");
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

    /// <summary>Codes of the rows, where it has some: searches read these first.</summary>
    public CodeBlock? Codes { get; }

    /// <summary>The rows that a search may find; null for all.</summary>
    public RowSet? Found { get; }

    /// <summary>How many these are.</summary>
    public int FoundCount { get; }

    internal IPairScores Scores { get; }

    /// <summary>Distances from the rows, or from what their codes stand for.</summary>
    internal IBlockDistances Distances { get; }

    /// <summary>
    /// Brings embeddings of any finite numbers into the form of a block's rows: angles taken back by whole turns, or vectors scaled to
    /// length 1.
    /// </summary>
    /// <param name="similarity">How they are compared.</param>
    /// <param name="dimension">k, numbers an embedding, at least 1.</param>
    /// <param name="embeddings">[n, k] in the default format.</param>
    /// <param name="rows">[n, k].</param>
    /// <exception cref="ArgumentException">The lengths differ or are no multiple of k.</exception>
    /// <exception cref="QEngineException">A number is not finite.</exception>
    public static void Keep(Similarity similarity, int dimension, ReadOnlySpan<float> embeddings, Span<float> rows) =>
        Keep(ScoresOf(similarity, dimension), dimension, embeddings, rows, "document", 0);

    internal static IPairScores ScoresOf(Similarity similarity, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        return similarity switch
        {
            Similarity.Cosine => new CosineScores(dimension),
            Similarity.Fidelity => new FidelityScores(dimension),
            Similarity.StateFidelity => new StateScores(dimension),
            _ => throw new ArgumentOutOfRangeException(
                nameof(similarity), similarity, "expected cosine, fidelity or state-fidelity"),
        };
    }

    private static IBlockDistances DistancesOf(Similarity similarity, int dimension, ReadOnlyMemory<float> rows, WorkerPool workers)
    {
        RowDistances distances = new(ScoresOf(similarity, dimension), rows, dimension, workers);
        return similarity == Similarity.StateFidelity ? new StateDistances(distances, rows, dimension) : distances;
    }

    /// <summary>The same, with what a message calls an embedding, and the number of the first.</summary>
    internal static void Keep(IPairScores scores, int dimension, ReadOnlySpan<float> embeddings, Span<float> rows, string what, int first)
    {
        if (embeddings.Length % dimension != 0)
            throw new ArgumentException(
                $"expected {what}s of {dimension} numbers each, found {embeddings.Length} numbers", nameof(embeddings));
        if (rows.Length != embeddings.Length)
            throw new ArgumentException($"expected room for {embeddings.Length} numbers, found {rows.Length}", nameof(rows));
        for (int i = 0; i < embeddings.Length; i++)
        {
            if (!float.IsFinite(embeddings[i]))
                throw new QEngineException(
                    $"index: expected finite embeddings, "
                    + $"found {embeddings[i]} in {what} {first + (i / dimension)}, column {i % dimension}");
        }
        for (int i = 0; i < rows.Length; i += dimension) scores.Keep(embeddings.Slice(i, dimension), rows.Slice(i, dimension));
    }

    /// <summary>The same rows with their codes.</summary>
    /// <param name="codes">Codes of the rows.</param>
    /// <exception cref="ArgumentException">They are null, not as many or of another dimension.</exception>
    public EmbeddingBlock With(CodeBlock codes) => new(Similarity, Dimension, Rows, FirstIndex, codes);

    /// <summary>The same rows, of which a search finds some alone; nothing is read or copied.</summary>
    /// <param name="found">Those that it may find, or null for all.</param>
    /// <exception cref="ArgumentException">The set is one of more or fewer rows.</exception>
    public EmbeddingBlock Only(RowSet? found) => found is null || found.Rows == Count
        ? new(Similarity, Dimension, Rows, FirstIndex, Codes, Distances, found)
        : throw new ArgumentException($"expected a set of {Count} rows, found one of {found.Rows}", nameof(found));

    /// <summary>The same rows under other indices.</summary>
    /// <param name="firstIndex">Index of the first row in the collection, at least 0.</param>
    public EmbeddingBlock At(int firstIndex) => new(Similarity, Dimension, Rows, firstIndex, Codes, Distances, Found);

    /// <summary>Whether distances from this block's rows bound a query's scores.</summary>
    internal bool Measures(ReadOnlySpan<float> query) => Scores.Measures(query, Distances.Min, Distances.Max);

    /// <summary>The rows from one on.</summary>
    internal ReadOnlySpan<float> Slice(int firstRow, int rows) => Rows.Span.Slice(firstRow * Dimension, rows * Dimension);
}
