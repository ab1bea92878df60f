using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;
using QEngine.Collections;

namespace QEngine.Hosting;

/// <summary>A collection of a vector store: records of one definition over an index. Owns nothing; the store has the index.</summary>
internal sealed class IndexedCollection<TKey, TRecord>(OpenIndexes indexes, string name, CollectionModel model)
    : VectorStoreCollection<TKey, TRecord>, IKeywordHybridSearchable<TRecord>
    where TKey : notnull
    where TRecord : class
{
    private readonly RecordMapper _mapper = new(model);

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) =>
        Run("CollectionExists", () => indexes.Exists(name), cancellationToken);

    /// <inheritdoc/>
    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) => Run(
        "CreateCollection",
        () => Fitting(indexes.Ensure(name, embedder => RecordModelBuilder.RequireFit(model.VectorProperty, embedder))),
        cancellationToken);

    /// <inheritdoc/>
    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default) =>
        Run("DeleteCollection", () => indexes.Delete(name), cancellationToken);

    /// <inheritdoc/>
    public override Task<TRecord?> GetAsync(TKey key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        string id = Id(key, nameof(key));
        RequireNoVectors(options?.IncludeVectors);
        return Run("Get", () => Found(Index().Find(id)), cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<TRecord> GetAsync(
        IEnumerable<TKey> keys, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<string> ids = Ids(keys);
        RequireNoVectors(options?.IncludeVectors);
        return Stream("Get", () =>
        {
            SearchIndex index = Index();
            List<TRecord> records = [];
            foreach (string id in ids)
                if (Found(index.Find(id)) is { } record) records.Add(record);
            return records;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<TRecord> GetAsync(
        Expression<Func<TRecord, bool>> filter, int top, FilteredRecordRetrievalOptions<TRecord>? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        RequireNoVectors(options?.IncludeVectors);
        MetadataFilter passing = FilterTranslator.Translate(filter, model)!;
        RecordOrder order = RecordOrder.Of(options, model);
        return Stream("Get", () =>
        {
            List<TRecord> records = [];
            foreach (Document document in Documents(passing, order, options?.Skip ?? 0, top, cancellationToken))
                records.Add(Found(document)!);
            return records;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task UpsertAsync(TRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return Upsert([_mapper.Document(record)], cancellationToken);
    }

    /// <inheritdoc/>
    public override Task UpsertAsync(IEnumerable<TRecord> records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        // Of records of one key the last counts, as if they came one after another.
        OrderedDictionary<string, Document> documents = new(StringComparer.Ordinal);
        int count = 0;
        foreach (TRecord record in records)
        {
            Document document = _mapper.Document(record ?? throw Require.NullAt(count, nameof(records)));
            documents[document.Id] = document;
            count++;
        }
        return Upsert(documents.Values, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task DeleteAsync(TKey key, CancellationToken cancellationToken = default)
    {
        string id = Id(key, nameof(key));
        return Run("Delete", () => Index().Delete([id], cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public override Task DeleteAsync(IEnumerable<TKey> keys, CancellationToken cancellationToken = default)
    {
        List<string> ids = Ids(keys);
        return Run("Delete", () => Index().Delete(ids, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<TRecord>? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new VectorSearchOptions<TRecord>();
        RequireNoVectors(options.IncludeVectors);
        _ = model.GetVectorPropertyOrSingle(options);
        RecordSearch search = new(
            searchValue, null, top, options.Skip, options.ScoreThreshold, FilterTranslator.Translate(options.Filter, model));
        return Search("Search", search, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<VectorSearchResult<TRecord>> HybridSearchAsync<TInput>(
        TInput searchValue, ICollection<string> keywords, int top, HybridSearchOptions<TRecord>? options = null,
        CancellationToken cancellationToken = default)
        where TInput : notnull
    {
        options ??= new HybridSearchOptions<TRecord>();
        Require.Items([.. keywords ?? throw new ArgumentNullException(nameof(keywords))], nameof(keywords));
        RequireNoVectors(options.IncludeVectors);
        _ = model.GetVectorPropertyOrSingle(new VectorSearchOptions<TRecord> { VectorProperty = options.VectorProperty });
        // There is one such property: where it is not found, this throws.
        _ = model.GetFullTextDataPropertyOrSingle(options.AdditionalProperty);
        RecordSearch search = new(
            searchValue, string.Join(' ', keywords), top, options.Skip, options.ScoreThreshold,
            FilterTranslator.Translate(options.Filter, model));
        return Search("HybridSearch", search, cancellationToken);
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null) return null;
        if (serviceType == typeof(VectorStoreCollectionMetadata))
            return new VectorStoreCollectionMetadata
            {
                VectorStoreSystemName = OpenIndexes.SystemName,
                VectorStoreName = indexes.Name,
                CollectionName = name,
            };
        return serviceType.IsInstanceOfType(this) ? this : null;
    }

    private static string Id(TKey key, string parameter) => key switch
    {
        null => throw new ArgumentNullException(parameter),
        string id => id,
        _ => throw new ArgumentException($"expected a key of type string, found {key.GetType()}", parameter),
    };

    private static List<string> Ids(IEnumerable<TKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        List<string> ids = [];
        foreach (TKey key in keys) ids.Add(key is null ? throw Require.NullAt(ids.Count, nameof(keys)) : Id(key, nameof(keys)));
        return ids;
    }

    private static void RequireNoVectors(bool? included)
    {
        if (included == true) throw new NotSupportedException(VectorDataStrings.IncludeVectorsNotSupportedWithEmbeddingGeneration);
    }

    private SearchIndex Fitting(SearchIndex index)
    {
        RecordModelBuilder.RequireFit(model.VectorProperty, index.Embedder);
        return index;
    }

    private SearchIndex Index() => Fitting(indexes.Open(name));

    private TRecord? Found(Document? document) =>
        document is null ? null : _mapper.Record<TRecord>(document.Id, document.Text, document.Metadata);

    private Task Upsert(ICollection<Document> documents, CancellationToken cancellationToken) => Run(
        "Upsert", () => Index().Add(documents, new AddOptions { Replace = true }, cancellationToken), cancellationToken);

    private List<Document> Documents(MetadataFilter filter, RecordOrder order, int skip, int top, CancellationToken cancellationToken) =>
        Index().Read(snapshot =>
        {
            Predicate<int> passes = snapshot.Collection.Matching(filter);
            // Ordered records have all to be seen; otherwise the oldest are enough.
            long enough = order.IsEmpty ? (long)skip + top : long.MaxValue;
            List<Document> documents = [];
            foreach (int index in snapshot.Collection.Indices())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (documents.Count >= enough) break;
                if (passes(index)) documents.Add(snapshot.Collection.Read(index));
            }
            order.Sort(documents);
            int first = Math.Min(skip, documents.Count);
            return documents.GetRange(first, Math.Min(top, documents.Count - first));
        });

    private IAsyncEnumerable<VectorSearchResult<TRecord>> Search(
        string operation, RecordSearch search, CancellationToken cancellationToken) =>
        Stream(operation, () =>
        {
            List<VectorSearchResult<TRecord>> results = [];
            foreach ((SearchHit hit, double score) in search.Run(Index(), cancellationToken))
                results.Add(new VectorSearchResult<TRecord>(_mapper.Record<TRecord>(hit.Id, hit.Text, hit.Metadata), score));
            return results;
        }, cancellationToken);

    private Task<T> Run<T>(string operation, Func<T> work, CancellationToken cancellationToken) =>
        new Operation(indexes, name, operation).Run(work, cancellationToken);

    private async IAsyncEnumerable<T> Stream<T>(
        string operation, Func<List<T>> work, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (T item in await Run(operation, work, cancellationToken).ConfigureAwait(false)) yield return item;
    }
}
