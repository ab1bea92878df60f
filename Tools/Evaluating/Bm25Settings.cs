using QEngine.Retrieval;

namespace QEngine.Tools.Evaluating;

/// <summary>BM25's parameters.</summary>
internal sealed record Bm25Settings
{
    /// <summary>Saturation of the term frequency, at least 0.</summary>
    public double K1 { get; init; } = 0.9;

    /// <summary>Strength of the length normalisation, 0 to 1.</summary>
    public double B { get; init; } = 0.4;

    /// <summary>Whether English words are stemmed.</summary>
    public bool Stem { get; init; }

    /// <summary>Indexes texts.</summary>
    /// <param name="texts">The texts; read once and not kept.</param>
    public Bm25Index Index(IEnumerable<string> texts) => Bm25Index.Build(texts, K1, B, Stem);
}
