using System.Buffers;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Models;

/// <summary>Texts that are tokenised together, ordered by length and cut into batches of similar length.</summary>
/// <remarks>
/// Nothing is padded, so the order saves no arithmetic; it puts the long texts first and leaves the short ones to fill the last gaps
/// between the threads. Storage is reused and bounded whatever the number of texts: <see cref="MaxTexts"/>, about a million tokens.
/// </remarks>
internal sealed class EmbeddingWindow
{
    private const int MaxTexts = 8192;
    private const int MaxTokens = 1 << 20;

    // Texts that one thread tokenises at a time.
    private const int TextsPerPart = 32;

    private readonly SentenceEmbedder _embedder;
    private readonly int[] _places;   // [maximum length + 1]
    private int[] _ids = [];          // [texts, maximum length]
    private int[] _lengths = [];      // [texts]
    private int[] _order = [];        // [texts]
    private int[] _starts = [0];      // [batches + 1], places in the order

    /// <summary>Prepares a window for a model's tokenizer and maximum length.</summary>
    public EmbeddingWindow(SentenceEmbedder embedder)
    {
        _embedder = embedder;
        _places = new int[embedder.MaximumLength + 1];
        Capacity = Math.Clamp(MaxTokens / embedder.MaximumLength, 1, MaxTexts);
    }

    /// <summary>The most texts it takes.</summary>
    public int Capacity { get; }

    /// <summary>Texts since the window was filled.</summary>
    public int Count { get; private set; }

    /// <summary>Tokens of all its texts.</summary>
    public int Tokens { get; private set; }

    /// <summary>How many tokens at the start of every text are not pooled: those of a prompt that the model's pooling leaves out.</summary>
    public int UnpooledTokens { get; private set; }

    /// <summary>Batches since <see cref="Cut"/>.</summary>
    public int Batches { get; private set; }

    /// <summary>Bytes it holds.</summary>
    public long Bytes => sizeof(int) * ((long)_places.Length + _ids.Length + _lengths.Length + _order.Length + _starts.Length);

    /// <summary>A batch's texts, by their index in the window.</summary>
    public ReadOnlySpan<int> Batch(int batch) => _order.AsSpan(_starts[batch].._starts[batch + 1]);

    /// <summary>Tokens of each text, in the order in which they came.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, Count);

    /// <summary>A text's token ids.</summary>
    public ReadOnlySpan<int> Ids(int text) => _ids.AsSpan(text * _embedder.MaximumLength, _lengths[text]);

    /// <summary>Tokenises texts and orders them, longest first, equally long ones as they came.</summary>
    /// <param name="texts">At most <see cref="Capacity"/> texts.</param>
    /// <param name="prompt">What is put before each of them.</param>
    public void Fill(ReadOnlySpan<string> texts, string prompt = "")
    {
        Reserve(texts.Length);
        // A text's place holds the prompt until the text comes.
        UnpooledTokens = texts.IsEmpty
            ? 0
            : _embedder.Prompts.UnpooledTokens(prompt, _embedder.Tokenizer, _ids.AsSpan(0, _embedder.MaximumLength));
        Tokenize body = new(_embedder, texts, prompt, _ids, _lengths);
        _embedder.Workers.For((texts.Length + TextsPerPart - 1) / TextsPerPart, ref body);
        Count = texts.Length;
        Sort();
    }

    /// <summary>Takes sequences of token ids in place of texts.</summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="first">First of those to take.</param>
    /// <param name="count">How many, at most <see cref="Capacity"/>.</param>
    public void Fill(PackedSequences sequences, int first, int count)
    {
        Reserve(count);
        ReadOnlySpan<int> ids = sequences.Ids.Span, offsets = sequences.Offsets.Span.Slice(first, count + 1);
        for (int text = 0; text < count; text++)
        {
            int length = offsets[text + 1] - offsets[text];
            if (length > _embedder.MaximumLength)
                throw new QEngineException(
                    $"expected sequences of at most {_embedder.MaximumLength} tokens, found {length} in sequence {first + text}");
            ids.Slice(offsets[text], length).CopyTo(_ids.AsSpan(text * _embedder.MaximumLength));
            _lengths[text] = length;
        }
        Count = count;
        UnpooledTokens = 0;
        Sort();
    }

    /// <summary>Cuts the ordered texts into batches: each ends with the text that reaches a number of tokens.</summary>
    /// <param name="tokens">The number.</param>
    public void Cut(int tokens)
    {
        Batches = 0;
        int sum = 0;
        for (int place = 0; place < Count; place++)
        {
            sum += _lengths[_order[place]];
            if (sum < tokens && place + 1 < Count) continue;
            _starts[++Batches] = place + 1;
            sum = 0;
        }
    }

    // A counting sort: stable, linear and without further storage.
    private void Sort()
    {
        Tokens = 0;
        Array.Clear(_places);
        foreach (int length in _lengths.AsSpan(0, Count))
        {
            _places[length]++;
            Tokens += length;
        }
        int place = 0;
        for (int length = _places.Length - 1; length >= 0; length--) (_places[length], place) = (place, place + _places[length]);
        for (int text = 0; text < Count; text++) _order[_places[_lengths[text]]++] = text;
    }

    private void Reserve(int texts)
    {
        if (texts <= _lengths.Length) return;
        int room = Math.Min(Capacity, Math.Max(texts, 2 * _lengths.Length));
        _ids = GC.AllocateUninitializedArray<int>(room * _embedder.MaximumLength);
        _lengths = new int[room];
        _order = new int[room];
        _starts = new int[room + 1];
    }

    /// <summary>Tokenises one part of the texts per item.</summary>
    private readonly ref struct Tokenize(
        SentenceEmbedder embedder, ReadOnlySpan<string> texts, string prompt, Span<int> ids, Span<int> lengths) : IParallelBody
    {
        private readonly ReadOnlySpan<string> _texts = texts;
        private readonly Span<int> _ids = ids;
        private readonly Span<int> _lengths = lengths;

        public void Invoke(int part)
        {
            int first = part * TextsPerPart, end = Math.Min(first + TextsPerPart, _texts.Length), maximumLength = embedder.MaximumLength;
            for (int text = first; text < end; text++)
                _lengths[text] = Encode(_texts[text], _ids.Slice(text * maximumLength, maximumLength));
        }

        private int Encode(ReadOnlySpan<char> text, Span<int> ids)
        {
            if (prompt.Length == 0) return embedder.Tokenizer.Encode(text, ids);
            char[] whole = ArrayPool<char>.Shared.Rent(prompt.Length + text.Length);
            try
            {
                prompt.CopyTo(whole);
                text.CopyTo(whole.AsSpan(prompt.Length));
                return embedder.Tokenizer.Encode(whole.AsSpan(0, prompt.Length + text.Length), ids);
            }
            finally
            {
                ArrayPool<char>.Shared.Return(whole);
            }
        }
    }
}
