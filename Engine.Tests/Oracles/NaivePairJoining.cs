using QEngine.Text;

namespace QEngine.Tests.Oracles;

/// <summary>The trainer's oracle: recounts every pair before every join. For words of ASCII letters separated by spaces.</summary>
internal static class NaivePairJoining
{
    /// <summary>Continues the pieces of one character until the vocabulary is full.</summary>
    public static string[] Continue(string[] characters, IEnumerable<string> corpus, WordPieceTrainerOptions options)
    {
        List<string> pieces = [.. characters];
        List<List<int>> words = [];
        foreach (string text in corpus)
        {
            foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                words.Add([.. word.Select((character, i) => pieces.IndexOf(i == 0 ? $"{character}" : $"##{character}"))]);
        }

        while (pieces.Count < options.VocabularySize)
        {
            var best = words.SelectMany(word => word.Zip(word.Skip(1))).CountBy(pair => pair)
                .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.First).ThenBy(pair => pair.Key.Second).FirstOrDefault();
            if (best.Value < options.MinimumFrequency) break;
            (int left, int right) = best.Key;
            string joined = pieces[left] + pieces[right][2..];
            if (!pieces.Contains(joined)) pieces.Add(joined);
            foreach (List<int> word in words) Join(word, left, right, pieces.IndexOf(joined));
        }
        return [.. pieces];
    }

    private static void Join(List<int> word, int left, int right, int joined)
    {
        for (int i = 0; i + 1 < word.Count; i++)
        {
            if (word[i] != left || word[i + 1] != right) continue;
            word[i] = joined;
            word.RemoveAt(i + 1);
        }
    }
}
