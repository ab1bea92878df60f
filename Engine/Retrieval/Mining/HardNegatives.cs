namespace QEngine.Retrieval;

/// <summary>Finds training negatives that look relevant: documents that BM25 ranks high for a query, its positives aside.</summary>
/// <remarks>An index knows no texts: where a document is there twice, name all copies of a positive as positives.</remarks>
internal static class HardNegatives
{
    /// <summary>Mines negatives for every query.</summary>
    /// <param name="index">The documents to choose from.</param>
    /// <param name="queries">The queries' texts.</param>
    /// <param name="positives">For each query the indices of its positive documents, never returned for it.</param>
    /// <param name="count">Negatives wanted for a query, at least 1.</param>
    /// <param name="skip">First rank considered, from 0, after the positives are taken out; larger avoids unlabelled positives.</param>
    /// <param name="depth">Rank before which candidates must lie, at least <paramref name="skip"/> + <paramref name="count"/>.</param>
    /// <param name="threads">Threads used, at least 1; the result does not depend on it.</param>
    /// <returns>
    /// For each query its negatives, hardest first, spread evenly over ranks skip to depth - 1: candidate floor(i m / count) of the m
    /// there are, i = 0 .. count - 1. With depth = skip + count these are the hardest ones. Fewer than <paramref name="count"/> (perhaps
    /// none) where fewer documents share a word with the query.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// Different numbers of queries and positives, a null among them, or a positive or <paramref name="threads"/> out of range.
    /// </exception>
    /// <exception cref="QEngineException">Another number is outside its range.</exception>
    public static int[][] Mine(
        Bm25Index index,
        IReadOnlyList<string> queries,
        IReadOnlyList<IReadOnlySet<int>> positives,
        int count,
        int skip,
        int depth,
        int threads)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(queries);
        Require.Items(positives);
        Require.Items(queries);
        Check(index, queries.Count, positives, threads);
        NegativeSelection selection = new() { Count = count, First = skip, Last = depth, Sampling = NegativeSampling.Spread };
        selection.Check();
        int[][] negatives = new int[queries.Count][];
        Parallel.For(
            0,
            queries.Count,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            index.CreateSearcher,
            (query, _, searcher) =>
            {
                // Every positive may rank above the range, so that many more hits are needed to fill it.
                int wanted = (int)Math.Min(index.DocumentCount, (long)depth + positives[query].Count);
                SplittableRandom random = default;
                negatives[query] = selection.Choose(searcher.Search(queries[query], wanted), positives[query], 0, ref random);
                return searcher;
            },
            static _ => { });
        return negatives;
    }

    private static void Check(
        Bm25Index index, int queries, IReadOnlyList<IReadOnlySet<int>> positives, int threads)
    {
        if (positives.Count != queries)
            throw new ArgumentException($"expected positives for {queries} queries, found {positives.Count}", nameof(positives));
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        for (int query = 0; query < queries; query++)
        {
            foreach (int document in positives[query])
            {
                if ((uint)document < (uint)index.DocumentCount) continue;
                throw new ArgumentOutOfRangeException(
                    nameof(positives), document, $"expected positives from 0 to {index.DocumentCount - 1} for query {query}");
            }
        }
    }
}
