using System.Globalization;

namespace QEngine.Text;

/// <summary>What the tokenizer needs to know of a character.</summary>
[Flags]
internal enum CharacterTraits : byte
{
    /// <summary>Nothing special: a letter, a digit, a symbol.</summary>
    None = 0,

    /// <summary>Removed by cleaning.</summary>
    Removed = 1,

    /// <summary>Unicode White_Space: separates words.</summary>
    Space = 2,

    /// <summary>A word of its own.</summary>
    Punctuation = 4,

    /// <summary>Nonspacing mark, removed with the accents.</summary>
    Mark = 8,

    /// <summary>A CJK ideograph in BERT's sense: a word of its own where ideographs are handled.</summary>
    Ideograph = 16,

    /// <summary>Has a canonical decomposition (Hangul syllables included).</summary>
    Decomposes = 32,

    /// <summary>Differs from its lower case.</summary>
    HasLowercase = 64,

    /// <summary>A word character: an added token that is a single word has none beside it.</summary>
    Word = 128,
}

/// <summary>Look-ups by code point over <see cref="UnicodeData"/>, built once, on first use.</summary>
internal static class UnicodeTables
{
    /// <summary>The most characters one character can become: three jamo of a Hangul syllable, three parts of a musical symbol.</summary>
    public const int MaxExpansion = 3;

    private const int DottedCapitalI = 0x130;
    private const int HangulFirst = 0xAC00, HangulLast = 0xD7A3;
    private const int LeadFirst = 0x1100, VowelFirst = 0x1161, TrailBase = 0x11A7;
    private const int VowelCount = 21, TrailCount = 28;

    // The misplaced start 2B920 of extension E (it should be 2B820) is the reference's, so it is kept.
    private const string Ideographs = "3400-4DBF 4E00-9FFF F900-FAFF 20000-2A6DF 2A700-2B73F 2B740-2B81F 2B920-2CEAF 2F800-2FA1F";
    private const string Spaces = "9-D 20 85 A0 1680 2000-200A 2028-2029 202F 205F 3000";

    private static readonly CodePointMap<byte> TraitsOf = new();
    private static readonly CodePointMap<int> LowercaseOf = new();
    private static readonly CodePointMap<int> DecompositionOf = new();
    private static readonly List<int[]> Sequences = [[]];

    static UnicodeTables()
    {
        SetTraits(UnicodeData.Removed, CharacterTraits.Removed);
        SetTraits(Spaces, CharacterTraits.Space);
        SetTraits(UnicodeData.Punctuation, CharacterTraits.Punctuation);
        SetTraits(UnicodeData.Marks, CharacterTraits.Mark);
        SetTraits(Ideographs, CharacterTraits.Ideograph);
        SetTraits(UnicodeWords.Ranges, CharacterTraits.Word);
        AddTrait(HangulFirst, HangulLast, 1, CharacterTraits.Decomposes);
        ReadLowercase();
        ReadDecompositions();
    }

    /// <summary>The traits of a code point.</summary>
    public static CharacterTraits Traits(int codePoint) => (CharacterTraits)TraitsOf[codePoint];

    /// <summary>Lower case of one character, context-free as the reference does it (capital sigma never becomes the final form).</summary>
    /// <returns>How many code points were written to <paramref name="target"/>: 1, or 2 for U+0130.</returns>
    public static int Lowercase(int codePoint, Span<int> target)
    {
        if (codePoint == DottedCapitalI)
        {
            target[0] = 'i';
            target[1] = 0x307;
            return 2;
        }

        int lower = LowercaseOf[codePoint];
        target[0] = lower == 0 ? codePoint : lower;
        return 1;
    }

    /// <summary>What is left of a character after canonical decomposition (NFD) and removal of the nonspacing marks.</summary>
    /// <remarks>
    /// Canonical reordering is left out: the marks it orders are nearly all nonspacing and removed anyway; two different spacing marks
    /// in the wrong order in the text stay in that order.
    /// </remarks>
    /// <returns>How many code points were written to <paramref name="target"/>: 0 .. <see cref="MaxExpansion"/>.</returns>
    public static int StripAccents(int codePoint, Span<int> target)
    {
        CharacterTraits traits = Traits(codePoint);
        if ((traits & CharacterTraits.Mark) != 0) return 0;
        if ((traits & CharacterTraits.Decomposes) == 0)
        {
            target[0] = codePoint;
            return 1;
        }
        if (codePoint is >= HangulFirst and <= HangulLast) return DecomposeHangul(codePoint - HangulFirst, target);

        int decomposition = DecompositionOf[codePoint];
        if (decomposition > 0)
        {
            target[0] = decomposition;
            return 1;
        }
        int[] sequence = Sequences[-decomposition];
        sequence.CopyTo(target);
        return sequence.Length;
    }

