namespace QEngine.Text;

/// <summary>Cuts words into pieces until the ids are full: the first ones of a text.</summary>
internal ref struct FirstPieces(Pieces pieces, int unknown, Span<int> ids) : IWordSink
{
    private readonly Span<int> _ids = ids;

    /// <summary>How many ids were written.</summary>
    public int Count { get; private set; }

    public bool Word(scoped ReadOnlySpan<char> word, bool tooLong)
    {
        int start = Count;
        int node = PieceTrie.Root;
        if (tooLong) return Unknown(start);

        // A piece without room is still looked for: if the rest of the word has none, the word is one unknown token.
        while (!word.IsEmpty)
        {
            int piece = pieces.Trie.Longest(node, word, out int length);
            if (piece == PieceTrie.None) return Unknown(start);
            if (Count < _ids.Length) _ids[Count++] = piece;
            word = word[length..];
            node = pieces.Continuing;
        }
        return Count < _ids.Length;
    }

    public bool Word(ShortWord word)
    {
        int piece = pieces.Find(word);
        return piece != PieceTrie.None ? Token(piece) : Cut(word);
    }

    public bool Token(int id)
    {
        _ids[Count++] = id;
        return Count < _ids.Length;
    }

    // Apart, so that the way of most words is short.
    private bool Cut(ShortWord word) => Word(word.Widen(stackalloc char[ShortWord.Room]), tooLong: false);

    private bool Unknown(int start)
    {
        Count = start;
        return Token(unknown);
    }
}
