namespace QEngine.Retrieval;

/// <summary>BM25's formula in Lucene's form, as <see cref="Bm25Index"/> tells it; every index of words computes its weights here.</summary>
/// <param name="k1">Saturation of the term frequency.</param>
/// <param name="b">Strength of the length normalisation.</param>
/// <param name="documents">N, the number of documents.</param>
/// <param name="words">Words of all documents.</param>
internal readonly struct Bm25Formula(double k1, double b, int documents, long words)
{
    private readonly double _averageLength = (double)words / documents;

    /// <summary>The mean number of words of a document.</summary>
    public double AverageLength => _averageLength;

    /// <summary>ln(1 + (N - df + 0.5) / (df + 0.5)).</summary>
    /// <param name="documentFrequency">df, the documents that the term is in.</param>
    public double InverseDocumentFrequency(int documentFrequency) =>
        Math.Log(1 + (documents - documentFrequency + 0.5) / (documentFrequency + 0.5));

    /// <summary>k1 (1 - b + b |d| / avgdl).</summary>
    /// <param name="length">|d|, words of the document.</param>
    public double Saturation(int length) => k1 * (1 - b + b * length / _averageLength);

    /// <summary>What a term adds to a document's score: idf tf / (tf + saturation).</summary>
    /// <param name="inverseDocumentFrequency">The term's.</param>
    /// <param name="frequency">tf, how often the term is in the document.</param>
    /// <param name="saturation">The document's.</param>
    public static float Weight(double inverseDocumentFrequency, int frequency, double saturation) =>
        (float)(inverseDocumentFrequency * frequency / (frequency + saturation));
}
