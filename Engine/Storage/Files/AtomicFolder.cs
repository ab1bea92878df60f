using System.Globalization;
using System.Runtime.Versioning;

namespace QEngine.Storage;

/// <summary>
/// A folder of known files that appears, or replaces an older one, all at once: at <see cref="Commit"/>. Disposed without it, nothing
/// changes and nothing is left.
/// </summary>
/// <remarks>
/// The files are written into a temporary folder beside the target, <c>{target}.{process}-{number}.tmp</c>, which is then renamed.
/// An older folder is first renamed to <c>{target}.{process}-{number}.old</c> and deleted last; a process killed between the two
/// renames leaves it under that name. Leftovers of killed processes are neither used nor deleted.
/// <para>
/// A symbolic link at the path is kept, and the folder that it leads to is written. What is replaced passes its permissions on, to the
/// folder and to files of the same name; where nobody may write it, or something in it, it is refused.
/// </para>
/// <para>
/// Files reach the disk before the rename where they are written through <see cref="AtomicFile"/>. The renames themselves do
/// within seconds as a rule, and in their order where the file system keeps a journal, so that a loss of power is like a killed process.
/// But nothing here waits for them: the folder above would have to be flushed, and managed code cannot open a folder.
/// </para>
/// </remarks>
internal sealed class AtomicFolder : IDisposable
{
    private static int s_number;

    private readonly string _folder;     // as given, for messages
    private readonly string _target;
    private bool _isCommitted;

    private AtomicFolder(string folder, string target, string temporary) => (_folder, _target, Temporary) = (folder, target, temporary);

    /// <summary>The folder beside the target that files are written into.</summary>
    public string Temporary { get; }

