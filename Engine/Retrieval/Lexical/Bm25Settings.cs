namespace QEngine.Retrieval;

/// <summary>BM25's parameters; the defaults are Anserini's for MS MARCO passages.</summary>
public sealed record Bm25Settings
{
    /// <summary>Saturation of the term frequency, at least 0.</summary>
    public double K1
    {
        get;
        init => field = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(K1), value, "expected a number of at least 0");
    } = 0.9;

    /// <summary>Strength of the length normalisation, 0 to 1.</summary>
    public double B
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(B), value, "expected a number from 0 to 1");
    } = 0.4;

    /// <summary>Whether English words are stemmed.</summary>
    public bool Stem { get; init; }

    /// <summary>Indexes texts.</summary>
    /// <param name="texts">The texts; read once and not kept.</param>
    internal Bm25Index Index(IEnumerable<string> texts) => Bm25Index.Build(texts, K1, B, Stem);
}
