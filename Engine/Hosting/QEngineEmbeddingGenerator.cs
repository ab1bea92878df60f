using Microsoft.Extensions.AI;
using QEngine.Models;
using QEngine.Workers;

namespace QEngine.Hosting;

/// <summary>
/// A model as the .NET ecosystem's embedding generator: one embedding of <see cref="SentenceEmbedder.Dimension"/> numbers
/// a text, in the model's default format. Safe to use from many threads at a time.
/// </summary>
/// <remarks>
/// A quantum model's embeddings are angles, to be compared by fidelity, not by cosine. The work runs on the thread pool,
/// a batch of at most some thousand tokens at a time; between batches it can be cancelled.
/// <para>
/// A cache in front of it, such as <c>DistributedCachingEmbeddingGenerator</c> of Microsoft.Extensions.AI, knows values and options alone:
/// two generators that share its storage, one for queries and one for documents or of two models, get each other's embeddings unless
/// <see cref="CacheKeyAdditionalValues"/> tells them apart.
/// </para>
/// </remarks>
public sealed class QEngineEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private const string Provider = "qengine";

    // Enough to give every thread batches of its own, little enough memory beside the result.
    private const int TextsPerChunk = 1024;

    private readonly SentenceEmbedder _embedder;
    private readonly EmbeddingGeneratorMetadata _metadata;
    private readonly string? _prompt;
    private readonly Lazy<string[]> _cacheKey;

    /// <summary>Wraps a model.</summary>
    /// <param name="embedder">The model; not owned.</param>
    /// <param name="modelId">What to call it in the metadata.</param>
    /// <param name="prompt">
    /// What is put before every text, for instance <see cref="Prompts.Query"/> or <see cref="Prompts.Document"/> of the model's
    /// prompts: a generator for queries and one for documents share a model. Null for its default prompt, empty for nothing.
    /// </param>
    public QEngineEmbeddingGenerator(SentenceEmbedder embedder, string modelId, string? prompt = null)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        (_embedder, _prompt) = (embedder, prompt);
        _metadata = new EmbeddingGeneratorMetadata(Provider, providerUri: null, modelId, embedder.Dimension);
        _cacheKey = new Lazy<string[]>(() => [Provider, ModelFingerprint.Compute(embedder), modelId, prompt ?? embedder.Prompts.Default]);
    }

    /// <summary>
    /// What a cache needs to know besides values and options, for the property of the same name of a caching generator:
    /// <c>builder.UseDistributedCache(storage, cache => cache.CacheKeyAdditionalValues = generator.CacheKeyAdditionalValues)</c>.
    /// </summary>
    /// <remarks>
    /// A fingerprint of the model (weights, sizes, tokenizer, pooling, head), its name here and the prompt. The first use reads all
    /// weights; a model that is trained further afterwards needs another generator.
    /// </remarks>
    public IReadOnlyList<object> CacheKeyAdditionalValues => _cacheKey.Value;

    /// <summary>Loads a model folder; the model is called as the folder and embeds with its default prompt.</summary>
    /// <param name="folder">The folder, see <see cref="ModelFolder"/>.</param>
    /// <param name="workers">The threads to use; null for one.</param>
    /// <exception cref="QEngineException">The folder is not a model that can be loaded.</exception>
    public static QEngineEmbeddingGenerator Load(string folder, WorkerPool? workers = null)
    {
        SentenceEmbedder embedder = ModelFolder.Load(folder, workers);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return new QEngineEmbeddingGenerator(embedder, name.Length > 0 ? name : folder);
    }

    /// <summary>Embeds texts.</summary>
    /// <param name="values">The texts, none null.</param>
    /// <param name="options">
    /// Null, or a model and a number of dimensions, which must be this model's; nothing else, as it could not be followed.
    /// </param>
    /// <param name="cancellationToken">Stops the work between batches.</param>
    /// <returns>One embedding a text, in order.</returns>
    /// <exception cref="ArgumentException">A text is null.</exception>
    /// <exception cref="QEngineException">
    /// The options ask for another model, other dimensions or anything else, or an embedding is not finite.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        Require(options);
        string[] texts = [.. values];
        for (int i = 0; i < texts.Length; i++)
        {
            if (texts[i] is null) throw new ArgumentException($"expected texts to embed, found null at position {i}", nameof(values));
        }
        return Task.Run(() => Generate(texts, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null) return null;
        if (serviceType == typeof(EmbeddingGeneratorMetadata)) return _metadata;
        if (serviceType == typeof(SentenceEmbedder)) return _embedder;
        return serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Does nothing: the model and its threads belong to the caller.</summary>
    public void Dispose()
    {
    }

    private GeneratedEmbeddings<Embedding<float>> Generate(string[] texts, CancellationToken cancellation)
    {
        GeneratedEmbeddings<Embedding<float>> embeddings = new(texts.Length);
        int width = _embedder.Dimension;
        float[] chunk = new float[Math.Min(TextsPerChunk, texts.Length) * width];
        for (int first = 0; first < texts.Length; first += TextsPerChunk)
        {
            int count = Math.Min(TextsPerChunk, texts.Length - first);
            _embedder.Embed(texts.AsSpan(first, count), chunk.AsSpan(0, count * width), cancellation: cancellation, prompt: _prompt);
            for (int row = 0; row < count; row++)
                embeddings.Add(new Embedding<float>(chunk.AsSpan(row * width, width).ToArray()) { ModelId = _metadata.DefaultModelId });
        }
        return embeddings;
    }

    // What cannot be followed is refused rather than left aside; a raw representation is made for this generator or is none.
    private void Require(EmbeddingGenerationOptions? options)
    {
        if (options?.Dimensions is int dimensions && dimensions != _embedder.Dimension)
            throw new QEngineException($"expected the model's {_embedder.Dimension} dimensions in the options, found {dimensions}");
        if (options?.ModelId is string model && model != _metadata.DefaultModelId)
            throw new QEngineException($"expected the model {_metadata.DefaultModelId} in the options, found {model}");
        if (options?.AdditionalProperties is { Count: > 0 } properties)
            throw new QEngineException($"expected no additional properties in the options, found {string.Join(", ", properties.Keys)}");
        if (options?.RawRepresentationFactory?.Invoke(this) is not null)
            throw new QEngineException("expected no raw representation of the options, found one");
    }
}
