using System.Text;

namespace QEngine.Text;

/// <summary>
/// Cuts text for a vocabulary with added tokens that are matched after normalisation, such as domain words added to a trained one.
/// </summary>
/// <remarks>
/// The order of Hugging Face's added vocabulary: tokens in the text as it comes, then the text between them is normalised, then tokens in
/// that, then what is left is cut into words. It is slower than <see cref="WordSplitter"/>, which needs no normalised copy of the text.
/// Immutable, so safe from many threads.
/// </remarks>
internal sealed class NormalizedTokenSplitter
{
    private readonly AddedTokenMatcher _raw, _normalized;
    private readonly CharacterNormalizer _normalizer;
    private readonly WordSplitter _words;

    /// <summary>Prepares the splitting of texts.</summary>
    public NormalizedTokenSplitter(TokenizerSettings settings, IReadOnlyList<AddedToken> tokens)
    {
        List<AddedToken> raw = [], normalized = [];
        foreach (AddedToken token in tokens) (token.Normalized ? normalized : raw).Add(token);
        _normalizer = new CharacterNormalizer(settings);
        _raw = new AddedTokenMatcher(raw);
        _normalized = new AddedTokenMatcher(normalized, normalized.ConvertAll(token => Pattern(token, settings)));
        _words = new WordSplitter(
            settings with { CleanText = false, HandleChineseCharacters = false, StripAccents = false, Lowercase = false }, []);
    }

    /// <summary>What of a token is looked for in normalised text.</summary>
    public static string Pattern(AddedToken token, TokenizerSettings settings)
    {
        WordBuffer pattern = new(int.MaxValue);
        try
        {
            Normalize(token.Content, new CharacterNormalizer(settings), ref pattern);
            return pattern.Word.ToString();
        }
        finally
        {
            pattern.Dispose();
        }
    }

    /// <summary>Hands the words and added tokens of <paramref name="text"/> to <paramref name="sink"/> until it wants no more.</summary>
    public void Split<TSink>(ReadOnlySpan<char> text, ref TSink sink)
        where TSink : IWordSink, allows ref struct
    {
        WordBuffer normalized = new(int.MaxValue);
        try
        {
            AddedTokenSplits pieces = new(_raw, text);
            while (pieces.MoveNext())
            {
                normalized.Clear();
                Normalize(pieces.Before, _normalizer, ref normalized);
                if (!SplitNormalized(normalized.Word, ref sink)) return;
                if (pieces.Token is { } token && !sink.Token(token.Id)) return;
            }
        }
        finally
        {
            normalized.Dispose();
        }
    }

    private bool SplitNormalized<TSink>(ReadOnlySpan<char> text, ref TSink sink)
        where TSink : IWordSink, allows ref struct
    {
        AddedTokenSplits pieces = new(_normalized, text);
        while (pieces.MoveNext())
        {
            if (!_words.Split(pieces.Before, ref sink)) return false;
            if (pieces.Token is { } token && !sink.Token(token.Id)) return false;
        }
        return true;
    }

    private static void Normalize(ReadOnlySpan<char> text, CharacterNormalizer normalizer, ref WordBuffer target)
    {
        Span<int> characters = stackalloc int[CharacterNormalizer.MaxExpansion];
        // An invalid surrogate is read as U+FFFD.
        foreach (Rune rune in text.EnumerateRunes())
        {
            int count = normalizer.Normalize(rune.Value, characters);
            foreach (int character in characters[..count]) target.Append(character);
        }
    }
}
