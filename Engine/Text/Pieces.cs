namespace QEngine.Text;

/// <summary>The pieces of a vocabulary, as words are cut into them.</summary>
internal sealed class Pieces
{
    private readonly ShortPieces _short;

    /// <summary>Prepares the pieces of a vocabulary.</summary>
    public Pieces(Vocabulary vocabulary)
    {
        string[] pieces = vocabulary.ModelPieces();
        (Trie, _short) = (new PieceTrie(pieces), new ShortPieces(pieces));
        Continuing = Trie.Find(vocabulary.Settings.ContinuingPrefix);
    }

    /// <summary>All pieces.</summary>
    public PieceTrie Trie { get; }

    /// <summary>The node that pieces within a word start from; <see cref="PieceTrie.None"/> where there are none.</summary>
    public int Continuing { get; }

    /// <summary>The piece that is this word, or <see cref="PieceTrie.None"/>.</summary>
    public int Find(ShortWord word) => _short.Find(word);
}
