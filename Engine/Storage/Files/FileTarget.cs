using Microsoft.Win32.SafeHandles;

namespace QEngine.Storage;

/// <summary>Where a file is to be written: links are followed, and what is there already has been looked at and may be written.</summary>
internal sealed class FileTarget
{
    private const UnixFileMode AnyWrite = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly int? _descriptor;

    private FileTarget(string path, UnixFileMode? mode, bool isStream, int? descriptor) =>
        (Path, Mode, IsStream, _descriptor) = (path, mode, isStream, descriptor);

    /// <summary>The real path: absolute, since the working folder may change before the file is there.</summary>
    public string Path { get; }

    /// <summary>The permissions of the file that is replaced, or null where there is none or the system has no such.</summary>
    public UnixFileMode? Mode { get; }

    /// <summary>
    /// Whether what is there is written to rather than replaced: a device, a pipe, what else is no regular file, or an open descriptor.
    /// </summary>
    public bool IsStream { get; }

    /// <summary>Looks at a path.</summary>
    /// <param name="path">As it was given.</param>
    /// <exception cref="QEngineException">It is read-only.</exception>
    /// <exception cref="IOException">It is a folder or its folder is missing, or it cannot be opened.</exception>
    public static FileTarget Resolve(string path)
    {
        string real = RealPath.Resolve(path, out int? descriptor);
        if (System.IO.Path.EndsInDirectorySeparator(path)) throw new DirectoryNotFoundException();
        FileKind kind = RealPath.KindOfReal(real);
        // The error for a folder is found from its path.
        if (kind == FileKind.Folder) throw new UnauthorizedAccessException();
        if (kind != FileKind.Nothing && IsReadOnly(real))
            throw new QEngineException($"expected to write a file, found a read-only one: {FileErrors.Name(path)}");
        bool isStream = descriptor is not null || kind is not (FileKind.Nothing or FileKind.Regular);
        if (isStream) return new FileTarget(real, null, isStream, descriptor);

        string? folder = System.IO.Path.GetDirectoryName(real);
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException();
        if (kind == FileKind.Nothing || OperatingSystem.IsWindows()) return new FileTarget(real, null, isStream: false, null);
        // A rename would succeed, but whoever may not write a file may not replace it.
        new FileStream(real, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0).Dispose();
        return new FileTarget(real, File.GetUnixFileMode(real), isStream: false, null);
    }

    /// <summary>Whether nobody may write: asked of the permissions, as the superuser can write everything.</summary>
    /// <param name="path">A file or folder that exists.</param>
    public static bool IsReadOnly(string path) => OperatingSystem.IsWindows()
        ? !Directory.Exists(path) && File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly)
        : (File.GetUnixFileMode(path) & AnyWrite) == 0;

    /// <summary>Opens what is written to rather than replaced; waits for the reader of a pipe.</summary>
    public FileStream OpenStream() => _descriptor is { } number
        // The descriptor itself rather than its path: the position is the shell's too, which may have opened it to append.
        ? new FileStream(new SafeFileHandle(number, ownsHandle: false), FileAccess.Write, bufferSize: 0)
        : new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
}
