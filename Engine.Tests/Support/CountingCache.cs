using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Distributed;

namespace QEngine.Tests.Support;

/// <summary>A cache in memory that counts how often it had what was asked for.</summary>
internal sealed class CountingCache : IDistributedCache
{
    private readonly ConcurrentDictionary<string, byte[]> _values = new();

    public int Hits { get; private set; }

    public void Clear()
    {
        _values.Clear();
        Hits = 0;
    }

    public byte[]? Get(string key)
    {
        if (!_values.TryGetValue(key, out byte[]? value)) return null;
        Hits++;
        return value;
    }

    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => Task.FromResult(Get(key));

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => _values[key] = value;

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        Set(key, value, options);
        return Task.CompletedTask;
    }

    public void Refresh(string key)
    {
    }

    public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

    public void Remove(string key) => _values.TryRemove(key, out _);

    public Task RemoveAsync(string key, CancellationToken token = default)
    {
        Remove(key);
        return Task.CompletedTask;
    }
}
