namespace QEngine.Training;

/// <summary>
/// Training pairs from texts without queries, the inverse cloze task (Lee, Chang and Toutanova, arXiv 1906.00300): a
/// sentence of a text asks, the rest of the text answers.
/// </summary>
internal static class InverseCloze
{
    private const int FewestWords = 4;

    /// <summary>Draws pairs from one text.</summary>
    /// <param name="text">A text of several sentences; one with fewer than two of at least four words gives no pair.</param>
    /// <param name="count">Most pairs wanted, each with another sentence.</param>
    /// <param name="random">Picks the sentences.</param>
    /// <returns>Sentence and rest, both with single blanks between sentences.</returns>
    public static IReadOnlyList<(string Sentence, string Remainder)> Pairs(string text, int count, ref SplittableRandom random)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        List<string> sentences = Sentences(text);
        if (sentences.Count < 2) return [];
        int[] order = new int[sentences.Count];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        random.Shuffle<int>(order);
        List<(string, string)> pairs = [];
        foreach (int chosen in order.AsSpan(0, Math.Min(count, order.Length)))
        {
            List<string> rest = [.. sentences];
            rest.RemoveAt(chosen);
            pairs.Add((sentences[chosen], string.Join(' ', rest)));
        }
        return pairs;
    }

    /// <summary>A sentence ends with a full stop, a question or an exclamation mark before white space; short ones are left out.</summary>
    private static List<string> Sentences(string text)
    {
        List<string> sentences = [];
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bool end = i + 1 == text.Length || (text[i] is '.' or '!' or '?' && char.IsWhiteSpace(text[i + 1]));
            if (!end) continue;
            ReadOnlySpan<char> sentence = text.AsSpan(start, i + 1 - start).Trim();
            if (Words(sentence) >= FewestWords) sentences.Add(sentence.ToString());
            start = i + 1;
        }
        return sentences;
    }

    private static int Words(ReadOnlySpan<char> sentence)
    {
        int words = 0;
        for (int i = 0; i < sentence.Length; i++)
            if (!char.IsWhiteSpace(sentence[i]) && (i == 0 || char.IsWhiteSpace(sentence[i - 1]))) words++;
        return words;
    }
}
