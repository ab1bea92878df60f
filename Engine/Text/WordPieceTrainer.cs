using System.Text;

namespace QEngine.Text;

/// <summary>Trains a WordPiece vocabulary from texts.</summary>
/// <remarks>
/// As Hugging Face's <c>WordPieceTrainer</c> does: words are cut into characters, those after the first with the continuing prefix,
/// and the most frequent adjacent pair is joined into a new piece until the vocabulary is full. Pieces come in this order: <c>[PAD]</c>,
/// <c>[UNK]</c>, <c>[CLS]</c>, <c>[SEP]</c>, <c>[MASK]</c>; the alphabet by code point; its continuing forms by code point; joined pieces
/// as they were found. Deterministic, and independent of the order of the texts: ties go to the pair with the smaller left id, then the
/// smaller right id. A word with a character outside the alphabet limit, or too long for the tokenizer, is left out, since it becomes
/// the unknown token in any case.
/// </remarks>
public static class WordPieceTrainer
{
    private const int ReportEvery = 64;

    private static ReadOnlySpan<string> SpecialTokens =>
        (string[])[Vocabulary.Padding, Vocabulary.DefaultUnknown, Vocabulary.Classification, Vocabulary.Separator, Vocabulary.Mask];

    /// <summary>Trains a vocabulary.</summary>
    /// <param name="texts">The corpus, read once.</param>
    /// <param name="options">Size and limits; null for the defaults.</param>
    /// <param name="progress">Is told now and then how many pieces there are; null for nobody.</param>
    /// <param name="cancellationToken">Ends the training with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>At most <see cref="WordPieceTrainerOptions.VocabularySize"/> pieces.</returns>
    /// <exception cref="QEngineException">
    /// An option is out of range, or the size has no room for the special tokens and the alphabet.
    /// </exception>
    public static Vocabulary Train(
        IEnumerable<string> texts,
        WordPieceTrainerOptions? options = null,
        IProgress<VocabularyProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new();
        Check(options);
        List<(string Text, long Count)> words = CountWords(texts, options.Settings, cancellationToken);
        PieceList pieces = new(options.Settings.ContinuingPrefix);
        foreach (string token in SpecialTokens) pieces.Add(token);
        List<Rune> alphabet = WordCounts.Alphabet(words, options.AlphabetLimit);
        PairMerger merger = CutIntoCharacters(words, alphabet, pieces);
        if (pieces.Count > options.VocabularySize)
        {
            throw new QEngineException(
                $"expected a vocabulary size of at least {pieces.Count} for the special tokens and {alphabet.Count} characters, "
                + $"found {options.VocabularySize}");
        }

        merger.Start();
        while (pieces.Count < options.VocabularySize && merger.TryTakeBest(options.MinimumFrequency, out int left, out int right))
        {
            cancellationToken.ThrowIfCancellationRequested();
            merger.Merge(left, right, pieces.Join(left, right));
            if (pieces.Count % ReportEvery == 0) progress?.Report(new VocabularyProgress(pieces.Count, options.VocabularySize));
        }
        progress?.Report(new VocabularyProgress(pieces.Count, options.VocabularySize));
        return Vocabulary.Create(pieces.Texts, options.Settings);
    }

    private static void Check(WordPieceTrainerOptions options)
    {
        if (options.MinimumFrequency < 1)
            throw new QEngineException($"expected a minimum frequency of at least 1, found {options.MinimumFrequency}");
        if (options.AlphabetLimit < 1)
            throw new QEngineException($"expected an alphabet limit of at least 1, found {options.AlphabetLimit}");
        if (options.Settings.ContinuingPrefix.Length == 0)
            throw new QEngineException("expected a continuing prefix, which tells pieces inside words from first ones, found an empty one");
    }

    private static List<(string Text, long Count)> CountWords(
        IEnumerable<string> texts, TokenizerSettings settings, CancellationToken cancellationToken)
    {
        List<AddedToken> specialTokens = [];
        foreach (string token in SpecialTokens) specialTokens.Add(new AddedToken(token, specialTokens.Count));
        WordCounts counts = new(settings, specialTokens);
        long place = 0;
        foreach (string text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            counts.Add(text ?? throw Require.NullAt(place, nameof(texts)));
            place++;
        }
        return counts.Sorted();
    }

    // Adds the alphabet to the pieces, then its continuing forms as far as words have them, and the words to the merger.
    private static PairMerger CutIntoCharacters(List<(string Text, long Count)> words, List<Rune> alphabet, PieceList pieces)
    {
        HashSet<Rune> known = [.. alphabet];
        HashSet<Rune> inside = [];
        words.RemoveAll(word => !CollectInside(word.Text, known, inside));

        Dictionary<Rune, int> first = [];
        Dictionary<Rune, int> continuing = [];
        foreach (Rune rune in alphabet) first.Add(rune, pieces.Add(rune.ToString()));
        foreach (Rune rune in alphabet)
        {
            if (inside.Contains(rune)) continuing.Add(rune, pieces.Add(pieces.Prefix + rune));
        }

        PairMerger merger = new();
        List<int> ids = [];
        foreach ((string text, long count) in words)
        {
            ids.Clear();
            foreach (Rune rune in text.EnumerateRunes()) ids.Add(ids.Count == 0 ? first[rune] : continuing[rune]);
            merger.Add([.. ids], count);
        }
        return merger;
    }

    // Whether all characters are known; if so, those after the first are collected.
    private static bool CollectInside(string word, HashSet<Rune> known, HashSet<Rune> inside)
    {
        foreach (Rune rune in word.EnumerateRunes())
        {
            if (!known.Contains(rune)) return false;
        }
        bool isFirst = true;
        foreach (Rune rune in word.EnumerateRunes())
        {
            if (!isFirst) inside.Add(rune);
            isFirst = false;
        }
        return true;
    }

    /// <summary>The growing list of pieces.</summary>
    private sealed class PieceList(string prefix)
    {
        private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

        public string Prefix { get; } = prefix;

        public List<string> Texts { get; } = [];

        public int Count => Texts.Count;

        // The id of a piece, a new one unless it is there already: two pairs can join to the same text.
        public int Add(string piece)
        {
            if (_ids.TryGetValue(piece, out int id)) return id;
            Texts.Add(piece);
            _ids.Add(piece, Texts.Count - 1);
            return Texts.Count - 1;
        }

        // The right piece of a pair is always a continuing one.
        public int Join(int left, int right) => Add(string.Concat(Texts[left], Texts[right].AsSpan(Prefix.Length)));
    }
}
