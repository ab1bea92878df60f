using System.Buffers;

namespace QEngine.Text;

/// <summary>Turns text into the token ids of a BERT model: BERT's basic tokenizer, then WordPiece.</summary>
/// <remarks>
/// Gives the ids of Hugging Face's <c>tokenizers</c> with <c>BertNormalizer</c>, <c>BertPreTokenizer</c> and <c>WordPiece</c>:
/// <c>[CLS]</c> pieces <c>[SEP]</c>, truncated on the side that <see cref="TokenizerSettings.TruncationSide"/> names. A word takes the
/// longest piece at its start, then the longest continuing pieces; where that fails, or the word is too long, the whole word is one
/// unknown token. Added tokens written in the text are recognised. Invalid surrogates are read as U+FFFD. Time is linear in the text
/// that is read; truncated on the right, nothing is read once the ids are full. Safe from many threads.
/// </remarks>
public sealed class BertTokenizer
{
    private readonly WordSplitter _splitter;
    private readonly NormalizedTokenSplitter? _normalizedTokens;
    private readonly Pieces _pieces;

    /// <summary>Prepares a tokenizer.</summary>
    /// <param name="vocabulary">The pieces, special tokens and settings.</param>
    public BertTokenizer(Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        Vocabulary = vocabulary;
        _splitter = new WordSplitter(vocabulary.Settings, vocabulary.AddedTokens);
        foreach (AddedToken token in vocabulary.AddedTokens)
        {
            if (token.Normalized) _normalizedTokens ??= new NormalizedTokenSplitter(vocabulary.Settings, vocabulary.AddedTokens);
        }
        _pieces = new Pieces(vocabulary);
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
        int count = ids.Length > 2 ? EncodeWords(text, ids[1..^1]) : 0;
        ids[0] = Vocabulary.ClassificationId;
        ids[count + 1] = Vocabulary.SeparatorId;
        return count + 2;
    }

    /// <summary>The ids of a text, <c>[CLS]</c> and <c>[SEP]</c> included.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxLength">The most ids wanted, 2 or more; <see cref="int.MaxValue"/> for all.</param>
    /// <exception cref="QEngineException"><paramref name="maxLength"/> is below 2.</exception>
    public int[] Encode(string text, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        RequireRoom(maxLength);
        long maxIds = Math.Min(maxLength, Math.Min(((long)text.Length * UnicodeTables.MaxExpansion) + 2, Array.MaxLength));
        int[] scratch = ArrayPool<int>.Shared.Rent((int)maxIds);
        try
        {
            return scratch[..Encode(text, scratch.AsSpan(0, (int)maxIds))];
        }
        finally
        {
            ArrayPool<int>.Shared.Return(scratch);
        }
    }

    private int EncodeWords(ReadOnlySpan<char> text, Span<int> ids)
    {
        if (Vocabulary.Settings.TruncationSide == TruncationSide.Left)
        {
            LastPieces last = new(_pieces, Vocabulary.UnknownId, ids);
            Split(text, ref last);
            return last.Finish();
        }
        FirstPieces first = new(_pieces, Vocabulary.UnknownId, ids);
        Split(text, ref first);
        return first.Count;
    }

    private void Split<TSink>(ReadOnlySpan<char> text, ref TSink sink)
        where TSink : IWordSink, allows ref struct
    {
        if (_normalizedTokens is null) _splitter.Split(text, ref sink);
        else _normalizedTokens.Split(text, ref sink);
    }

    private static void RequireRoom(int length)
    {
        if (length < 2) throw new QEngineException($"expected room for at least 2 token ids, [CLS] and [SEP], found {length}");
    }
}
