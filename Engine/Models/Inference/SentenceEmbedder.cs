using System.Runtime.ExceptionServices;
using QEngine.Layers;
using QEngine.Memory;
using QEngine.Tensors;
using QEngine.Text;
using QEngine.Workers;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace QEngine.Models;

/// <summary>A loaded model: texts in, embeddings out. Safe to use from many threads at a time.</summary>
/// <remarks>
/// A text's embedding is bit-identical alone and in any batch, at any thread count. Once warm, embedding allocates
/// nothing on the managed heap. An unpaired surrogate in a text is read as U+FFFD. Of many callers at a time as many compute as there are
/// processors (or threads of the pool, if those are more) and the others wait; what they needed is given back but for the memory of as many
/// as the pool has threads.
/// </remarks>
public sealed class SentenceEmbedder
{
    // Tokens that go through the encoder at once where every thread has batches of its own: little enough to stay in its cache.
    private const int TokensPerBatch = 512;

    // The same where all threads share the kernels of one batch: enough for each of them.
    private const int TokensPerSharedBatch = 4096;

    // With fewer batches a thread, some would wait too long for the last one.
    private const int BatchesPerThread = 2;

    private readonly Pool<EmbeddingWindow> _windows;
    private readonly Pool<EmbeddingSession> _sessions;

    /// <summary>Puts a model together from its parts.</summary>
    /// <param name="model">Encoder and head with their values.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="maximumLength">Longest text in tokens, [CLS] and [SEP] included; what is longer is cut off.</param>
    /// <param name="workers">The threads to use; null for <see cref="WorkerPool.Shared"/>.</param>
    /// <exception cref="QEngineException">Tokenizer and encoder do not fit together.</exception>
    public SentenceEmbedder(EmbeddingModel<float> model, BertTokenizer tokenizer, int maximumLength, WorkerPool? workers = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        BertConfiguration encoder = model.Encoder.Configuration;
        if (tokenizer.Vocabulary.Count > encoder.VocabularySize)
            throw new QEngineException(
                $"expected a vocabulary of at most {encoder.VocabularySize} pieces as the encoder has word embeddings, "
                + $"found {tokenizer.Vocabulary.Count}");
        if (maximumLength < 2 || maximumLength > encoder.MaximumPositions)
            throw new QEngineException(
                $"expected a maximum length from 2 to the encoder's {encoder.MaximumPositions} positions, found {maximumLength}");
        (Model, Tokenizer, MaximumLength, Workers) = (model, tokenizer, maximumLength, workers ?? WorkerPool.Shared);
        _windows = new Pool<EmbeddingWindow>(() => new EmbeddingWindow(this), Workers.Count);
        // More at a time than processors would take memory and gain nothing. Nobody who has one calls a stranger.
        _sessions = new Pool<EmbeddingSession>(
            () => new EmbeddingSession(this), Workers.Count, Math.Max(Workers.Count, Environment.ProcessorCount));
    }

    /// <summary>Encoder and head.</summary>
    public EmbeddingModel<float> Model { get; }

    /// <summary>The tokenizer.</summary>
    public BertTokenizer Tokenizer { get; }

    /// <summary>Longest text in tokens.</summary>
    public int MaximumLength { get; }

    /// <summary>In which numbers the encoder computes.</summary>
    public EncoderPrecision Precision => Model.Encoder.Configuration.Precision;

    /// <summary>The threads used.</summary>
    public WorkerPool Workers { get; }

    /// <summary>Numbers per embedding in the default format: k.</summary>
    public int Dimension => Model.Head.OutputDimension;

