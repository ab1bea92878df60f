namespace QEngine.Text;

/// <summary>
/// What Hugging Face's <c>BertNormalizer</c> makes of one character: clean, put spaces around ideographs, decompose and drop nonspacing
/// marks, lower-case.
/// </summary>
internal readonly struct CharacterNormalizer(TokenizerSettings settings)
{
    /// <summary>The most characters one character can become: its parts, and a space on either side.</summary>
    public const int MaxExpansion = UnicodeTables.MaxExpansion + 2;

    private readonly bool _cleans = settings.CleanText, _strips = settings.StripsAccents, _lowercases = settings.Lowercase;

    /// <summary>Whether ideographs get spaces around them.</summary>
    public bool SpacesIdeographs { get; } = settings.HandleChineseCharacters;

    /// <summary>Normalises a character.</summary>
    /// <param name="codePoint">The character.</param>
    /// <param name="target">[<see cref="MaxExpansion"/>]; takes the result.</param>
    /// <returns>How many characters the result has; 0 where the character vanishes.</returns>
    public int Normalize(int codePoint, Span<int> target)
    {
        CharacterTraits traits = UnicodeTables.Traits(codePoint);
        if (_cleans && (traits & (CharacterTraits.Removed | CharacterTraits.Space)) != 0)
        {
            target[0] = ' ';
            return (traits & CharacterTraits.Removed) != 0 ? 0 : 1;
        }
        if (!SpacesIdeographs || (traits & CharacterTraits.Ideograph) == 0) return Fold(codePoint, target);

        target[0] = ' ';
        int count = Fold(codePoint, target[1..]);
        target[count + 1] = ' ';
        return count + 2;
    }

    // Accents and case.
    private int Fold(int codePoint, Span<int> target)
    {
        if (!_strips) return Lowercase(codePoint, target);
        // In place: of what is left without accents, each character has one in lower case.
        int count = UnicodeTables.StripAccents(codePoint, target);
        for (int i = 0; i < count; i++) Lowercase(target[i], target[i..]);
        return count;
    }

    private int Lowercase(int codePoint, Span<int> target)
    {
        if (_lowercases && (UnicodeTables.Traits(codePoint) & CharacterTraits.HasLowercase) != 0)
            return UnicodeTables.Lowercase(codePoint, target);
        target[0] = codePoint;
        return 1;
    }
}
