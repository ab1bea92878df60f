namespace QEngine.Retrieval;

/// <summary>
/// Porter's stemmer for English words: "connected", "connecting" and "connection" become "connect". M. F. Porter, "An algorithm for suffix
/// stripping", Program 14(3), 1980, with the departures of Porter's own programs, which Lucene's PorterStemFilter has too: -bli
/// becomes -ble rather than -abli -able, -logi becomes -log, and words of one or two letters stay.
/// </summary>
/// <remarks>
/// A word is seen as [C](VC)^m[V], C and V runs of consonants and vowels; y is a vowel after a consonant; whatever is not a, e, i, o, u or
/// y is a consonant. A rule replaces a suffix where what is before it, the stem, is long enough: m counts.
/// </remarks>
internal ref struct PorterStemmer
{
    // No English word is longer; what is stays as it is.
    private const int MaxWordLength = 64;

    // Of the suffixes of a step only the longest that fits is looked at, so longer ones stand before those they end in.
    private static readonly (string Suffix, string Replacement)[] SecondStep =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"), ("alli", "al"),
        ("entli", "ent"),
        ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"),
        ("fulness", "ful"),
        ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"), ("logi", "log"),
    ];

    private static readonly (string Suffix, string Replacement)[] ThirdStep =
        [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

    private static readonly string[] FourthStep =
        ["al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "sion", "tion", "ou", "ism", "ate", "iti", "ous",
            "ive", "ize"];

    private readonly Span<char> _word;
    private int _length;

    private PorterStemmer(Span<char> word)
    {
        _word = word;
        _length = word.Length;
    }

    /// <summary>Stems a word in place.</summary>
    /// <param name="word">A lower-cased word; its stem replaces its start.</param>
    /// <returns>The length of the stem, at most that of the word.</returns>
    public static int Stem(Span<char> word)
    {
        if (word.Length is <= 2 or > MaxWordLength) return word.Length;
        PorterStemmer stemmer = new(word);
        stemmer.Plural();
        stemmer.PastAndGerund();
        if (stemmer.Ends("y") && stemmer.HasVowel(stemmer._length - 1)) word[stemmer._length - 1] = 'i';
        stemmer.Replace(SecondStep);
        stemmer.Replace(ThirdStep);
        stemmer.Remove();
        stemmer.Tidy();
        return stemmer._length;
    }

    // Step 1a: caresses, ponies, cats.
    private void Plural()
    {
        if (Ends("sses") || Ends("ies")) _length -= 2;
        else if (Ends("s") && !Ends("ss")) _length--;
    }

    // Step 1b: agreed, plastered, motoring.
    private void PastAndGerund()
    {
        if (Ends("eed"))
        {
            if (Measure(_length - 3) > 0) _length--;
            return;
        }
        int suffix = Ends("ed") ? 2 : Ends("ing") ? 3 : 0;
        if (suffix == 0 || !HasVowel(_length - suffix)) return;
        _length -= suffix;
        if (Ends("at") || Ends("bl") || Ends("iz") || (!EndsInDouble() && Measure(_length) == 1 && EndsInShortSyllable(_length)))
            _word[_length++] = 'e';
        else if (EndsInDouble() && _word[_length - 1] is not ('l' or 's' or 'z')) _length--;
    }

    // Steps 2 and 3: relational, hopefulness; electrical, goodness.
    private void Replace(ReadOnlySpan<(string Suffix, string Replacement)> rules)
    {
        foreach ((string suffix, string replacement) in rules)
        {
            if (!Ends(suffix)) continue;
            int stem = _length - suffix.Length;
            if (Measure(stem) == 0) return;
            replacement.CopyTo(_word[stem..]);
            _length = stem + replacement.Length;
            return;
        }
    }

    // Step 4: revival, adoption; the s or t of -sion and -tion stays.
    private void Remove()
    {
        foreach (string suffix in FourthStep)
        {
            if (!Ends(suffix)) continue;
            int stem = _length - suffix.Length + (suffix is "sion" or "tion" ? 1 : 0);
            if (Measure(stem) > 1) _length = stem;
            return;
        }
    }

    // Step 5: probate, cease; controll.
    private void Tidy()
    {
        int measure = Measure(_length);
        if (Ends("e") && (measure > 1 || (measure == 1 && !EndsInShortSyllable(_length - 1)))) _length--;
        if (Ends("ll") && measure > 1) _length--;
    }

    private readonly bool Ends(string suffix) => _word[.._length].EndsWith(suffix);

    /// <summary>m of the first letters: how often a vowel is followed by a consonant.</summary>
    private readonly int Measure(int letters)
    {
        int measure = 0;
        for (int i = 1; i < letters; i++)
            if (IsConsonant(i) && !IsConsonant(i - 1)) measure++;
        return measure;
    }

    private readonly bool HasVowel(int letters)
    {
        for (int i = 0; i < letters; i++)
            if (!IsConsonant(i)) return true;
        return false;
    }

    private readonly bool EndsInDouble() => _length >= 2 && _word[_length - 1] == _word[_length - 2] && IsConsonant(_length - 1);

    /// <summary>Whether the first letters end in consonant, vowel, consonant, the last not w, x or y, as in "hop" but not "snow".</summary>
    private readonly bool EndsInShortSyllable(int letters) =>
        letters >= 3 && IsConsonant(letters - 3) && !IsConsonant(letters - 2) && IsConsonant(letters - 1)
            && _word[letters - 1] is not ('w' or 'x' or 'y');

    private readonly bool IsConsonant(int index) => _word[index] switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' => false,
        'y' => index == 0 || !IsConsonant(index - 1),
        _ => true,
    };
}
