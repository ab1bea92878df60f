using System.Text;

namespace QEngine.Text;

/// <summary>
/// BERT's basic tokenizer: finds added tokens in the raw text, normalises the rest and cuts it into words, in one pass and without
/// a copy of the text.
/// </summary>
/// <remarks>
/// Same words as Hugging Face's added vocabulary, <c>BertNormalizer</c> and <c>BertPreTokenizer</c> after each other, with no token
/// that is matched after normalisation: clean, space ideographs, decompose and drop nonspacing marks, lower-case, cut at white space,
/// cut out punctuation. The last two look at characters after normalisation, where for instance U+2260 (not equal) has become an equals
/// sign. White space that a token takes would separate words anyway. Invalid surrogates count as U+FFFD. Immutable, so safe from many
/// threads.
/// </remarks>
internal sealed class WordSplitter
{
    // How an ASCII character is treated: its lower seven bits are what is appended to a word.
    private const ushort TokenStart = 0x80, Skip = 0x100, Break = 0x200, Single = 0x400, BeyondAscii = 0x800;
    private const int AsciiCount = 128;

    private readonly ushort[] _ascii = new ushort[AsciiCount];
    private readonly ushort _beyondAscii;
    private readonly AddedTokenMatcher _tokens;
    private readonly CharacterNormalizer _normalizer;
    private readonly int _maximumWordCharacters;
    private readonly bool _lowercase, _hasShortWords;

    /// <summary>Prepares the splitting of texts.</summary>
    /// <param name="settings">How text is cut.</param>
    /// <param name="addedTokens">The tokens matched in the text as it comes.</param>
    public WordSplitter(TokenizerSettings settings, IReadOnlyList<AddedToken> addedTokens)
    {
        _tokens = new AddedTokenMatcher(addedTokens);
        _normalizer = new CharacterNormalizer(settings);
        _maximumWordCharacters = settings.MaximumWordCharacters;
        _beyondAscii = (ushort)(_tokens.HasStartBeyondAscii ? BeyondAscii | TokenStart : BeyondAscii);
        for (int character = 0; character < AsciiCount; character++) _ascii[character] = TreatmentOf((char)character, settings);
        _lowercase = settings.Lowercase;
        // Letters and digits that no token begins with and that are never too many are taken sixteen at a time.
        _hasShortWords = _maximumWordCharacters >= ShortWord.MaxLength;
        for (int character = 0; character < AsciiCount; character++)
            if (char.IsAsciiLetterOrDigit((char)character)) _hasShortWords &= _ascii[character] < AsciiCount;
    }

    /// <summary>Hands the words and added tokens of <paramref name="text"/> to <paramref name="sink"/> until it wants no more.</summary>
    /// <returns>Whether it wants more after all of them.</returns>
    public bool Split<TSink>(ReadOnlySpan<char> text, ref TSink sink)
        where TSink : IWordSink, allows ref struct
    {
        WordBuffer word = new(_maximumWordCharacters);
        try
        {
            return Split(text, ref word, ref sink);
        }
        finally
        {
            word.Dispose();
        }
    }

    private bool Split<TSink>(ReadOnlySpan<char> text, scoped ref WordBuffer word, ref TSink sink)
        where TSink : IWordSink, allows ref struct
    {
        int tokenSearchFrom = 0;
        for (int i = 0; i < text.Length;)
        {
            char character = text[i];
            ushort treatment = character < AsciiCount ? _ascii[character] : _beyondAscii;
            if (treatment < AsciiCount)
            {
                if (word.IsEmpty && TryShortWord(text, i, out ShortWord whole))
                {
                    if (!sink.Word(whole)) return false;
                    i += whole.Length;
                }
                else
                {
                    word.Append((char)treatment);
                    i++;
                }
                continue;
            }

            if ((treatment & TokenStart) != 0 && i >= tokenSearchFrom)
            {
                int length = _tokens.Match(text, i, out AddedToken? token);
                if (token is not null)
                {
                    if (!Flush(ref word, ref sink) || !sink.Token(token.Id)) return false;
                    i += length;
                    continue;
                }
                tokenSearchFrom = i + length;
            }

            bool more;
            if ((treatment & BeyondAscii) == 0)
            {
                more = TakeAscii(treatment, ref word, ref sink);
                i++;
            }
            else
            {
                // An invalid surrogate is read as U+FFFD, one unit long.
                Rune.DecodeFromUtf16(text[i..], out Rune rune, out int units);
                more = Take(rune.Value, ref word, ref sink);
                i += units;
            }
            if (!more) return false;
        }
        return Flush(ref word, ref sink);
    }

