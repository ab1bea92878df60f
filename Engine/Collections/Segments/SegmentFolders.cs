using QEngine.Storage;

namespace QEngine.Collections;

/// <summary>The folders of segments in that of a collection, listed by its manifest or not.</summary>
internal static class SegmentFolders
{
    /// <summary>
    /// Requires a folder without a collection, whole or in parts: segments without a manifest are somebody's documents too.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="QEngineException">There is something of a collection in it.</exception>
    public static void RequireNone(string folder)
    {
        if (Path.Exists(CollectionManifest.PathIn(folder)))
            throw new QEngineException(
                $"expected a folder without an index, found {CollectionManifest.FileName} in {FileErrors.Name(folder)}");
        foreach (string path in Directory.EnumerateDirectories(folder))
            if (SegmentEntry.IsName(Path.GetFileName(path)))
                throw new QEngineException(
                    $"expected a folder without an index, found {Path.GetFileName(path)} in {FileErrors.Name(folder)}");
    }

    /// <summary>Deletes what the manifest does not list: a killed writer's leftovers, and merged segments.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="manifest">What counts.</param>
    public static void Sweep(string folder, CollectionManifest manifest)
    {
        HashSet<string> listed = new(StringComparer.Ordinal);
        foreach (SegmentEntry segment in manifest.Segments) listed.Add(segment.Name);
        try
        {
            foreach (string path in Directory.EnumerateDirectories(folder))
                if (SegmentEntry.IsName(Path.GetFileName(path)) && !listed.Contains(Path.GetFileName(path)))
                    Directory.Delete(path, recursive: true);
            foreach (string path in Directory.EnumerateFiles(folder))
                if (CollectionFolder.IsLeftover(Path.GetFileName(path))) File.Delete(path);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            // A reader on Windows has them open: the next writer deletes them.
        }
    }
}
