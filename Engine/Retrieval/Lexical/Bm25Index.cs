namespace QEngine.Retrieval;

/// <summary>An inverted index that scores documents by BM25, in Lucene's form (version 8 and later).</summary>
/// <remarks>
/// <para>
/// score(q, d) = sum over the words t of q, repeats counted, of idf(t) tf / (tf + k1 (1 - b + b |d| / avgdl)), where tf is the number of
/// times t occurs in d, |d| the number of words of d, avgdl its mean, and idf(t) = ln(1 + (N - df + 0.5) / (df + 0.5)) with df of the N
/// documents containing t. Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, without the constant factor k1 + 1.
/// </para>
/// <para>
/// Words are maximal runs of Unicode letters and digits, lower-cased, stemmed only where asked for. Unlike Lucene, document lengths are
/// exact (Lucene rounds them to a byte) and empty documents count in N and avgdl.
/// </para>
/// <para>Immutable: any number of threads may read it, each through its own <see cref="Bm25Searcher"/>.</para>
/// </remarks>
public sealed class Bm25Index
{
    private readonly Dictionary<string, int> _terms;

    // The postings of term t are the entries offsets[t] .. offsets[t + 1] of documents (ascending) and weights.
    // A weight is the term's whole contribution to the document's score, so that searching is only adding.
    private readonly int[] _offsets;
    private readonly int[] _documents;
    private readonly float[] _weights;

    internal Bm25Index(
        Dictionary<string, int> terms, int[] offsets, int[] documents, float[] weights, int documentCount, double averageLength, bool stems)
    {
        _terms = terms;
        _offsets = offsets;
        _documents = documents;
        _weights = weights;
        DocumentCount = documentCount;
        AverageLength = averageLength;
        Stems = stems;
    }

    /// <summary>N, the number of documents.</summary>
    public int DocumentCount { get; }

    /// <summary>The mean number of words of a document.</summary>
    public double AverageLength { get; }

    /// <summary>Whether words are stemmed, in documents and queries.</summary>
    public bool Stems { get; }

    /// <summary>The number of different words.</summary>
    public int TermCount => _terms.Count;

    /// <summary>Indexes texts; the document index of a text is its position.</summary>
    /// <param name="texts">The documents, at least one; read once and not kept. An empty text is a document that no query finds.</param>
    /// <param name="k1">Saturation of the term frequency, at least 0; Lucene's default is 1.2.</param>
    /// <param name="b">Strength of the length normalisation, 0 to 1; Lucene's default is 0.75.</param>
    /// <param name="stem">Whether English words are stemmed by Porter's algorithm, so that "cars" is found by "car".</param>
    /// <returns>The index.</returns>
    /// <remarks>
    /// The defaults k1 = 0.9, b = 0.4 are Anserini's for MS MARCO passages: re-ranking the judged passages of TREC DL 2019 gives an
    /// nDCG@10 of 0.4519, against 0.4233 with Lucene's.
    /// </remarks>
    /// <exception cref="ArgumentException">A text is null, or a parameter outside its range.</exception>
    /// <exception cref="QEngineException">There are no texts.</exception>
    public static Bm25Index Build(IEnumerable<string> texts, double k1 = 0.9, double b = 0.4, bool stem = false)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (!(k1 >= 0 && double.IsFinite(k1))) throw new ArgumentOutOfRangeException(nameof(k1), k1, "expected a number of at least 0");
        if (!(b >= 0 && b <= 1)) throw new ArgumentOutOfRangeException(nameof(b), b, "expected a number from 0 to 1");
        ForwardIndex documents = new(stem);
        foreach (string text in texts) documents.Add(text ?? throw Require.NullAt(documents.Count, nameof(texts)));
        if (documents.Count == 0) throw new QEngineException("BM25: expected at least one document, found none");
        return Invert(documents, k1, b, stem);
    }

    /// <summary>The number of documents that contain a word.</summary>
    /// <param name="word">A lower-cased word, or its stem where the index stems.</param>
    /// <returns>df, 0 for a word that occurs nowhere.</returns>
    public int DocumentFrequency(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return _terms.TryGetValue(word, out int term) ? _offsets[term + 1] - _offsets[term] : 0;
    }

    /// <summary>Creates a reader with scratch memory of its own: 4 bytes a document.</summary>
    /// <returns>A searcher for one thread.</returns>
    public Bm25Searcher CreateSearcher() => new(this);

    /// <summary>Finds the number of a word without allocating.</summary>
    /// <param name="word">A lower-cased word.</param>
    /// <param name="term">The term's number.</param>
    /// <returns>False where no document contains it.</returns>
    internal bool TryFindTerm(ReadOnlySpan<char> word, out int term) =>
        _terms.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out term);

    /// <summary>The documents that contain a term, ascending, and what the term adds to the score of each.</summary>
    /// <param name="term">The term's number.</param>
    /// <param name="termWeights">One positive weight a document.</param>
    /// <returns>Document indices.</returns>
    internal ReadOnlySpan<int> Postings(int term, out ReadOnlySpan<float> termWeights)
    {
        int start = _offsets[term];
        int count = _offsets[term + 1] - start;
        termWeights = _weights.AsSpan(start, count);
        return _documents.AsSpan(start, count);
    }

    private static Bm25Index Invert(ForwardIndex index, double k1, double b, bool stems)
    {
        long words = 0;
        foreach (int length in index.DocumentLengths) words += length;
        Bm25Formula formula = new(k1, b, index.Count, words);
        double[] saturations = new double[index.Count];
        for (int document = 0; document < saturations.Length; document++)
            saturations[document] = formula.Saturation(index.DocumentLengths[document]);
        (int[] offsets, int[] documents, int[] frequencies) = index.Invert();
        float[] weights = new float[documents.Length];
        for (int term = 0; term < index.Terms.Count; term++)
        {
            double idf = formula.InverseDocumentFrequency(offsets[term + 1] - offsets[term]);
            for (int i = offsets[term]; i < offsets[term + 1]; i++)
                weights[i] = Bm25Formula.Weight(idf, frequencies[i], saturations[documents[i]]);
        }
        return new Bm25Index(index.Terms, offsets, documents, weights, index.Count, formula.AverageLength, stems);
    }
}
