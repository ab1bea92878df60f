namespace QEngine.Text;

/// <summary>Cuts words into pieces and keeps the last ones of a text, in a ring over the ids.</summary>
internal ref struct LastPieces(Pieces pieces, int unknown, Span<int> ids) : IWordSink
{
    private readonly Span<int> _ids = ids;

    // Where the next id goes, and whether the ring was full before.
    private int _next;
    private bool _full;

    public bool Word(scoped ReadOnlySpan<char> word, bool tooLong)
    {
        // What the ring drops cannot be taken back, so the word is first known to have pieces.
        if (tooLong || !IsKnown(word)) return Token(unknown);
        int node = PieceTrie.Root;
        while (!word.IsEmpty)
        {
            Token(pieces.Trie.Longest(node, word, out int length));
            word = word[length..];
            node = pieces.Continuing;
        }
        return true;
    }

    public bool Word(ShortWord word)
    {
        int piece = pieces.Find(word);
        return piece != PieceTrie.None ? Token(piece) : Cut(word);
    }

    public bool Token(int id)
    {
        _ids[_next++] = id;
        if (_next < _ids.Length) return true;
        _next = 0;
        _full = true;
        return true;
    }

    /// <summary>Puts the ids into the order of the text.</summary>
    /// <returns>How many there are.</returns>
    public readonly int Finish()
    {
        if (!_full) return _next;
        // The ring starts at the oldest id: both parts reversed, then the whole.
        _ids[.._next].Reverse();
        _ids[_next..].Reverse();
        _ids.Reverse();
        return _ids.Length;
    }

    // Apart, so that the way of most words is short.
    private bool Cut(ShortWord word) => Word(word.Widen(stackalloc char[ShortWord.Room]), tooLong: false);

    private readonly bool IsKnown(ReadOnlySpan<char> word)
    {
        int node = PieceTrie.Root;
        while (!word.IsEmpty)
        {
            if (pieces.Trie.Longest(node, word, out int length) == PieceTrie.None) return false;
            word = word[length..];
            node = pieces.Continuing;
        }
        return true;
    }
}
