using System.Runtime.InteropServices;

namespace QEngine.Retrieval;

/// <summary>A way to make one ranking of two, such as a model's and BM25's: every document gets the sum of its shares of both.</summary>
public abstract record Fusion
{
    /// <summary>Fuses two rankings of a query.</summary>
    /// <param name="first">Documents, best first, each once.</param>
    /// <param name="second">The same of another system; a document that a ranking lacks has no share of it.</param>
    /// <param name="k">The most documents returned, at least 1.</param>
    /// <returns>The documents of either ranking by their sums, best first, equal sums by smaller index.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1.</exception>
    /// <exception cref="QEngineException">A ranking holds a document twice or a score that is not finite.</exception>
    public Hit[] Fuse(ReadOnlySpan<Hit> first, ReadOnlySpan<Hit> second, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        Dictionary<int, double> sums = new(first.Length + second.Length);
        Add(first, isFirst: true, sums);
        Add(second, isFirst: false, sums);
        (int Index, double Sum)[] documents = new (int, double)[sums.Count];
        int count = 0;
        foreach ((int index, double sum) in sums) documents[count++] = (index, sum);
        // In double precision: sums that differ by less than a float shows are no ties.
        Array.Sort(
            documents, static (left, right) => left.Sum != right.Sum ? right.Sum.CompareTo(left.Sum) : left.Index.CompareTo(right.Index));
        Hit[] hits = new Hit[Math.Min(k, count)];
        for (int i = 0; i < hits.Length; i++) hits[i] = new Hit(documents[i].Index, (float)documents[i].Sum);
        return hits;
    }

    /// <summary>The shares of a ranking's documents.</summary>
    /// <param name="hits">The ranking, at least one document.</param>
    /// <param name="isFirst">Whether it is the first of the two.</param>
    /// <param name="shares">Receives one number a document, not negative.</param>
    protected abstract void Share(ReadOnlySpan<Hit> hits, bool isFirst, Span<double> shares);

    private void Add(ReadOnlySpan<Hit> hits, bool isFirst, Dictionary<int, double> sums)
    {
        if (hits.IsEmpty) return;
        HashSet<int> seen = new(hits.Length);
        foreach (Hit hit in hits)
        {
            if (!float.IsFinite(hit.Score))
                throw new QEngineException($"fusion: expected finite scores, found {hit.Score} at index {hit.Index}");
            if (!seen.Add(hit.Index))
                throw new QEngineException($"fusion: expected each document once a ranking, found index {hit.Index} twice");
        }
        double[] shares = new double[hits.Length];
        Share(hits, isFirst, shares);
        for (int i = 0; i < hits.Length; i++) CollectionsMarshal.GetValueRefOrAddDefault(sums, hits[i].Index, out _) += shares[i];
    }
}
