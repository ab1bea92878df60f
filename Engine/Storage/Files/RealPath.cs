using System.Formats.Tar;
using System.Globalization;

namespace QEngine.Storage;

/// <summary>
/// Where a path leads when every link on the way is followed, and what is there: two paths with one real path are one file.
/// </summary>
internal static class RealPath
{
    // As the kernel of Linux counts.
    private const int MaxLinks = 40;

    // Where the header of an archive's entry says what kind of file it is.
    private const int TypePlace = 156;

    /// <summary>The absolute path without <c>.</c>, <c>..</c> and symbolic links.</summary>
    /// <remarks>
    /// The last parts need not exist: a link that leads nowhere gives the place where its file would be. A descriptor
    /// (<c>/dev/stdin</c>, <c>/proc/self/fd/3</c>) gives the path of its file or, where it has none, as a pipe, its own.
    /// </remarks>
    /// <param name="path">The path.</param>
    /// <exception cref="QEngineException">It is none, or links lead in a circle.</exception>
    public static string Resolve(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Resolve(path, out _);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.Reading(path, failure);
        }
    }

    /// <summary>What is at a path, links followed.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="QEngineException">It is none, or links lead in a circle.</exception>
    public static FileKind KindOf(string path) => KindOfReal(Resolve(path));

    /// <summary>The same, with the number of the process's own descriptor that the path leads through.</summary>
    internal static string Resolve(string path, out int? descriptor)
    {
        descriptor = null;
        string full = Path.GetFullPath(path), root = Path.GetPathRoot(full)!, real = root;
        Stack<string> rest = new();
        Push(rest, full[root.Length..]);
        int links = 0;
        while (rest.TryPop(out string? name))
        {
            if (name == "..") real = Path.GetDirectoryName(real) ?? real;
            if (name is "." or "..") continue;
            string next = Path.Combine(real, name);
            string? target = new FileInfo(next).LinkTarget;
            bool isDescriptor = target is not null && IsDescriptor(next);
            if (isDescriptor && OwnNumber(next) is { } number) descriptor = number;
            // Of a pipe the link of a descriptor names no path and yet leads to it.
            if (target is null || (isDescriptor && !Path.Exists(Path.Combine(real, target))))
            {
                real = next;
                continue;
            }
            if (++links > MaxLinks) throw new IOException("symbolic links that lead in a circle");
            if (Path.IsPathRooted(target)) real = Path.GetPathRoot(target)!;
            Push(rest, target[(Path.GetPathRoot(target) ?? "").Length..]);
        }
        return real;
    }

    /// <summary>What is at a real path.</summary>
    internal static FileKind KindOfReal(string real)
    {
        if (Directory.Exists(real)) return FileKind.Folder;
        FileInfo file = new(real);
        if (!file.Exists) return FileKind.Nothing;
        // A descriptor without a path remains a link.
        if (file.LinkTarget is not null) return FileKind.Other;
        return file.Length > 0 || OperatingSystem.IsWindows() ? FileKind.Regular : KindOfEmpty(real);
    }

    /// <summary>
    /// Devices, pipes and sockets have no length. Of all managed code only the writer of archives tells them from empty files, and
    /// without opening them, which waits for the other side of a pipe.
    /// </summary>
    private static FileKind KindOfEmpty(string real)
    {
        using MemoryStream header = new();
        using TarWriter archive = new(header, TarEntryFormat.Gnu);
        try
        {
            archive.WriteEntry(real, "file");
        }
        catch (UnauthorizedAccessException)
        {
            // Only a regular file is opened for it.
            return FileKind.Regular;
        }
        catch (IOException)
        {
            // A socket, which an archive cannot hold.
            return FileKind.Other;
        }
        return (TarEntryType)header.GetBuffer()[TypePlace] switch
        {
            TarEntryType.RegularFile => FileKind.Regular,
            TarEntryType.Fifo => FileKind.Pipe,
            TarEntryType.CharacterDevice or TarEntryType.BlockDevice => FileKind.Device,
            _ => FileKind.Other,
        };
    }

    /// <summary>Whether a path is a process's open file, as Linux shows it.</summary>
    private static bool IsDescriptor(string path) =>
        path.StartsWith("/proc/", StringComparison.Ordinal) && Path.GetFileName(Path.GetDirectoryName(path)) == "fd";

    /// <summary>The number of a descriptor of this process, or null for another's.</summary>
    private static int? OwnNumber(string path) =>
        path.StartsWith(string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/"), StringComparison.Ordinal)
        && int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static void Push(Stack<string> rest, string path)
    {
        string[] names = path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (int i = names.Length - 1; i >= 0; i--) rest.Push(names[i]);
    }
}
