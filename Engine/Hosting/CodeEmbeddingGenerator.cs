using Microsoft.Extensions.AI;

namespace QEngine.Hosting;

/// <summary>
/// A model as a generator of codes, its vectors in a byte or a bit a number: see <see cref="EmbedderExtensions"/>. Safe to use from many
/// threads at a time.
/// </summary>
/// <typeparam name="TEmbedding"><see cref="Embedding{T}"/> of <see cref="sbyte"/>, or <see cref="BinaryEmbedding"/>.</typeparam>
public sealed class CodeEmbeddingGenerator<TEmbedding> : IEmbeddingGenerator<string, TEmbedding>
    where TEmbedding : Embedding
{
    private readonly GeneratorSource _source;
    private readonly Func<ReadOnlySpan<float>, TEmbedding> _convert;

    /// <summary>Takes a model and how a vector becomes a code.</summary>
    internal CodeEmbeddingGenerator(GeneratorSource source, Func<ReadOnlySpan<float>, TEmbedding> convert) =>
        (_source, _convert) = (source, convert);

    /// <summary>
    /// What a cache needs to know besides values and options, as <see cref="QEngineEmbeddingGenerator.CacheKeyAdditionalValues"/>, and
    /// which kind of code it is.
    /// </summary>
    public IReadOnlyList<object> CacheKeyAdditionalValues => _source.CacheKey<TEmbedding>();

    /// <summary>Embeds texts.</summary>
    /// <param name="values">The texts, none null.</param>
    /// <param name="options">Left aside, as the interface asks of what a generator does not know.</param>
    /// <param name="cancellationToken">Stops the work between batches.</param>
    /// <returns>One code a text, in order, and how many tokens they had.</returns>
    /// <exception cref="ArgumentException">A text is null.</exception>
    /// <exception cref="QEngineException">An embedding is not finite.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public Task<GeneratedEmbeddings<TEmbedding>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        return _source.GenerateAsync(values, options, _convert, cancellationToken);
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
