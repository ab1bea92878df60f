namespace QEngine.Text;

/// <summary>
/// A text cut at the added tokens in it: what stands before a token, then the token, until what is left after the last one.
/// </summary>
internal ref struct AddedTokenSplits(AddedTokenMatcher tokens, ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;

    // Where the next search starts, and the end of what was handed out, past the white space that a token takes.
    private int _search, _taken;

    /// <summary>The text before <see cref="Token"/> that no token has taken; may be empty.</summary>
    public ReadOnlySpan<char> Before { get; private set; }

    /// <summary>The token; null after the last.</summary>
    public AddedToken? Token { get; private set; }

    /// <summary>Goes to the next token, or to what is left after the last one; false after that.</summary>
    public bool MoveNext()
    {
        if (_search > _text.Length) return false;
        while (_search < _text.Length)
        {
            int start = _search;
            // A token refused for not being a single word is passed over as a whole.
            _search += Math.Max(tokens.Match(_text, start, out AddedToken? token), 1);
            if (token is null) continue;
            Take(token, start);
            return true;
        }
        Before = _text[_taken..];
        Token = null;
        _search = _text.Length + 1;
        return true;
    }

    private void Take(AddedToken token, int start)
    {
        // The white space after the token before may reach into this one.
        Before = start > _taken ? _text[_taken..start] : [];
        if (token.StripsLeft) Before = Before.TrimEnd();
        Token = token;
        _taken = _search;
        if (token.StripsRight) _taken += _text[_search..].Length - _text[_search..].TrimStart().Length;
    }
}
