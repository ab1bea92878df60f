using System.Buffers;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Hosting;

/// <summary>The indexes of a folder by name, each opened once, at its first use.</summary>
internal sealed class OpenIndexes(string folder, SentenceEmbedder embedder, CodeBits? codes, WorkerPool workers) : IDisposable
{
    /// <summary>What telemetry calls this kind of store.</summary>
    public const string SystemName = "qengine";

    // Of every system, so that a store can be moved.
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/\\:*?\"<>|");

    private readonly Dictionary<string, SearchIndex> _open = new(StringComparer.Ordinal);
    private readonly Lock _opening = new();
    private readonly Lazy<string> _fingerprint = new(() => ModelFingerprint.Compute(embedder));

    /// <summary>What the store is called: as its folder.</summary>
    public string Name { get; } = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));

    /// <summary>The model of new indexes.</summary>
    public SentenceEmbedder Embedder => embedder;

    /// <summary>Whether it is closed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Requires the name of a folder, no path.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static void RequireName(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        bool isName = !name.AsSpan().ContainsAny(NotInNames) && name.Trim() == name && !name.StartsWith('.') && !name.EndsWith('.');
        foreach (char character in name) isName &= !char.IsControl(character);
        if (!isName)
            throw new ArgumentException($"expected a name that can be a folder's, found {Printable.Quote(name)}", nameof(name));
    }

    /// <summary>The names of all indexes, in order.</summary>
    public string[] Names() => Locked(() =>
    {
        List<string> names = [];
        if (Directory.Exists(folder))
        {
            foreach (string path in Directory.EnumerateDirectories(folder))
                if (File.Exists(CollectionManifest.PathIn(path))) names.Add(Path.GetFileName(path));
        }
        names.Sort(StringComparer.Ordinal);
        return names.ToArray();
    });

    /// <summary>Whether there is an index.</summary>
    public bool Exists(string name) => Locked(() => File.Exists(CollectionManifest.PathIn(PathOf(name))));

    /// <summary>An index.</summary>
    /// <exception cref="QEngineException">There is none, or it cannot be opened.</exception>
    public SearchIndex Open(string name) => Locked(() =>
    {
        if (_open.TryGetValue(name, out SearchIndex? index)) return index;
        if (!File.Exists(CollectionManifest.PathIn(PathOf(name))))
            throw new QEngineException($"expected a collection, found none: {FileErrors.Name(PathOf(name))}");
        return _open[name] = SearchIndex.Open(PathOf(name), workers, Loaded);
    });

    /// <summary>An index, made where there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="check">Is given the model before anything is made.</param>
    /// <exception cref="QEngineException">It cannot be opened or written.</exception>
    public SearchIndex Ensure(string name, Action<SentenceEmbedder> check) => Locked(() =>
    {
        if (Exists(name)) return Open(name);
        check(embedder);
        return _open[name] = SearchIndex.Create(PathOf(name), embedder, codes, workers);
    });

    /// <summary>Deletes an index where there is one; files that are no index's stay.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="QEngineException">Another is writing it, or it may not be deleted.</exception>
    public bool Delete(string name) => Locked(() =>
    {
        string path = PathOf(name);
        if (_open.Remove(name, out SearchIndex? index)) index.Dispose();
        if (!File.Exists(CollectionManifest.PathIn(path))) return false;
        using (WriterLock writer = WriterLock.Take(path))
        {
            // What no manifest lists does not exist: from here on the collection is gone, whatever happens.
            File.Delete(CollectionManifest.PathIn(path));
            writer.Retire();
        }
        foreach (string entry in Directory.GetFileSystemEntries(path))
        {
            if (!CollectionFolder.IsKnown(Path.GetFileName(entry))) continue;
            if (Directory.Exists(entry)) Directory.Delete(entry, recursive: true);
            else File.Delete(entry);
        }
        if (Directory.GetFileSystemEntries(path).Length == 0) Directory.Delete(path);
        return true;
    });

    /// <summary>Closes all indexes.</summary>
    public void Dispose()
    {
        lock (_opening)
        {
            IsClosed = true;
            foreach (SearchIndex index in _open.Values) index.Dispose();
            _open.Clear();
        }
    }

    /// <summary>The model of a fingerprint, if an open index has it or it is that of new ones: it is there once for all of them.</summary>
    private SentenceEmbedder? Loaded(string fingerprint)
    {
        foreach (SearchIndex index in _open.Values)
            if (index.Embedder is { } known && index.Now.Manifest.Fingerprint == fingerprint) return known;
        return _fingerprint.Value == fingerprint ? embedder : null;
    }

    private string PathOf(string name) => Path.Combine(folder, name);

    private T Locked<T>(Func<T> work)
    {
        lock (_opening)
        {
            ObjectDisposedException.ThrowIf(IsClosed, typeof(QEngineVectorStore));
            try
            {
                return work();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw FileErrors.WritingFolder(folder, failure);
            }
        }
    }
}
