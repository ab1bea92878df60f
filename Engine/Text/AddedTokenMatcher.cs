using System.Text;

namespace QEngine.Text;

/// <summary>Finds added tokens in text, leftmost first and of several at one place the longest.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly AddedToken[] _tokens;
    private readonly PieceTrie _trie;

    /// <summary>Prepares the search for tokens.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="patterns">What of each is looked for, all different and not empty; null for their contents.</param>
    public AddedTokenMatcher(IReadOnlyList<AddedToken> tokens, IReadOnlyList<string>? patterns = null)
    {
        _tokens = [.. tokens];
        patterns ??= Array.ConvertAll(_tokens, token => token.Content);
        _trie = new PieceTrie(patterns);
        foreach (string pattern in patterns) HasStartBeyondAscii |= pattern[0] >= 128;
    }

    /// <summary>Whether a token begins with a character beyond ASCII.</summary>
    public bool HasStartBeyondAscii { get; }

    /// <summary>Whether a token begins with this character.</summary>
    public bool CanStartWith(char character) => _trie.Child(PieceTrie.Root, character) != PieceTrie.None;

    /// <summary>Looks for a token that begins at <paramref name="start"/>.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="start">Where the token must begin.</param>
    /// <param name="token">The token, or null where none begins or the one that does must be a single word and is not.</param>
    /// <returns>The length of what matched, even of a token refused for not being a single word; 0 if nothing did.</returns>
    public int Match(ReadOnlySpan<char> text, int start, out AddedToken? token)
    {
        token = null;
        int index = _trie.Longest(PieceTrie.Root, text[start..], out int length);
        if (index == PieceTrie.None) return 0;

        AddedToken found = _tokens[index];
        if (!found.SingleWord || StandsAlone(text, start, start + length)) token = found;
        return length;
    }

    private static bool StandsAlone(ReadOnlySpan<char> text, int start, int end)
    {
        Rune.DecodeLastFromUtf16(text[..start], out Rune before, out _);
        Rune.DecodeFromUtf16(text[end..], out Rune after, out _);
        return (start == 0 || !IsWordCharacter(before)) && (end == text.Length || !IsWordCharacter(after));
    }

    private static bool IsWordCharacter(Rune rune) => (UnicodeTables.Traits(rune.Value) & CharacterTraits.Word) != 0;
}
