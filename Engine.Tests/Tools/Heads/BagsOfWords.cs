using System.Text.RegularExpressions;

namespace QEngine.Tests.Tools.Heads;

/// <summary>Texts as vectors without a model: every word is a random direction, weighted by how rare it is.</summary>
internal static partial class BagsOfWords
{
    /// <summary>[texts, width].</summary>
    public static float[] Of(string[] texts, int width)
    {
        string[][] words = [.. texts.Select(text => WordPattern().Matches(text.ToLowerInvariant()).Select(match => match.Value).Distinct().ToArray())];
        Dictionary<string, int> frequencies = words.SelectMany(text => text).GroupBy(word => word).ToDictionary(group => group.Key, group => group.Count());
        Dictionary<string, double[]> directions = frequencies.Keys.Order(StringComparer.Ordinal).Select((word, i) => (word, i)).ToDictionary(entry => entry.word, entry => Direction((ulong)entry.i, width));
        float[] vectors = new float[texts.Length * width];
        for (int i = 0; i < texts.Length; i++)
        {
            foreach (string word in words[i])
            {
                double weight = Math.Log((double)texts.Length / frequencies[word]);
                for (int j = 0; j < width; j++) vectors[(i * width) + j] += (float)(weight * directions[word][j]);
            }
        }
        return vectors;
    }

    private static double[] Direction(ulong word, int width)
    {
        SplittableRandom random = new SplittableRandom(1).Split(word);
        return [.. Enumerable.Range(0, width).Select(_ => random.NextGaussian())];
    }

    [GeneratedRegex("[a-z0-9]+")]
    private static partial Regex WordPattern();
}
