using Microsoft.Extensions.VectorData;

namespace QEngine.Hosting;

/// <summary>An operation of a vector store: it runs on the thread pool, and its failures say what failed.</summary>
internal readonly record struct Operation(OpenIndexes Indexes, string? Collection, string Name)
{
    /// <summary>Does the work.</summary>
    /// <exception cref="VectorStoreException">An index is missing, cannot be read or written, or was deleted meanwhile.</exception>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public async Task<T> Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(work, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is QEngineException || (failure is ObjectDisposedException && !Indexes.IsClosed))
        {
            string message = failure is QEngineException ? failure.Message : "expected a collection, found it deleted meanwhile";
            throw new VectorStoreException(message, failure)
            {
                VectorStoreSystemName = OpenIndexes.SystemName,
                VectorStoreName = Indexes.Name,
                CollectionName = Collection,
                OperationName = Name,
            };
        }
    }
}