    /// <summary>What the model wants before the texts it embeds.</summary>
    /// <exception cref="ArgumentException">
    /// They are left out of the pooling, and the model's is <see cref="PoolingMode.Cls"/>, whose token is before every prompt.
    /// </exception>
    public Prompts Prompts
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (Model.Pooling == PoolingMode.Cls && !value.Pooled)
                throw new ArgumentException(
                    "expected prompts that are pooled, since the model pools first tokens, found prompts that are not", nameof(value));
            field = value;
        }
    } = Prompts.None;

    /// <summary>How two embeddings are compared.</summary>
    public Similarity Similarity => Model.Head.Similarity;

    /// <summary>What is kept from one call to the next.</summary>
    internal (Pool<EmbeddingWindow> Windows, Pool<EmbeddingSession> Sessions) Kept => (_windows, _sessions);

    /// <summary>The same weights and tokenizer with other prompts and threads.</summary>
    internal SentenceEmbedder With(Prompts prompts, WorkerPool workers) => Workers == workers && Prompts.AreSame(prompts)
        ? this
        : new SentenceEmbedder(Model, Tokenizer, MaximumLength, workers) { Prompts = prompts };

    /// <summary>
    /// A model of the same encoder, tokenizer and prompts with a head over its embeddings, after the modules it has; weights are copied.
    /// </summary>
    /// <param name="head">The head; it takes vectors of <see cref="Dimension"/> numbers.</param>
    /// <exception cref="QEngineException">The head takes another width, or this model has a quantum head, which is the last.</exception>
    public SentenceEmbedder WithHead(Head head)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (head.Configuration.InputDimension != Dimension)
            throw new QEngineException(
                $"expected a head with {Dimension} inputs as the model's embeddings have numbers, "
                + $"found {head.Configuration.InputDimension}");
        HeadConfiguration chain = new(Model.Head.InputDimension, [.. Model.Head.Modules, .. head.Configuration.Modules]);
        EmbeddingModel<float> model = new(Model.Encoder.Configuration, chain, Model.Pooling);
        for (int i = 0; i < Model.Parameters.QuantizedParameters.Count; i++)
            model.Parameters.QuantizedParameters[i].Share(Model.Parameters.QuantizedParameters[i]);
        int own = Model.Parameters.Count;
        Model.Parameters.CopyTo(model.Parameters.Values.AsSpan(0, own));
        head.Parameters.Values.AsSpan(0, head.Parameters.Count).CopyTo(model.Parameters.Values.AsSpan(own));
        return new SentenceEmbedder(model, Tokenizer, MaximumLength, Workers) { Prompts = Prompts };
    }

    /// <summary>Embeds one text, with the default prompt.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>[<see cref="Dimension"/>]: angles for a quantum model, the vector for a classical one.</returns>
    public float[] Embed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Embed(text, null);
    }

    /// <summary>Embeds one text.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="prompt">
    /// What is put before it, for instance <see cref="Prompts.Query"/>; null for <see cref="Prompts.Default"/>, empty for nothing.
    /// </param>
    /// <returns>[<see cref="Dimension"/>]: angles for a quantum model, the vector for a classical one.</returns>
    /// <exception cref="QEngineException">
    /// The model's pooling cannot leave the prompt out as it should, or an embedding is not finite.
    /// </exception>
    public float[] Embed(string text, string? prompt)
    {
        ArgumentNullException.ThrowIfNull(text);
        float[] embedding = new float[Dimension];
        Embed([text], embedding, EmbeddingFormat.Default, prompt, counter: null, CancellationToken.None);
        return embedding;
    }

    /// <summary>
    /// Embeds any number of texts; they are taken in order of length inside, so nothing is gained by sorting them before.
    /// </summary>
    /// <param name="texts">The texts.</param>
    /// <param name="embeddings">
    /// [texts, width of the format] at least, rows in the order of the texts; what is behind them stays as it is.
    /// </param>
    /// <param name="options">In which numbers, with which prompt, and who is told of progress; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the work between two batches, of at most some thousand tokens.</param>
    /// <exception cref="ArgumentException">A text is null, or there is no room for the embeddings.</exception>
    /// <exception cref="QEngineException">The format or the prompt does not fit the model, or an embedding is not finite.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled; <paramref name="embeddings"/> is written in part.</exception>
    public void Embed(
        ReadOnlySpan<string> texts, Span<float> embeddings, EmbedOptions? options = null, CancellationToken cancellationToken = default)
    {
        EmbeddingCounter? counter = EmbeddingCounter.Create(options?.Progress, texts.Length);
        Embed(texts, embeddings, options?.Format ?? EmbeddingFormat.Default, options?.Prompt, counter, cancellationToken);
    }

    /// <summary>Embeds any number of texts and counts their tokens.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="embeddings">[texts, width of the format] at least.</param>
    /// <param name="format">In which numbers.</param>
    /// <param name="prompt">What is put before every text; null for the default prompt.</param>
    /// <param name="counter">Counts the texts done; null for none.</param>
    /// <param name="cancellationToken">Stops the work between two batches.</param>
    /// <param name="lengths">Receives the tokens of each text; empty where nobody asks.</param>
    /// <returns>Tokens of all texts, with their prompts and [CLS] and [SEP], as far as they are not cut off.</returns>
    internal long Embed(
        ReadOnlySpan<string> texts,
        Span<float> embeddings,
        EmbeddingFormat format,
        string? prompt,
        EmbeddingCounter? counter,
        CancellationToken cancellationToken,
        Span<int> lengths = default)
    {
        Require.Items(texts);
        prompt = Prompts.Choose(prompt);
        RequireRoom(texts.Length, embeddings, format);
        EmbeddingWindow window = _windows.Take();
        long tokens = 0;
        try
        {
            for (int first = 0; first < texts.Length; first += window.Count)
            {
                window.Fill(texts.Slice(first, Math.Min(window.Capacity, texts.Length - first)), prompt);
                tokens += window.Tokens;
                if (!lengths.IsEmpty) window.Lengths.CopyTo(lengths[first..]);
                Embed(window, first, embeddings, format, counter, cancellationToken);
            }
            return tokens;
        }
        finally
        {
            _windows.Return(window);
        }
    }

    /// <summary>Embeds sequences of token ids, for instance from a tokenizer of one's own.</summary>
    /// <param name="sequences">The sequences, with [CLS] and [SEP], each at most <see cref="MaximumLength"/> tokens.</param>
    /// <param name="embeddings">[sequences, <see cref="Dimension"/>] at least; what is behind them stays as it is.</param>
    /// <exception cref="ArgumentException">There is no room for the embeddings.</exception>
    /// <exception cref="QEngineException">
    /// A sequence is too long, an id is not in the vocabulary, or an embedding is not finite.
    /// </exception>
    public void Embed(PackedSequences sequences, Span<float> embeddings)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        RequireRoom(sequences.Count, embeddings, EmbeddingFormat.Default);
        EmbeddingWindow window = _windows.Take();
        try
        {
            for (int first = 0; first < sequences.Count; first += window.Count)
            {
                window.Fill(sequences, first, Math.Min(window.Capacity, sequences.Count - first));
                Embed(window, first, embeddings, EmbeddingFormat.Default, counter: null, default);
            }
        }
        finally
        {
            _windows.Return(window);
        }
    }

    private void RequireRoom(int texts, ReadOnlySpan<float> embeddings, EmbeddingFormat format)
    {
        int width = format.Width(Model.Head);
        if (embeddings.Length < texts * (long)width)
            throw new ArgumentException(
                $"expected room for {texts} embeddings of {width} numbers, found {embeddings.Length}", nameof(embeddings));
    }

    private void Embed(
        EmbeddingWindow window, int first, Span<float> embeddings, EmbeddingFormat format, EmbeddingCounter? counter,
        CancellationToken cancellationToken)
    {
        int width = format.Width(Model.Head);
        Span<float> rows = embeddings.Slice(first * width, window.Count * width);
        try
        {
            EmbeddingBatches batches = new(_sessions, window)
            {
                Format = format,
                Embeddings = rows,
                Counter = counter,
                Cancellation = cancellationToken,
            };
            Run(window, batches);
        }
        catch (AggregateException failure) when (failure.InnerException is { } inner)
        {
            // What failed on one of the pool's threads is thrown as if it had failed here.
            ExceptionDispatchInfo.Throw(inner);
        }
        RequireFinite(rows, width, first);
    }

    // A batch's rows do not depend on the others, so how the work is split may follow the number of threads.
    private void Run(EmbeddingWindow window, EmbeddingBatches batches)
    {
        if (Workers.Count == 1 || window.Tokens >= (long)BatchesPerThread * Workers.Count * TokensPerBatch)
        {
            window.Cut(TokensPerBatch);
            Workers.For(window.Batches, ref batches);
            return;
        }
        window.Cut(TokensPerSharedBatch);
        for (int batch = 0; batch < window.Batches; batch++) batches.Invoke(batch);
    }

    private static void RequireFinite(ReadOnlySpan<float> rows, int width, int first)
    {
        if (TensorPrimitives.IsFiniteAll(rows)) return;
        for (int i = 0; i < rows.Length; i++)
        {
            if (!float.IsFinite(rows[i]))
                throw new QEngineException(
                    $"expected finite embeddings, found {rows[i]} in text {first + (i / width)} of the batch, column {i % width}: "
                    + $"the model's weights are not usable");
        }
    }
}
