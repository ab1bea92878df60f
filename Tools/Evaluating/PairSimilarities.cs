using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Statistics;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Evaluating;

/// <summary>
/// A model's similarities of pairs beside the scores people gave them, as sentence-transformers' EmbeddingSimilarityEvaluator has them.
/// </summary>
internal sealed class PairSimilarities
{
    // Eight units in the last place of a float near 1.
    private const double Rounding = 8 / 8388608.0;

    // Compared as the index does: by the cosine, or by ln F, whose ranks are those of F without its underflow.
    private PairSimilarities(Similarity similarity, double[] scores, double[] compared, string path)
    {
        (Similarity, Count) = (similarity, scores.Length);
        if (IsConstant(compared))
        {
            Undefined = $"expected similarities that differ, found the same for all {compared.Length} pairs in {path}";
            return;
        }
        Spearman = Correlation.Spearman(compared, scores);
        Pearson = Correlation.Pearson(similarity.IsFidelity() ? Array.ConvertAll(compared, Math.Exp) : compared, scores);
        LogarithmPearson = similarity.IsFidelity() ? Correlation.Pearson(compared, scores) : null;
        if (Pearson is null) PearsonUndefined = "expected fidelities that differ, found all too small for a number";
    }

    /// <summary>What is correlated with the scores.</summary>
    public Similarity Similarity { get; }

    /// <summary>Number of pairs.</summary>
    public int Count { get; }

    /// <summary>Why there is no correlation at all: the model finds all pairs alike, but for rounding. Null where there is one.</summary>
    public string? Undefined { get; }

    /// <summary>Why there is no <see cref="Pearson"/> though there are ranks, or null.</summary>
    public string? PearsonUndefined { get; }

    /// <summary>Correlation of the ranks, equal values sharing the mean of theirs; of fidelity and of its logarithm alike.</summary>
    public double? Spearman { get; }

    /// <summary>Correlation of cosine or fidelity with the scores; null where all fidelities are too small for a number.</summary>
    public double? Pearson { get; }

    /// <summary>Correlation of ln F with the scores; null for cosine.</summary>
    public double? LogarithmPearson { get; }

    /// <summary>Embeds every distinct text once, with the model's default prompt, and compares.</summary>
    /// <param name="session">Threads and progress.</param>
    /// <param name="embedder">The model.</param>
    /// <param name="path">Scored pairs.</param>
    /// <exception cref="QEngineException">The file is malformed, or the scores are all the same.</exception>
    public static PairSimilarities Compute(Session session, SentenceEmbedder embedder, string path)
    {
        ScoredTexts texts = ScoredTexts.Read(path);
        float[] embeddings = Embed(session, embedder, texts.Texts);
        double[] compared = texts.Compare(
            embeddings, new EmbeddingIndex(embedder.Similarity, embedder.Dimension, embeddings, session.Workers));
        return Of(embedder.Similarity, texts, compared);
    }

    /// <summary>The correlations of similarities that are there.</summary>
    /// <param name="similarity">What they are.</param>
    /// <param name="texts">The pairs.</param>
    /// <param name="compared">Each one's cosine or ln F.</param>
    public static PairSimilarities Of(Similarity similarity, ScoredTexts texts, double[] compared) =>
        new(similarity, texts.Scores, compared, texts.Path);

    private static float[] Embed(Session session, SentenceEmbedder embedder, IReadOnlyList<string> texts)
    {
        if ((long)texts.Count * embedder.Dimension > Array.MaxLength)
            throw new QEngineException(
                $"expected at most {Array.MaxLength / embedder.Dimension} texts of dimension {embedder.Dimension} in memory, found "
                + $"{texts.Count}");
        float[] embeddings = new float[texts.Count * embedder.Dimension];
        int done = 0;
        new BatchEmbedder(session.Progress, embedder).Run(texts.Select(text => new IdText("text", text)), texts.Count, "texts", (
            _, values) =>
        {
            values.CopyTo(embeddings.AsSpan(done));
            done += values.Length;
        });
        return embeddings;
    }

    // Similarities are sums of products in single precision: those of equal pairs differ in the last places.
    private static bool IsConstant(double[] similarities)
    {
        double min = similarities.Min(), max = similarities.Max();
        return max - min <= Rounding * Math.Max(1, Math.Max(Math.Abs(min), Math.Abs(max)));
    }
}