    /// <summary>The word that begins here, where it is one that is read at once and no character follows that could belong to it.</summary>
    private bool TryShortWord(ReadOnlySpan<char> text, int start, out ShortWord word)
    {
        word = default;
        if (!_hasShortWords || !ShortWord.TryRead(text[start..], _lowercase, out word)) return false;
        int end = start + word.Length;
        if (end == text.Length) return true;
        int treatment = text[end] < AsciiCount ? _ascii[text[end]] : _beyondAscii;
        return (treatment & (Break | Single)) != 0 && (treatment & Skip) == 0;
    }

    private bool TakeAscii<TSink>(ushort treatment, scoped ref WordBuffer word, ref TSink sink)
        where TSink : IWordSink, allows ref struct
    {
        if ((treatment & Skip) != 0) return true;
        if ((treatment & Break) != 0) return Flush(ref word, ref sink);

        char character = (char)(treatment & (AsciiCount - 1));
        if ((treatment & Single) != 0)
            return _hasShortWords
                ? Flush(ref word, ref sink) && sink.Word(ShortWord.Single(character))
                : TakeSingle(character, ref word, ref sink);
        word.Append(character);
        return true;
    }

    private bool Take<TSink>(int codePoint, scoped ref WordBuffer word, ref TSink sink)
        where TSink : IWordSink, allows ref struct
    {
        CharacterTraits traits = UnicodeTables.Traits(codePoint) & ~CharacterTraits.Word;
        if (traits == CharacterTraits.Ideograph && _normalizer.SpacesIdeographs) return TakeSingle(codePoint, ref word, ref sink);
        if (traits is CharacterTraits.None or CharacterTraits.Ideograph)
        {
            word.Append(codePoint);
            return true;
        }
        Span<int> characters = stackalloc int[CharacterNormalizer.MaxExpansion];
        int count = _normalizer.Normalize(codePoint, characters);
        foreach (int character in characters[..count])
        {
            if (!Cut(character, ref word, ref sink)) return false;
        }
        return true;
    }

    private static bool Cut<TSink>(int codePoint, scoped ref WordBuffer word, ref TSink sink)
        where TSink : IWordSink, allows ref struct
    {
        CharacterTraits traits = UnicodeTables.Traits(codePoint);
        if ((traits & CharacterTraits.Space) != 0) return Flush(ref word, ref sink);
        if ((traits & CharacterTraits.Punctuation) != 0) return TakeSingle(codePoint, ref word, ref sink);
        word.Append(codePoint);
        return true;
    }

    private static bool TakeSingle<TSink>(int codePoint, scoped ref WordBuffer word, ref TSink sink)
        where TSink : IWordSink, allows ref struct
    {
        if (!Flush(ref word, ref sink)) return false;
        word.Append(codePoint);
        return Flush(ref word, ref sink);
    }

    private static bool Flush<TSink>(scoped ref WordBuffer word, ref TSink sink)
        where TSink : IWordSink, allows ref struct
    {
        if (word.IsEmpty) return true;
        bool more = sink.Word(word.Word, word.TooLong);
        word.Clear();
        return more;
    }

    private ushort TreatmentOf(char character, TokenizerSettings settings)
    {
        CharacterTraits traits = UnicodeTables.Traits(character);
        int treatment = settings.Lowercase ? char.ToLowerInvariant(character) : character;
        if ((traits & CharacterTraits.Space) != 0) treatment |= Break;
        if ((traits & CharacterTraits.Punctuation) != 0) treatment |= Single;
        if (settings.CleanText && (traits & CharacterTraits.Removed) != 0) treatment |= Skip;
        if (_tokens.CanStartWith(character)) treatment |= TokenStart;
        return (ushort)treatment;
    }
}
