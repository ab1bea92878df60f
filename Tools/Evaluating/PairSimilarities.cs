using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Statistics;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;
using QEngine.Training;

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
        Pearson = Correlation.Pearson(similarity == Similarity.Fidelity ? Array.ConvertAll(compared, Math.Exp) : compared, scores);
        LogarithmPearson = similarity == Similarity.Fidelity ? Correlation.Pearson(compared, scores) : null;
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
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        List<(int First, int Second)> pairs = [];
        List<double> scores = [];
        foreach (ScoredPair pair in ScoredPairsFile.Read(path))
        {
            pairs.Add((Place(places, pair.First), Place(places, pair.Second)));
            scores.Add(pair.Score);
        }
        // Asked of the values themselves: the variance of equal numbers may round to something above 0.
        if (scores.TrueForAll(score => score == scores[0]))
        {
            throw new QEngineException(
                $"expected scores that differ, found {scores[0]} for "
                + $"{(scores.Count == 1 ? "the only pair" : $"all {scores.Count} pairs")} in {path}");
        }

        float[] embeddings = Embed(session, embedder, places);
        EmbeddingIndex index = new(embedder.Similarity, embedder.Dimension, embeddings, session.Workers);
        double[] compared = new double[pairs.Count];
        float[] score = new float[1];
        for (int i = 0; i < compared.Length; i++)
        {
            index.Score(embeddings.AsSpan(pairs[i].First * embedder.Dimension, embedder.Dimension), [pairs[i].Second], score);
            compared[i] = score[0];
        }
        return new PairSimilarities(embedder.Similarity, [.. scores], compared, path);
    }

    private static float[] Embed(Session session, SentenceEmbedder embedder, Dictionary<string, int> places)
    {
        if ((long)places.Count * embedder.Dimension > Array.MaxLength)
            throw new QEngineException(
                $"expected at most {Array.MaxLength / embedder.Dimension} texts of dimension {embedder.Dimension} in memory, found "
                + $"{places.Count}");
        float[] embeddings = new float[places.Count * embedder.Dimension];
        int done = 0;
        // A dictionary that nothing was removed from is in the order of its additions.
        new BatchEmbedder(session.Progress, embedder).Run(places.Keys.Select(text => new IdText("text", text)), places.Count, "texts", (
            _, values) =>
        {
            values.CopyTo(embeddings.AsSpan(done));
            done += values.Length;
        });
        return embeddings;
    }

    private static int Place(Dictionary<string, int> places, string text)
    {
        if (!places.TryGetValue(text, out int place)) places.Add(text, place = places.Count);
        return place;
    }

    // Similarities are sums of products in single precision: those of equal pairs differ in the last places.
    private static bool IsConstant(double[] similarities)
    {
        double min = similarities.Min(), max = similarities.Max();
        return max - min <= Rounding * Math.Max(1, Math.Max(Math.Abs(min), Math.Abs(max)));
    }
}
