using System.Text;

namespace QEngine.Retrieval;

/// <summary>
/// Cuts a text into words for <see cref="Bm25Index"/>: maximal runs of Unicode letters (categories L*) and decimal digits (Nd),
/// lower-cased by the invariant culture, and stemmed where that is asked for. No stop words, no normalisation; everything else separates.
/// </summary>
/// <param name="stems">Whether words are stemmed, <see cref="PorterStemmer"/>.</param>
/// <remarks>
/// Combining marks separate too, so scripts that write vowels as marks are cut inside words; the same way in documents and queries.
/// One instance serves one thread; it allocates only for a text longer than any before.
/// </remarks>
internal sealed class WordAnalyzer(bool stems = false)
{
    private char[] _lowered = [];
    private int _length;
    private int _position;

    /// <summary>Starts a new text.</summary>
    /// <param name="text">Any text; unpaired surrogates separate words.</param>
    public void Start(ReadOnlySpan<char> text)
    {
        if (_lowered.Length < text.Length) _lowered = new char[Math.Max(text.Length, 2 * _lowered.Length)];
        _length = text.ToLowerInvariant(_lowered);
        _position = 0;
    }

    /// <summary>Moves to the next word of the text.</summary>
    /// <param name="word">The word; valid until the next <see cref="Start"/>.</param>
    /// <returns>False at the end of the text.</returns>
    public bool TryNext(out ReadOnlySpan<char> word)
    {
        ReadOnlySpan<char> text = _lowered.AsSpan(0, _length);
        int width;
        while (_position < _length && !IsWordPart(text[_position..], out width)) _position += width;
        int start = _position;
        while (_position < _length && IsWordPart(text[_position..], out width)) _position += width;
        Span<char> found = _lowered.AsSpan(start, _position - start);
        word = stems ? found[..PorterStemmer.Stem(found)] : found;
        return !word.IsEmpty;
    }

    private static bool IsWordPart(ReadOnlySpan<char> text, out int width)
    {
        width = 1;
        if (!char.IsSurrogate(text[0])) return char.IsLetterOrDigit(text[0]);
        // An unpaired surrogate decodes to the replacement character, which is no letter.
        Rune.DecodeFromUtf16(text, out Rune rune, out width);
        return Rune.IsLetterOrDigit(rune);
    }
}
