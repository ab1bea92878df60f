using System.Diagnostics;
using QEngine.Collections;
using QEngine.Tools.Serving.Embedding;
using QEngine.Tools.Serving.Http;

namespace QEngine.Tools.Serving.Search;

/// <summary>An index that many clients search: the queries of all that wait are found in one reading of it.</summary>
internal sealed class SharedSearch : IAsyncDisposable
{
    private const int QueriesPerBatch = 64;

    // How old what is searched may be, after another process has changed the index.
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);

    private readonly ServedModel _model;
    private readonly SearchIndex _index;
    private readonly SharedEmbedder _embedder;
    private readonly Action<string> _warn;
    private readonly BatchQueue<Work, IReadOnlyList<SearchHit>> _queue;
    private readonly Stopwatch _sinceRefresh = Stopwatch.StartNew();
    private string? _warned;

    /// <summary>Starts.</summary>
    /// <param name="model">The index and its model.</param>
    /// <param name="embedder">The model, shared by all clients.</param>
    /// <param name="maxQueue">The most requests that wait.</param>
    /// <param name="warn">Shows a line.</param>
    public SharedSearch(ServedModel model, SharedEmbedder embedder, int maxQueue, Action<string> warn)
    {
        (_model, _index, _embedder, _warn) = (model, model.Index!, embedder, warn);
        _queue = new BatchQueue<Work, IReadOnlyList<SearchHit>>(maxQueue, _ => 1, QueriesPerBatch, Search);
    }

    /// <summary>The index.</summary>
    public SearchIndex Index => _index;

    /// <summary>What scores are: cosine, fidelity (then they are ln F), or the name of a fusion.</summary>
    public string ScoreName(SearchRequest request) => request.Hybrid ?? CollectionManifest.NameOf(_index.Similarity);

    /// <summary>Requests that wait for the index.</summary>
    public int QueueLength => _queue.Length;

    /// <summary>Finds documents.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Set when the client is gone.</param>
    /// <exception cref="ApiException">Too many wait, or the index has no texts that a hybrid search could read.</exception>
    public async Task<IReadOnlyList<SearchHit>> SearchAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        if (request.Hybrid is not null && _index.Embedder is null)
            throw ApiException.Wrong("hybrid", "expected an index of texts for 'hybrid', found one of vectors alone");
        EmbeddedTexts embedded = await _embedder.EmbedAsync([request.Query], _model.Embedder.Prompts.Query, cancellationToken);
        SearchQuery query = new(request.Query) { Vector = embedded.Embeddings };
        return await _queue.Run(new Work(query, request.Top, request.Options), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _queue.DisposeAsync();

    /// <summary>Searches a batch: one call for those that want the same.</summary>
    private IReadOnlyList<SearchHit>[] Search(IReadOnlyList<Work> batch)
    {
        Refresh();
        IReadOnlyList<SearchHit>[] results = new IReadOnlyList<SearchHit>[batch.Count];
        foreach (var alike in Enumerable.Range(0, batch.Count).GroupBy(i => (batch[i].Top, batch[i].Options)))
        {
            int[] works = [.. alike];
            (int top, SearchOptions options) = alike.Key;
            SearchQuery[] queries = [.. works.Select(work => batch[work].Query)];
            IReadOnlyList<IReadOnlyList<SearchHit>> found = _index.SearchAll(queries, top, options);
            for (int i = 0; i < works.Length; i++) results[works[i]] = found[i];
        }
        return results;
    }

    /// <summary>Takes in what others have added or deleted; where that fails, what is open goes on being searched.</summary>
    private void Refresh()
    {
        if (_sinceRefresh.Elapsed < Age) return;
        _sinceRefresh.Restart();
        try
        {
            _index.Refresh();
            _warned = null;
        }
        catch (QEngineException failure)
        {
            if (failure.Message != _warned) _warn($"warning: the index stays as it was: {failure.Message}");
            _warned = failure.Message;
        }
    }

    private sealed record Work(SearchQuery Query, int Top, SearchOptions Options);
}
