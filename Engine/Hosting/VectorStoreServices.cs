using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.VectorData;
using QEngine.Models;
using QEngine.Retrieval;

namespace QEngine.Hosting;

/// <summary>A folder of indexes in an application's services.</summary>
public static class VectorStoreServices
{
    /// <summary>
    /// Adds a folder of indexes as <see cref="QEngineVectorStore"/> and as <see cref="VectorStore"/>. Its new collections have the model
    /// that the services hold, for instance of <see cref="EmbeddingServices"/>; the services close it.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="folder">The folder; made with the first collection.</param>
    /// <param name="codes">Bits a number that embeddings of new collections are kept in too; null for none.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddQEngineVectorStore(
        this IServiceCollection services, string folder, CodeBits? codes = CodeBits.Eight)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        services.AddSingleton(provider => new QEngineVectorStore(folder, provider.GetRequiredService<SentenceEmbedder>(), codes));
        services.AddSingleton<VectorStore>(provider => provider.GetRequiredService<QEngineVectorStore>());
        return services;
    }
}