    private static int DecomposeHangul(int syllable, Span<int> target)
    {
        target[0] = LeadFirst + (syllable / (VowelCount * TrailCount));
        target[1] = VowelFirst + (syllable % (VowelCount * TrailCount) / TrailCount);
        int trail = syllable % TrailCount;
        if (trail == 0) return 2;
        target[2] = TrailBase + trail;
        return 3;
    }

    private static void SetTraits(string data, CharacterTraits trait)
    {
        foreach (ReadOnlySpan<char> entry in new Entries(data))
        {
            (int first, int last, int stride) = ParseRange(entry);
            AddTrait(first, last, stride, trait);
        }
    }

    private static void AddTrait(int first, int last, int stride, CharacterTraits trait)
    {
        for (int codePoint = first; codePoint <= last; codePoint += stride) TraitsOf[codePoint] |= (byte)trait;
    }

    private static void ReadLowercase()
    {
        foreach (ReadOnlySpan<char> entry in new Entries(UnicodeData.Lowercase))
        {
            int colon = entry.IndexOf(':');
            (int first, int last, int stride) = ParseRange(entry[..colon]);
            int target = ParseHexadecimal(entry[(colon + 1)..]);
            AddTrait(first, last, stride, CharacterTraits.HasLowercase);
            for (int codePoint = first; codePoint <= last; codePoint += stride) LowercaseOf[codePoint] = target + (codePoint - first);
        }
        AddTrait(DottedCapitalI, DottedCapitalI, 1, CharacterTraits.HasLowercase);
    }

    private static void ReadDecompositions()
    {
        foreach (ReadOnlySpan<char> entry in new Entries(UnicodeData.Decompositions))
        {
            int colon = entry.IndexOf(':');
            (int first, int last, int stride) = ParseRange(entry[..colon]);
            int value = ParseTarget(entry[(colon + 1)..]);
            AddTrait(first, last, stride, CharacterTraits.Decomposes);
            for (int codePoint = first; codePoint <= last; codePoint += stride) DecompositionOf[codePoint] = value;
        }
    }

    // One code point stands for itself; several are stored aside and named by the negative of their index.
    private static int ParseTarget(ReadOnlySpan<char> text)
    {
        if (text.IndexOf('+') < 0) return ParseHexadecimal(text);

        List<int> sequence = [];
        foreach (Range part in text.Split('+')) sequence.Add(ParseHexadecimal(text[part]));
        Sequences.Add([.. sequence]);
        return 1 - Sequences.Count;
    }

    private static (int First, int Last, int Stride) ParseRange(ReadOnlySpan<char> text)
    {
        int stride = 1;
        int slash = text.IndexOf('/');
        if (slash >= 0)
        {
            stride = ParseHexadecimal(text[(slash + 1)..]);
            text = text[..slash];
        }
        int dash = text.IndexOf('-');
        return dash < 0
            ? (ParseHexadecimal(text), ParseHexadecimal(text), stride)
            : (ParseHexadecimal(text[..dash]), ParseHexadecimal(text[(dash + 1)..]), stride);
    }

    private static int ParseHexadecimal(ReadOnlySpan<char> text) =>
        int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    // The entries of a data text: runs of characters between spaces and line ends.
    private ref struct Entries(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text;

        public ReadOnlySpan<char> Current { get; private set; }

        public readonly Entries GetEnumerator() => this;

        public bool MoveNext()
        {
            _rest = _rest.TrimStart();
            if (_rest.IsEmpty) return false;
            int end = _rest.IndexOfAny(' ', '\n', '\r');
            Current = end < 0 ? _rest : _rest[..end];
            _rest = _rest[Current.Length..];
            return true;
        }
    }
}
