using System.Runtime.InteropServices;
using System.Text;

namespace QEngine.Text;

/// <summary>The different words of a corpus with their frequencies.</summary>
internal sealed class WordCounts
{
    private readonly WordSplitter _splitter;
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Starts without words.</summary>
    public WordCounts(TokenizerSettings settings, IReadOnlyList<AddedToken> specialTokens) =>
        _splitter = new WordSplitter(settings, specialTokens);

    /// <summary>Counts the words of a text; special tokens and words the tokenizer would give up on as too long are left out.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        Counter counter = new(_counts);
        _splitter.Split(text, ref counter);
    }

    /// <summary>The words in ordinal order, so that nothing later depends on the order of the corpus.</summary>
    public List<(string Text, long Count)> Sorted()
    {
        List<(string Text, long Count)> words = new(_counts.Count);
        foreach ((string word, long count) in _counts) words.Add((word, count));
        words.Sort((left, right) => string.CompareOrdinal(left.Text, right.Text));
        return words;
    }

    /// <summary>The most frequent characters of the words; of equally frequent ones those with the smaller code point.</summary>
    /// <returns>At most <paramref name="limit"/> characters in order of their code points.</returns>
    public static List<Rune> Alphabet(List<(string Text, long Count)> words, int limit)
    {
        Dictionary<Rune, long> counts = [];
        foreach ((string text, long count) in words)
        {
            foreach (Rune rune in text.EnumerateRunes()) CollectionsMarshal.GetValueRefOrAddDefault(counts, rune, out _) += count;
        }

        List<Rune> alphabet = [.. counts.Keys];
        alphabet.Sort((left, right) => counts[left] != counts[right] ? counts[right].CompareTo(counts[left]) : left.CompareTo(right));
        if (alphabet.Count > limit) alphabet.RemoveRange(limit, alphabet.Count - limit);
        alphabet.Sort();
        return alphabet;
    }

    private readonly struct Counter(Dictionary<string, long> counts) : IWordSink
    {
        private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _counts =
            counts.GetAlternateLookup<ReadOnlySpan<char>>();

        public bool Word(scoped ReadOnlySpan<char> word, bool tooLong)
        {
            if (!tooLong) CollectionsMarshal.GetValueRefOrAddDefault(_counts, word, out _)++;
            return true;
        }

        public bool Word(ShortWord word) => Word(word.Widen(stackalloc char[ShortWord.Room]), tooLong: false);

        public bool Token(int id) => true;
    }
}
