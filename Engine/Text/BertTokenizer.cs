using System.Buffers;

namespace QEngine.Text;

/// <summary>Turns text into the token ids of a BERT model: BERT's basic tokenizer, then WordPiece.</summary>
/// <remarks>
/// Gives the ids of Hugging Face's <c>tokenizers</c> with <c>BertNormalizer</c>, <c>BertPreTokenizer</c>, <c>WordPiece</c> and
/// truncation on the right: <c>[CLS]</c> pieces <c>[SEP]</c>. A word takes the longest piece at its start, then the longest continuing
/// pieces; where that fails, or the word is too long, the whole word is one unknown token. Special tokens written in the text are
/// recognised. Invalid surrogates are read as U+FFFD. Time is linear in the text that is read, and nothing is read once the ids are
/// full. Safe from many threads.
/// </remarks>
public sealed class BertTokenizer
{
    private readonly WordSplitter _splitter;
    private readonly PieceTrie _pieces;
    private readonly int _continuing;

    /// <summary>Prepares a tokenizer.</summary>
    /// <param name="vocabulary">The pieces, special tokens and settings.</param>
    public BertTokenizer(Vocabulary vocabulary)
    {
        Vocabulary = vocabulary;
        _splitter = new WordSplitter(vocabulary.Settings, vocabulary.AddedTokens);
        _pieces = new PieceTrie(vocabulary.ModelPieces());
        _continuing = _pieces.Find(vocabulary.Settings.ContinuingPrefix);
    }

    /// <summary>The vocabulary the ids belong to.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>Writes the ids of a text with <c>[CLS]</c> and <c>[SEP]</c>, truncated to the length of <paramref name="ids"/>.</summary>
    /// <remarks>Allocates nothing.</remarks>
    /// <param name="text">Any text.</param>
    /// <param name="ids">Where the ids go; its length, 2 or more, is the maximum.</param>
    /// <returns>How many ids were written, 2 .. <c>ids.Length</c>.</returns>
    /// <exception cref="QEngineException"><paramref name="ids"/> has no room for <c>[CLS]</c> and <c>[SEP]</c>.</exception>
    public int Encode(ReadOnlySpan<char> text, Span<int> ids)
    {
        RequireRoom(ids.Length);
        PieceSink sink = new(this, ids[1..^1]);
        if (ids.Length > 2) _splitter.Split(text, ref sink);
        ids[0] = Vocabulary.ClassificationId;
        ids[sink.Count + 1] = Vocabulary.SeparatorId;
        return sink.Count + 2;
    }

    /// <summary>The ids of a text, <c>[CLS]</c> and <c>[SEP]</c> included.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxLength">The most ids wanted, 2 or more; <see cref="int.MaxValue"/> for all.</param>
    /// <exception cref="QEngineException"><paramref name="maxLength"/> is below 2.</exception>
    public int[] Encode(string text, int maxLength)
    {
        RequireRoom(maxLength);
        long most = Math.Min(maxLength, Math.Min(((long)text.Length * UnicodeTables.LongestExpansion) + 2, Array.MaxLength));
        int[] scratch = ArrayPool<int>.Shared.Rent((int)most);
        try
        {
            return scratch[..Encode(text, scratch.AsSpan(0, (int)most))];
        }
        finally
        {
            ArrayPool<int>.Shared.Return(scratch);
        }
    }

    private static void RequireRoom(int length)
    {
        if (length < 2) throw new QEngineException($"expected room for at least 2 token ids, [CLS] and [SEP], found {length}");
    }

    /// <summary>Cuts words into pieces until the ids are full.</summary>
    private ref struct PieceSink(BertTokenizer tokenizer, Span<int> ids) : IWordSink
    {
        private readonly Span<int> _ids = ids;

        public int Count { get; private set; }

        public bool Word(ReadOnlySpan<char> word, bool tooLong)
        {
            int start = Count;
            int node = PieceTrie.Root;
            if (tooLong) return Unknown(start);

            // A piece without room is still looked for: if the rest of the word has none, the word is one unknown token.
            while (!word.IsEmpty)
            {
                int piece = tokenizer._pieces.Longest(node, word, out int length);
                if (piece == PieceTrie.None) return Unknown(start);
                if (Count < _ids.Length) _ids[Count++] = piece;
                word = word[length..];
                node = tokenizer._continuing;
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
            return Token(tokenizer.Vocabulary.UnknownId);
        }
    }
}
