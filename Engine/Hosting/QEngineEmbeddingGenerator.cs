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
/// <see cref="CacheKeyAdditionalValues"/> tells them apart. <see cref="EmbeddingServices"/> takes care of it.
/// </para>
/// </remarks>
public sealed class QEngineEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly GeneratorSource _source;

    /// <summary>Wraps a model.</summary>
    /// <param name="embedder">The model; not owned.</param>
    /// <param name="modelId">What to call it in the metadata.</param>
    /// <param name="prompt">
    /// What is put before every text, for instance <see cref="Prompts.Query"/> or <see cref="Prompts.Document"/> of the model's
    /// prompts: a generator for queries and one for documents share a model. Null for its default prompt, empty for nothing.
    /// </param>
    /// <param name="matryoshka">
    /// Numbers of leading columns that the model was trained to work with alone (Kusupati et al., arXiv 2205.13147): options that ask for
    /// one of them get as many numbers, of unit length where the model's are. Null for none.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no name, or a Matryoshka dimension is not from 1 to the model's, or the model is not compared by cosine.
    /// </exception>
    public QEngineEmbeddingGenerator(
        SentenceEmbedder embedder, string modelId, string? prompt = null, IReadOnlyList<int>? matryoshka = null) =>
        _source = new GeneratorSource(embedder, modelId, prompt, matryoshka);

    /// <summary>
    /// What a cache needs to know besides values and options, for the property of the same name of a caching generator:
    /// <c>builder.UseDistributedCache(storage, cache => cache.CacheKeyAdditionalValues = generator.CacheKeyAdditionalValues)</c>.
    /// </summary>
    /// <remarks>
    /// A fingerprint of the model (weights, sizes, tokenizer, pooling, head), its name here, the prompt and the Matryoshka dimensions. The
    /// first use reads all weights; a model that is trained further afterwards needs another generator.
    /// </remarks>
    public IReadOnlyList<object> CacheKeyAdditionalValues => _source.CacheKey<Embedding<float>>();

    /// <summary>Loads a model folder; the model is called as the folder and embeds with its default prompt.</summary>
    /// <param name="folder">The folder, see <see cref="ModelFolder"/>.</param>
    /// <param name="workers">The threads to use; null for <see cref="WorkerPool.Shared"/>.</param>
    /// <exception cref="QEngineException">The folder is not a model that can be loaded.</exception>
    public static QEngineEmbeddingGenerator Load(string folder, WorkerPool? workers = null) =>
        new(ModelFolder.Load(folder, workers), EmbeddingServices.NameOf(folder));

    /// <summary>Embeds texts.</summary>
    /// <param name="values">The texts, none null.</param>
    /// <param name="options">
    /// Null, or a number of dimensions: one of the Matryoshka dimensions is honoured. Everything else is left aside, as the interface asks
    /// of what a generator does not know.
    /// </param>
    /// <param name="cancellationToken">Stops the work between batches.</param>
    /// <returns>One embedding a text, in order, and how many tokens they had.</returns>
    /// <exception cref="ArgumentException">A text is null.</exception>
    /// <exception cref="QEngineException">An embedding is not finite.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        return _source.GenerateAsync(values, options, static row => new Embedding<float>(row.ToArray()), cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return _source.GetService(this, serviceType, serviceKey);
    }

    /// <summary>Does nothing: the model and its threads belong to the caller.</summary>
    public void Dispose()
    {
    }
}
