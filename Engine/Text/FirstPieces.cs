namespace QEngine.Text;

/// <summary>Cuts words into pieces until the ids are full: the first ones of a text.</summary>
internal ref struct FirstPieces(PieceTrie pieces, int continuing, int unknown, Span<int> ids) : IWordSink
{
    private readonly Span<int> _ids = ids;

    /// <summary>How many ids were written.</summary>
    public int Count { get; private set; }

    public bool Word(ReadOnlySpan<char> word, bool tooLong)
    {
        int start = Count;
        int node = PieceTrie.Root;
        if (tooLong) return Unknown(start);

        // A piece without room is still looked for: if the rest of the word has none, the word is one unknown token.
        while (!word.IsEmpty)
        {
            int piece = pieces.Longest(node, word, out int length);
            if (piece == PieceTrie.None) return Unknown(start);
            if (Count < _ids.Length) _ids[Count++] = piece;
            word = word[length..];
            node = continuing;
        }
        return Count < _ids.Length;
    }

    public bool Token(int id)
    {
        _ids[Count++] = id;
        return Count < _ids.Length;
    }

    private bool Unknown(int start)
    {
        Count = start;
        return Token(unknown);
    }
}
