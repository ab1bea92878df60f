using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using QEngine.Models;

namespace QEngine.Hosting;

/// <summary>A model in an application's services: one for texts as they are, one for queries and one for documents.</summary>
public static class EmbeddingServices
{
    /// <summary>Key of the generator that puts the model's prompt for queries before every text.</summary>
    public const string Query = "query";

    /// <summary>Key of the generator that puts the model's prompt for documents before every text.</summary>
    public const string Document = "document";

    /// <summary>
    /// Adds a model, loaded once when it is first asked for: as <see cref="SentenceEmbedder"/>, as
    /// <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> with its default prompt, and the same keyed <see cref="Query"/> and
    /// <see cref="Document"/> with the prompts for these.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="folder">The model's folder, see <see cref="ModelFolder"/>; its name is the model's.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddQEngineEmbeddings(this IServiceCollection services, string folder) =>
        AddQEngineEmbeddings(services, folder, pipeline: null);

    /// <summary>Adds a model with something around its generators; otherwise as the other overload.</summary>
    /// <param name="services">The services.</param>
    /// <param name="folder">The model's folder, see <see cref="ModelFolder"/>; its name is the model's.</param>
    /// <param name="pipeline">
    /// What is put around each of the three, for instance <c>builder => builder.UseDistributedCache().UseOpenTelemetry()</c>. A cache is
    /// told which model and prompt it serves, so that the three may share a storage. Null for nothing.
    /// </param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddQEngineEmbeddings(
        this IServiceCollection services, string folder, Action<EmbeddingGeneratorBuilder<string, Embedding<float>>>? pipeline)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return services.AddQEngineEmbeddings(_ => ModelFolder.Load(folder), NameOf(folder), pipeline);
    }

    /// <summary>Adds a model that is made by the application; otherwise as the other overload.</summary>
    /// <param name="services">The services.</param>
    /// <param name="embedder">Makes the model, once.</param>
    /// <param name="modelId">What to call it in metadata and caches.</param>
    /// <param name="pipeline">What is put around each generator; null for nothing.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddQEngineEmbeddings(
        this IServiceCollection services,
        Func<IServiceProvider, SentenceEmbedder> embedder,
        string modelId,
        Action<EmbeddingGeneratorBuilder<string, Embedding<float>>>? pipeline)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentException.ThrowIfNullOrEmpty(modelId);
        // Each call has a model of its own: what is added last is what is asked for without a key, and nothing is called by another's name.
        object key = new();
        services.AddKeyedSingleton(key, (provider, _) => embedder(provider));
        services.AddSingleton(provider => provider.GetRequiredKeyedService<SentenceEmbedder>(key));
        services.AddSingleton(provider => Build(provider, prompts => prompts.Default));
        services.AddKeyedSingleton(Query, (provider, _) => Build(provider, prompts => prompts.Query));
        services.AddKeyedSingleton(Document, (provider, _) => Build(provider, prompts => prompts.Document));
        return services;

        IEmbeddingGenerator<string, Embedding<float>> Build(IServiceProvider provider, Func<Prompts, string?> prompt)
        {
            SentenceEmbedder model = provider.GetRequiredKeyedService<SentenceEmbedder>(key);
            QEngineEmbeddingGenerator inner = new(model, modelId, prompt(model.Prompts));
            EmbeddingGeneratorBuilder<string, Embedding<float>> builder = inner.AsBuilder();
            pipeline?.Invoke(builder);
            IEmbeddingGenerator<string, Embedding<float>> outer = builder.Build(provider);
            // The cache keys on texts and options alone; without this the three would get each other's vectors from a shared storage.
            if (outer.GetService<DistributedCachingEmbeddingGenerator<string, Embedding<float>>>() is { } cache)
                cache.CacheKeyAdditionalValues = [.. cache.CacheKeyAdditionalValues ?? [], .. inner.CacheKeyAdditionalValues];
            return outer;
        }
    }

    /// <summary>What a model in a folder is called.</summary>
    internal static string NameOf(string folder)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return name.Length > 0 ? name : folder;
    }
}
