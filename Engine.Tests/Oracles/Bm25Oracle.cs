using System.Text;

namespace QEngine.Tests.Oracles;

/// <summary>BM25 as its formula is written: no index, one document at a time, in double precision.</summary>
internal static class Bm25Oracle
{
    public static double[] Scores(IReadOnlyList<string> documents, string query, double k1, double b)
    {
        string[][] words = [.. documents.Select(Words)];
        double averageLength = words.Average(w => w.Length);
        double[] scores = new double[documents.Count];
        foreach (string term in Words(query))
        {
            int df = words.Count(w => w.Contains(term));
            if (df == 0) continue;
            double idf = Math.Log(1 + (documents.Count - df + 0.5) / (df + 0.5));
            for (int d = 0; d < scores.Length; d++)
            {
                double tf = words[d].Count(w => w == term);
                if (tf > 0) scores[d] += idf * tf / (tf + k1 * (1 - b + b * words[d].Length / averageLength));
            }
        }
        return scores;
    }

    public static string[] Words(string text)
    {
        List<string> words = [];
        StringBuilder word = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                word.Append(Rune.ToLowerInvariant(rune).ToString());
                continue;
            }
            if (word.Length > 0) words.Add(word.ToString());
            word.Clear();
        }
        if (word.Length > 0) words.Add(word.ToString());
        return [.. words];
    }
}
