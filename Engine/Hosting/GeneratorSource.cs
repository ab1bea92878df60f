using Microsoft.Extensions.AI;
using QEngine.Models;

namespace QEngine.Hosting;

/// <summary>What all generators over a model share: its texts, its vectors, and how they are named.</summary>
internal sealed class GeneratorSource
{
    private const string Provider = "qengine";

    // Enough to give every thread batches of its own, little enough memory beside the result.
    private const int TextsPerChunk = 1024;

    private readonly string? _prompt;
    private readonly int[] _matryoshka;
    private readonly Lazy<string> _fingerprint;

    /// <summary>Names a model.</summary>
    public GeneratorSource(SentenceEmbedder embedder, string modelId, string? prompt, IReadOnlyList<int>? matryoshka = null)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        (Embedder, _prompt, _matryoshka) = (embedder, prompt, [.. matryoshka ?? []]);
        foreach (int dimension in _matryoshka)
        {
            if (dimension < 1 || dimension > embedder.Dimension)
                throw new ArgumentException(
                    $"expected Matryoshka dimensions from 1 to {embedder.Dimension}, found {dimension}", nameof(matryoshka));
        }
        if (_matryoshka.Length > 0 && embedder.Similarity != Similarity.Cosine)
            throw new ArgumentException(
                "expected Matryoshka dimensions of a model compared by cosine, found one of fidelity: a state has no leading part",
                nameof(matryoshka));
        Metadata = new EmbeddingGeneratorMetadata(Provider, providerUri: null, modelId, embedder.Dimension);
        _fingerprint = new Lazy<string>(() => ModelFingerprint.Compute(embedder));
    }

    /// <summary>The model.</summary>
    public SentenceEmbedder Embedder { get; }

    /// <summary>Its name, provider and dimension.</summary>
    public EmbeddingGeneratorMetadata Metadata { get; }

    /// <summary>What tells a generator from those of other models, prompts and kinds of embedding.</summary>
    public IReadOnlyList<object> CacheKey<TEmbedding>() =>
    [
        Provider, typeof(TEmbedding).ToString(), _fingerprint.Value, Metadata.DefaultModelId!, _prompt ?? Embedder.Prompts.Default,
        string.Join(' ', _matryoshka),
    ];

    /// <summary>Embeds texts and makes of each vector what the generator gives.</summary>
    public Task<GeneratedEmbeddings<TEmbedding>> GenerateAsync<TEmbedding>(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options,
        Func<ReadOnlySpan<float>, TEmbedding> convert,
        CancellationToken cancellationToken)
        where TEmbedding : Embedding
    {
        string[] texts = [.. values];
        for (int i = 0; i < texts.Length; i++)
        {
            if (texts[i] is null) throw new ArgumentException($"expected texts to embed, found null at position {i}", nameof(values));
        }
        int dimension = options?.Dimensions is int asked && Array.IndexOf(_matryoshka, asked) >= 0 ? asked : Embedder.Dimension;
        return Task.Run(() => Generate(texts, dimension, convert, cancellationToken), cancellationToken);
    }

    /// <summary>The services that a generator has, itself first.</summary>
    public object? GetService(object generator, Type serviceType, object? serviceKey)
    {
        if (serviceKey is not null) return null;
        if (serviceType == typeof(EmbeddingGeneratorMetadata)) return Metadata;
        if (serviceType == typeof(SentenceEmbedder)) return Embedder;
        return serviceType.IsInstanceOfType(generator) ? generator : null;
    }

    private GeneratedEmbeddings<TEmbedding> Generate<TEmbedding>(
        string[] texts, int dimension, Func<ReadOnlySpan<float>, TEmbedding> convert, CancellationToken cancellationToken)
        where TEmbedding : Embedding
    {
        GeneratedEmbeddings<TEmbedding> embeddings = new(texts.Length);
        int width = Embedder.Dimension;
        float[] chunk = new float[Math.Min(TextsPerChunk, texts.Length) * width];
        long tokens = 0;
        for (int first = 0; first < texts.Length; first += TextsPerChunk)
        {
            int count = Math.Min(TextsPerChunk, texts.Length - first);
            Span<float> rows = chunk.AsSpan(0, count * width);
            tokens += Embedder.Embed(
                texts.AsSpan(first, count), rows, EmbeddingFormat.Default, _prompt, counter: null, cancellationToken);
            for (int row = 0; row < count; row++)
            {
                TEmbedding embedding = convert(LeadingNumbers.Take(rows.Slice(row * width, width), dimension, Embedder.Model.Head));
                embedding.ModelId = Metadata.DefaultModelId;
                embeddings.Add(embedding);
            }
        }
        embeddings.Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens };
        return embeddings;
    }
}