    /// <summary>Checks, before long work starts, that a folder can be written.</summary>
    /// <param name="folder">The target: new in an existing folder, empty, or one with known files only.</param>
    /// <param name="known">Whether a file or folder in it, at any depth, may have a name: anything else belongs to somebody.</param>
    /// <exception cref="QEngineException">
    /// The target is a file or the root, or holds something else, or it, something in it or the folder above is read-only, or the latter
    /// missing.
    /// </exception>
    public static void Require(string folder, Predicate<string> known)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(known);
        Create(folder, known).Dispose();
    }

    /// <summary>Writes a folder through a callback, atomically.</summary>
    /// <param name="folder">The target, as for <see cref="Require"/>; an older one is replaced.</param>
    /// <param name="known">As for <see cref="Require"/>.</param>
    /// <param name="write">Writes the files into the folder it is given; if it throws, nothing changes and nothing is left.</param>
    /// <exception cref="QEngineException">As for <see cref="Require"/>, or the files or the folder cannot be written.</exception>
    public static void Write(string folder, Predicate<string> known, Action<string> write)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(write);
        using AtomicFolder pending = Create(folder, known);
        try
        {
            write(pending.Temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.WritingFolder(folder, failure);
        }
        pending.Commit();
    }

    /// <summary>Starts a folder.</summary>
    /// <param name="folder">The target, as for <see cref="Require"/>; an older one is replaced.</param>
    /// <param name="known">As for <see cref="Require"/>.</param>
    /// <exception cref="QEngineException">As for <see cref="Require"/>.</exception>
    public static AtomicFolder Create(string folder, Predicate<string> known)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(known);
        try
        {
            string target = Target(folder, known), temporary = Free(target, "tmp");
            // With the permissions of the older one from the start: what may be read by few must not lie open while it is written.
            if (!OperatingSystem.IsWindows() && Directory.Exists(target))
                Directory.CreateDirectory(temporary, File.GetUnixFileMode(target));
            else Directory.CreateDirectory(temporary);
            return new AtomicFolder(folder, target, temporary);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.WritingFolder(folder, failure);
        }
    }

    /// <summary>Renames what was written: only now it is at the target.</summary>
    /// <exception cref="QEngineException">The folder cannot be written.</exception>
    public void Commit()
    {
        try
        {
            Replace(_target, Temporary);
            _isCommitted = true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.WritingFolder(_folder, failure);
        }
    }

    /// <summary>Deletes what was written unless <see cref="Commit"/> has renamed it.</summary>
    public void Dispose()
    {
        if (!_isCommitted) Abandon(Temporary);
    }

    private static string Target(string folder, Predicate<string> known)
    {
        string name = FileErrors.Name(folder), target = RealPath.Resolve(folder, out _);
        string parent = Path.GetDirectoryName(target) ?? throw new QEngineException($"expected a folder to write, found the root: {name}");
        if (!Directory.Exists(parent)) throw new DirectoryNotFoundException();
        if (File.Exists(target)) throw new QEngineException($"expected a folder to write, found a file: {name}");
        if (Directory.Exists(target))
        {
            RequireWritable(target, target);
            RequireKnown(target, target, known);
        }
        return target;
    }

    private static void RequireKnown(string root, string folder, Predicate<string> known)
    {
        foreach (string entry in Directory.EnumerateFileSystemEntries(folder))
        {
            if (!known(Path.GetFileName(entry)))
                throw new QEngineException(
                    $"expected a new or empty folder, or one of the same kind to replace, "
                    + $"found {Printable.Quote(Path.GetRelativePath(root, entry))} in {FileErrors.Name(root)}");
            // What is behind a link is not deleted with it, and may lead back here.
            if (IsLink(entry)) continue;
            RequireWritable(root, entry);
            if (Directory.Exists(entry)) RequireKnown(root, entry, known);
        }
    }

    private static void RequireWritable(string root, string entry)
    {
        if (FileTarget.IsReadOnly(entry))
        {
            string found = entry == root ? "a read-only one" : $"{Printable.Quote(Path.GetRelativePath(root, entry))} read-only in it";
            throw new QEngineException($"expected a folder that may be written, found {found}: {FileErrors.Name(root)}");
        }
        // A rename would succeed, but whoever may not write a folder may not replace it, nor delete what was in it.
        if (!Environment.IsPrivilegedProcess && Directory.Exists(entry))
            File.Create(Free(Path.Combine(entry, ".qengine"), "tmp"), 1, FileOptions.DeleteOnClose).Dispose();
    }

    private static bool IsLink(string path) => File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint);

    private static void Replace(string target, string temporary)
    {
        if (!Directory.Exists(target))
        {
            Directory.Move(temporary, target);
            return;
        }

        if (!OperatingSystem.IsWindows()) KeepModes(target, temporary);
        string old = Free(target, "old");
        Directory.Move(target, old);
        try
        {
            Directory.Move(temporary, target);
        }
        catch
        {
            Directory.Move(old, target);
            throw;
        }
        Delete(old);
    }

    /// <summary>Gives a folder, and what is in it, the permissions of what is replaced.</summary>
    [UnsupportedOSPlatform("windows")]
    private static void KeepModes(string old, string entry)
    {
        if (!Path.Exists(old) || IsLink(old) || Directory.Exists(old) != Directory.Exists(entry)) return;
        File.SetUnixFileMode(entry, File.GetUnixFileMode(old));
        if (!Directory.Exists(entry)) return;
        foreach (string inner in Directory.EnumerateFileSystemEntries(entry)) KeepModes(Path.Combine(old, Path.GetFileName(inner)), inner);
    }

    private static void Delete(string old)
    {
        try
        {
            Directory.Delete(old, recursive: true);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.DeletingReplaced(old, failure);
        }
    }

    /// <summary>Deletes what was written. Never throws: the failure that led here is the one to report.</summary>
    private static void Abandon(string temporary)
    {
        try
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            // The folder above has gone or turned read-only meanwhile.
        }
    }

    /// <summary>A path beside the target that nothing has, a killed process's leftovers included.</summary>
    private static string Free(string target, string ending)
    {
        while (true)
        {
            string path = string.Create(
                CultureInfo.InvariantCulture, $"{target}.{Environment.ProcessId}-{Interlocked.Increment(ref s_number)}.{ending}");
            if (!Path.Exists(path)) return path;
        }
    }
}
