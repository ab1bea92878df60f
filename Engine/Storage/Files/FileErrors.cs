namespace QEngine.Storage;

/// <summary>Turns the runtime's input/output exceptions into one-line <see cref="QEngineException"/>s that name the file.</summary>
internal static class FileErrors
{
    // ENOSPC, EDQUOT and EROFS as Linux and macOS number them; ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL and ERROR_WRITE_PROTECT of Windows.
    private const int NoSpaceLeft = 28;
    private const int QuotaExceededLinux = 122;
    private const int QuotaExceededMac = 69;
    private const int ReadOnlyFileSystem = 30;
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsWriteProtect = unchecked((int)0x80070013);

    /// <summary>Whether the exception is one that opening, reading, writing or renaming a file may raise.</summary>
    internal static bool IsFileFailure(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException;

    /// <summary>The error for a failure while reading <paramref name="path"/>.</summary>
    internal static QEngineException Reading(string path, Exception failure) =>
        new($"expected a readable file, found {Reason(path, failure)}: {Name(path)}", failure);

    /// <summary>The error for a failure while writing <paramref name="path"/>.</summary>
    internal static QEngineException Writing(string path, Exception failure) =>
        new($"expected to write a file, found {Reason(path, failure)}: {Name(path)}", failure);

    /// <summary>The error for a failure while writing the folder <paramref name="path"/>.</summary>
    internal static QEngineException WritingFolder(string path, Exception failure) =>
        new($"expected to write a folder, found {(File.Exists(path) ? "a file of that name" : Reason(failure))}: {Name(path)}", failure);

    /// <summary>The error for a folder that has been replaced but cannot be deleted; the new one is in its place.</summary>
    internal static QEngineException DeletingReplaced(string path, Exception failure) =>
        new($"expected to delete the folder that was replaced, found {Reason(failure)}: {Name(path)}", failure);

    /// <summary>A path as it appears in messages.</summary>
    internal static string Name(string path) => path.Length == 0 ? "(empty path)" : Printable.OneLine(path);

    // A directory is asked for first: opening one is reported as "access denied".
    private static string Reason(string path, Exception failure) =>
        path.Length > 0 && Directory.Exists(path) ? "a folder of that name" : Reason(failure);

    private static string Reason(Exception failure) => failure switch
    {
        FileNotFoundException => "no such file",
        DirectoryNotFoundException => "no such folder",
        UnauthorizedAccessException => "no permission",
        PathTooLongException => "a path too long for the file system",
        // The runtime's answer to EFBIG; it is never a path's.
        ArgumentOutOfRangeException => "a size too large for the file system",
        ArgumentException => "an invalid path",
        NotSupportedException => "something that is not a regular file",
        IOException when IsDiskFull(failure.HResult) => "no space left on the disk",
        IOException when failure.HResult == (OperatingSystem.IsWindows() ? WindowsWriteProtect : ReadOnlyFileSystem) =>
            "a read-only file system",
        _ => Printable.OneLine(failure.Message),
    };

    private static bool IsDiskFull(int code) => OperatingSystem.IsWindows()
        ? code is WindowsDiskFull or WindowsHandleDiskFull
        : code == NoSpaceLeft || code == (OperatingSystem.IsMacOS() ? QuotaExceededMac : QuotaExceededLinux);
}
