using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>Opens a collection while others change it: what is read is of one manifest, or is read again.</summary>
internal static class CollectionOpening
{
    private const int Attempts = 10;

    // Between two attempts where the folder itself is being replaced.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Opens a collection and checks all its blocks.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="before">
    /// The same collection, open, as it was before changes of one's own: its sound segments are not read again. Null where the folder may
    /// hold another.
    /// </param>
    /// <exception cref="QEngineException">The manifest is missing or malformed, or a segment is not what it says.</exception>
    public static Collection Open(string folder, WorkerPool workers, Collection? before)
    {
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            CollectionManifest? manifest = null;
            try
            {
                manifest = CollectionManifest.Read(folder);
                Collection collection = Open(folder, manifest, workers, before);
                if (collection.Warnings.Count == 0 || !HasChanged(folder, manifest)) return collection;
                collection.Dispose();
            }
            catch (QEngineException) when (attempt < Attempts)
            {
                // A writer merged the segments, or replaced the folder, after we had read the manifest: read what is there now.
                if (!HasChanged(folder, manifest)) throw;
            }
        }
        throw new QEngineException(
            $"expected an index that stays while it is opened, found it changed {Attempts} times: {FileErrors.Name(folder)}");
    }

    /// <summary>Opens what a manifest lists, or the part of it that is wanted.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="before">As above.</param>
    /// <exception cref="QEngineException">A segment is not what it says.</exception>
    public static Collection Open(string folder, CollectionManifest manifest, WorkerPool workers, Collection? before)
    {
        List<Segment> segments = [];
        try
        {
            List<string> warnings = [];
            int first = 0;
            foreach (SegmentEntry entry in manifest.Segments)
            {
                if (entry.Documents > int.MaxValue - first)
                    throw new QEngineException($"expected at most {int.MaxValue} documents, found more in {FileErrors.Name(folder)}");
                segments.Add(Kept(before, entry, first) ?? Segment.Open(folder, manifest, entry, first, workers, warnings));
                first += entry.Documents;
            }
            return new Collection(manifest, [.. segments], warnings, workers);
        }
        catch
        {
            foreach (Segment segment in segments) segment.Dispose();
            throw;
        }
    }

    /// <summary>Whether the folder holds something else than when its manifest was read; it may be gone between two renames.</summary>
    private static bool HasChanged(string folder, CollectionManifest? before)
    {
        if (!Directory.Exists(folder))
        {
            Thread.Sleep(Pause);
            return true;
        }
        try
        {
            return CollectionManifest.Read(folder) != before;
        }
        catch (QEngineException)
        {
            return before is not null;
        }
    }

    private static Segment? Kept(Collection? before, SegmentEntry entry, int first)
    {
        if (before is null) return null;
        foreach (Segment segment in before.Segments)
            if (segment.Entry.Number == entry.Number) return segment.With(entry, first);
        return null;
    }
}
