using System.Globalization;
using System.Text;

namespace QEngine.Text;

/// <summary>Finds added tokens in raw text, leftmost first and of several at one place the longest.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly AddedToken[] _tokens;
    private readonly PieceTrie _trie;

    /// <summary>Prepares the search for <paramref name="tokens"/>.</summary>
    public AddedTokenMatcher(IReadOnlyList<AddedToken> tokens)
    {
        _tokens = [.. tokens];
        _trie = new PieceTrie(Array.ConvertAll(_tokens, token => token.Content));
    }

    /// <summary>Whether a token begins with this character.</summary>
    public bool CanStartWith(char character) => _trie.Child(PieceTrie.Root, character) != PieceTrie.None;

    /// <summary>Whether a token begins with a character beyond ASCII.</summary>
    public bool HasStartBeyondAscii => Array.Exists(_tokens, token => token.Content[0] >= 128);

    /// <summary>Looks for a token that begins at <paramref name="start"/>.</summary>
    /// <param name="text">The whole raw text.</param>
    /// <param name="start">Where the token must begin.</param>
    /// <param name="id">Its id, or -1 where none begins or the one that does must be a single word and is not.</param>
    /// <returns>The length of what matched, even of a token refused for not being a single word; 0 if nothing did.</returns>
    public int Match(ReadOnlySpan<char> text, int start, out int id)
    {
        id = -1;
        int index = _trie.Longest(PieceTrie.Root, text[start..], out int length);
        if (index == PieceTrie.None) return 0;

        AddedToken token = _tokens[index];
        if (!token.SingleWord || StandsAlone(text, start, start + length)) id = token.Id;
        return length;
    }

    private static bool StandsAlone(ReadOnlySpan<char> text, int start, int end)
    {
        Rune.DecodeLastFromUtf16(text[..start], out Rune before, out _);
        Rune.DecodeFromUtf16(text[end..], out Rune after, out _);
        return (start == 0 || !IsWordCharacter(before)) && (end == text.Length || !IsWordCharacter(after));
    }

    // Unicode's \w: letters, marks, decimal digits, letter numbers, connectors and the two join controls.
    private static bool IsWordCharacter(Rune rune) => rune.Value is 0x200C or 0x200D || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or
        UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber or
        UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation;
}
