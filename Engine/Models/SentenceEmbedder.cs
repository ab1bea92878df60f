using System.Collections.Concurrent;
using QEngine.Layers;
using QEngine.Text;
using QEngine.Workers;

namespace QEngine.Models;

/// <summary>A loaded model: texts in, embeddings out. Safe to use from many threads at a time.</summary>
/// <remarks>
/// A text's embedding is bit-identical alone and in any batch, at any thread count. Once warm, embedding allocates
/// nothing on the managed heap.
/// </remarks>
public sealed class SentenceEmbedder
{
    // Tokens that go through the encoder at once: enough to keep every kernel busy, little enough to stay in cache.
    private const int TokensPerBatch = 4096;

    private readonly ConcurrentBag<EmbeddingSession> _sessions = [];

    /// <summary>Puts a model together from its parts.</summary>
    /// <param name="model">Encoder and head with their values.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="maximumLength">Longest text in tokens, [CLS] and [SEP] included; what is longer is cut off.</param>
    /// <param name="workers">The threads to use; null for the caller's alone.</param>
    /// <exception cref="QEngineException">Tokenizer and encoder do not fit together.</exception>
    public SentenceEmbedder(EmbeddingModel<float> model, BertTokenizer tokenizer, int maximumLength, WorkerPool? workers = null)
    {
        BertConfiguration encoder = model.Encoder.Configuration;
        if (tokenizer.Vocabulary.Count > encoder.VocabularySize)
            throw new QEngineException($"expected a vocabulary of at most {encoder.VocabularySize} pieces as the encoder has word embeddings, found {tokenizer.Vocabulary.Count}");
        if (maximumLength < 2 || maximumLength > encoder.MaximumPositions)
            throw new QEngineException($"expected a maximum length from 2 to the encoder's {encoder.MaximumPositions} positions, found {maximumLength}");
        (Model, Tokenizer, MaximumLength, Workers) = (model, tokenizer, maximumLength, workers ?? WorkerPool.Single);
    }

    /// <summary>Encoder and head.</summary>
    public EmbeddingModel<float> Model { get; }

    /// <summary>The tokenizer.</summary>
    public BertTokenizer Tokenizer { get; }

    /// <summary>Longest text in tokens.</summary>
    public int MaximumLength { get; }

    /// <summary>The threads used.</summary>
    public WorkerPool Workers { get; }

    /// <summary>Numbers per embedding in the default format: k.</summary>
    public int Dimension => Model.Head.OutputDimension;

    /// <summary>How two embeddings are compared.</summary>
    public Similarity Similarity => Model.Head.Similarity;

    /// <summary>Embeds one text.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>[<see cref="Dimension"/>]: angles for a quantum model, the vector for a classical one.</returns>
    public float[] Embed(string text)
    {
        float[] embedding = new float[Dimension];
        Embed([text], embedding);
        return embedding;
    }

    /// <summary>Embeds texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="embeddings">[texts, width of the format].</param>
    /// <param name="format">In which numbers.</param>
    /// <exception cref="QEngineException">The format does not fit the model, or an embedding is not finite.</exception>
    public void Embed(ReadOnlySpan<string> texts, Span<float> embeddings, EmbeddingFormat format = EmbeddingFormat.Default)
    {
        int width = format.Width(Model.Head);
        if (embeddings.Length != texts.Length * (long)width)
            throw new QEngineException($"expected room for {texts.Length} embeddings of {width} numbers, found {embeddings.Length}");
        if (!_sessions.TryTake(out EmbeddingSession? session)) session = new EmbeddingSession(this);
        try
        {
            int done = 0;
            while (done < texts.Length)
            {
                int first = done;
                session.Begin();
                do
                {
                    session.Add(texts[done++]);
                }
                while (done < texts.Length && session.Tokens < TokensPerBatch);
                session.Write(format, embeddings[(first * width)..(done * width)]);
            }
        }
        finally
        {
            _sessions.Add(session);
        }
    }
}
