using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Workers;

namespace QEngine.Hosting;

/// <summary>A folder of indexes as the .NET ecosystem's vector store: a collection is an index in a folder of its name.</summary>
/// <remarks>
/// <para>
/// A record has a key of type string, data of types string, bool, byte, short, int, long, float and double (or nullable), and one vector
/// property of type string: its text is embedded by the index's model. Whole numbers are exact up to 2^53 and refused beyond. A data
/// property that is indexed for full text, at most one, is that text itself; the vector property may then be left empty. It cannot be
/// filtered by. Vectors are not given back: <c>IncludeVectors</c> is a <see cref="NotSupportedException"/>.
/// </para>
/// <para>
/// Collections search by text, with the model's prompt for queries, or by an embedding in the model's default format, and implement
/// <see cref="IKeywordHybridSearchable{TRecord}"/> by BM25 and reciprocal rank fusion. A score is the cosine or, of a model that compares
/// by fidelity, the fidelity, 0 to 1. Filters are built of ==, !=, &lt;, &lt;=, &gt;, &gt;=, &amp;&amp;, || and ! over data properties,
/// constants and captured variables; anything else is a <see cref="NotSupportedException"/>.
/// </para>
/// <para>
/// An index is opened at its first use, and closed by <see cref="VectorStore.Dispose()"/>. Indexes of one model share it, also with the
/// store's own: its weights are in memory once, and must not be trained while the store is open. Safe from many threads; changes of a
/// collection wait for each other, and what other processes change meanwhile is not seen. A batch is added as a whole or not at all.
/// </para>
/// </remarks>
public sealed class QEngineVectorStore : VectorStore
{
    /// <summary>The distance function of vectors that are compared by fidelity, beside those of <see cref="DistanceFunction"/>.</summary>
    public const string Fidelity = "Fidelity";

    private readonly OpenIndexes _indexes;

    /// <summary>Makes a store.</summary>
    /// <param name="folder">Its folder; made with the first collection.</param>
    /// <param name="embedder">
    /// The model of new collections, a copy of which goes into each; not owned. Those that are there have theirs.
    /// </param>
    /// <param name="codes">Bits a number that embeddings of new collections are kept in too; null for none.</param>
    /// <param name="workers">The threads to search with; null for <see cref="WorkerPool.Shared"/>.</param>
    public QEngineVectorStore(string folder, SentenceEmbedder embedder, CodeBits? codes = CodeBits.Eight, WorkerPool? workers = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(embedder);
        _indexes = new OpenIndexes(folder, embedder, codes, workers ?? WorkerPool.Shared);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The name is not that of a folder.</exception>
    /// <exception cref="NotSupportedException">The record or key cannot be stored.</exception>
    /// <exception cref="InvalidOperationException">The record's properties are no such record's.</exception>
    [RequiresDynamicCode("The record's properties are found by reflection; GetDynamicCollection needs none.")]
    [RequiresUnreferencedCode("The record's properties are found by reflection; GetDynamicCollection needs none.")]
    public override VectorStoreCollection<TKey, TRecord> GetCollection<TKey, TRecord>(
        string name, VectorStoreCollectionDefinition? definition = null)
    {
        if (typeof(TRecord) == typeof(Dictionary<string, object?>))
            throw new ArgumentException(VectorDataStrings.GetCollectionWithDictionaryNotSupported);
        if (typeof(TKey) != typeof(string)) throw new NotSupportedException($"expected keys of type string, found {typeof(TKey)}");
        OpenIndexes.RequireName(name);
        return new IndexedCollection<TKey, TRecord>(
            _indexes, name, new RecordModelBuilder().Build(typeof(TRecord), typeof(TKey), definition, defaultEmbeddingGenerator: null));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The name is not that of a folder.</exception>
    /// <exception cref="NotSupportedException">The record cannot be stored.</exception>
    /// <exception cref="InvalidOperationException">The definition is not that of such a record.</exception>
    public override VectorStoreCollection<object, Dictionary<string, object?>> GetDynamicCollection(
        string name, VectorStoreCollectionDefinition definition)
    {
        OpenIndexes.RequireName(name);
        ArgumentNullException.ThrowIfNull(definition);
        return new IndexedCollection<object, Dictionary<string, object?>>(
            _indexes, name, new RecordModelBuilder().BuildDynamic(definition, defaultEmbeddingGenerator: null));
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<string> ListCollectionNamesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Operation operation = new(_indexes, null, "ListCollectionNames");
        foreach (string name in await operation.Run(_indexes.Names, cancellationToken).ConfigureAwait(false)) yield return name;
    }

    /// <inheritdoc/>
    public override Task<bool> CollectionExistsAsync(string name, CancellationToken cancellationToken = default)
    {
        OpenIndexes.RequireName(name);
        return new Operation(_indexes, name, "CollectionExists").Run(() => _indexes.Exists(name), cancellationToken);
    }

    /// <inheritdoc/>
    public override Task EnsureCollectionDeletedAsync(string name, CancellationToken cancellationToken = default)
    {
        OpenIndexes.RequireName(name);
        return new Operation(_indexes, name, "DeleteCollection").Run(() => _indexes.Delete(name), cancellationToken);
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null) return null;
        if (serviceType == typeof(VectorStoreMetadata))
            return new VectorStoreMetadata { VectorStoreSystemName = OpenIndexes.SystemName, VectorStoreName = _indexes.Name };
        if (serviceType == typeof(SentenceEmbedder)) return _indexes.Embedder;
        return serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _indexes.Dispose();
        base.Dispose(disposing);
    }
}
