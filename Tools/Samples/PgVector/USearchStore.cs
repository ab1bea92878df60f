using Cloud.Unum.USearch;

namespace PgVectorSearch;

/// <summary>USearch: an HNSW graph by Euclidean distance in the memory of this process.</summary>
internal sealed class USearchStore : ICandidateStore
{
    // pgvector's own, so that the two compare; a search keeps a hundred, the most candidates that are asked for here.
    private const ulong Connectivity = 16, WidthOfAdding = 64, WidthOfSearch = 100;

    private USearchIndex? _graph;
    private IReadOnlyList<string> _ids = [];

    /// <inheritdoc/>
    public string Name => "USearch, HNSW";

    /// <inheritdoc/>
    public Task AddAsync(IReadOnlyList<string> ids, IReadOnlyList<float[]> vectors)
    {
        _graph?.Dispose();
        _ids = ids;
        _graph = new USearchIndex(
            MetricKind.L2sq, ScalarKind.Float32, (ulong)vectors[0].Length, Connectivity, WidthOfAdding, WidthOfSearch);
        for (int i = 0; i < vectors.Count; i++) _graph.Add((ulong)i, vectors[i]);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> NearestAsync(float[] vector, int count)
    {
        int found = _graph!.Search(vector, count, out ulong[] keys, out _);
        return Task.FromResult<IReadOnlyList<string>>([.. keys.Take(found).Select(key => _ids[(int)key])]);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _graph?.Dispose();
        return ValueTask.CompletedTask;
    }
}
