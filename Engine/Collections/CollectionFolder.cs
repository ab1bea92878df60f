using QEngine.Models;
using QEngine.Storage;

namespace QEngine.Collections;

/// <summary>
/// The folder of a collection as a whole: its files, and the model that embeds it beside them. Nothing else is ever replaced.
/// </summary>
internal static class CollectionFolder
{
    /// <summary>Name of the folder in it that holds the model.</summary>
    public const string ModelName = "model";

    /// <summary>Checks, before long work starts, that a collection can be written to a folder.</summary>
    /// <param name="folder">The folder: new in an existing one, empty, or an older collection's that nobody is writing.</param>
    /// <exception cref="QEngineException">
    /// It is a file or holds something else, the folder above it is missing or not writable, or somebody is writing the older collection.
    /// </exception>
    public static void Require(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        RequireOwn(folder);
        AtomicFolder.Require(folder, IsKnown);
        Lock(folder)?.Dispose();
    }

    /// <summary>
    /// Writes the folder through a callback: it appears, or replaces an older collection, all at once. Nobody else changes that one
    /// meanwhile.
    /// </summary>
    /// <param name="folder">The folder, as for <see cref="Require"/>.</param>
    /// <param name="write">Writes the files into the folder it is given; if it throws, nothing changes and nothing is left.</param>
    /// <exception cref="QEngineException">As for <see cref="Require"/>, or the files or the folder cannot be written.</exception>
    public static void Write(string folder, Action<string> write)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(write);
        RequireOwn(folder);
        WriterLock? older = Lock(folder);
        try
        {
            AtomicFolder.Write(folder, IsKnown, target =>
            {
                write(target);
                // That may have taken hours: what has come into the folder meanwhile is not replaced unseen either.
                RequireOwn(folder);
                older ??= Lock(folder);
                // Windows renames no folder in which a file is open.
                if (OperatingSystem.IsWindows()) older?.Dispose();
            });
            if (!OperatingSystem.IsWindows()) older?.Retire();
        }
        finally
        {
            older?.Dispose();
        }
    }

    /// <summary>Whether a name is that of a file that a killed process was writing.</summary>
    internal static bool IsLeftover(string name) =>
        name.StartsWith(".qengine-", StringComparison.Ordinal) && name.EndsWith(".tmp", StringComparison.Ordinal);

    private static WriterLock? Lock(string folder) => File.Exists(CollectionManifest.PathIn(folder)) ? WriterLock.Take(folder) : null;

    /// <summary>Whether a file or folder of a collection, at any depth, may have a name.</summary>
    /// <param name="name">The name.</param>
    public static bool IsKnown(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name is ModelName or CollectionManifest.FileName or WriterLock.FileName
            || SegmentEntry.IsName(name) || SegmentFile.Names.Contains(name) || ModelFolder.Names.Contains(name) || IsLeftover(name);
    }

    /// <summary>Requires a folder that is to be replaced to be a collection's, by its manifest and by what lies beside that.</summary>
    private static void RequireOwn(string folder)
    {
        try
        {
            if (!Directory.Exists(folder)) return;
            bool isIndex = File.Exists(CollectionManifest.PathIn(folder));
            // Older formats had the files of a segment there.
            bool isOlder = isIndex && CollectionManifest.ReadFormat(folder) < CollectionManifest.Format;
            foreach (string entry in Directory.EnumerateFileSystemEntries(folder))
            {
                string name = Path.GetFileName(entry);
                bool isOwn = isIndex && (name is ModelName or CollectionManifest.FileName || SegmentEntry.IsName(name));
                isOwn |= isOlder && SegmentFile.Names.Contains(name);
                if (isOwn || name == WriterLock.FileName || IsLeftover(name)) continue;
                string lacking = isIndex ? "" : $" and no {CollectionManifest.FileName}";
                throw new QEngineException(
                    $"expected a new or empty folder, or an index to replace, "
                    + $"found {Printable.Quote(name)}{lacking} in {FileErrors.Name(folder)}");
            }
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.WritingFolder(folder, failure);
        }
    }
}
