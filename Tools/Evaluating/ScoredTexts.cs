using QEngine.Retrieval;
using QEngine.Training;

namespace QEngine.Tools.Evaluating;

/// <summary>Pairs of texts with the scores that people gave them.</summary>
/// <param name="Path">Their file.</param>
/// <param name="Texts">Every distinct text once, in order of appearance.</param>
/// <param name="Pairs">The pairs, by the places of their texts.</param>
/// <param name="Scores">Each one's score; not all are the same.</param>
internal sealed record ScoredTexts(string Path, IReadOnlyList<string> Texts, (int First, int Second)[] Pairs, double[] Scores)
{
    /// <summary>Reads scored pairs.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">The file is malformed, or the scores are all the same.</exception>
    public static ScoredTexts Read(string path)
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
        // A dictionary that nothing was removed from is in the order of its additions.
        return new ScoredTexts(path, [.. places.Keys], [.. pairs], [.. scores]);
    }

    /// <summary>The similarity of every pair, cosine or ln F.</summary>
    /// <param name="embeddings">[texts, k], of which the first of a pair is taken.</param>
    /// <param name="index">The same texts, of which the second is taken.</param>
    public double[] Compare(float[] embeddings, EmbeddingIndex index)
    {
        double[] compared = new double[Pairs.Length];
        float[] score = new float[1];
        int width = index.Dimension;
        for (int i = 0; i < compared.Length; i++)
        {
            index.Score(embeddings.AsSpan(Pairs[i].First * width, width), [Pairs[i].Second], score);
            compared[i] = score[0];
        }
        return compared;
    }

    private static int Place(Dictionary<string, int> places, string text)
    {
        if (!places.TryGetValue(text, out int place)) places.Add(text, place = places.Count);
        return place;
    }
}
