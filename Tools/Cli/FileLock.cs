using QEngine.Storage;

namespace QEngine.Tools.Cli;

/// <summary>
/// A claim that the operating system holds: a file opened exclusively. It ends with its process, however that ends, so nothing is left to
/// clean up; the empty file usually stays, since one that is deleted while another opens it would be two files.
/// </summary>
internal static class FileLock
{
    private const int WindowsSharing = unchecked((int)0x80070020), LinuxWouldBlock = 11, MacWouldBlock = 35;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Claims what a file stands for; null where another has it.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <exception cref="QEngineException">It cannot be opened.</exception>
    public static IDisposable? TryTake(string path) => Open(path, FileOptions.None);

    /// <summary>
    /// The same for what is claimed once and far apart, beside files of the user: the file goes with the claim. Nothing of the user's does:
    /// only an empty file, as a run that was killed leaves it, is taken over.
    /// </summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <exception cref="QEngineException">There is something else of that name, or the file cannot be opened.</exception>
    public static IDisposable? TryTakeTemporary(string path)
    {
        FileInfo there = new(path);
        if (there.LinkTarget is not null || (there.Exists && there.Length > 0))
            throw new QEngineException($"expected no file, as a run claims its folder by one of that name, found one: {path}");
        return Open(path, FileOptions.DeleteOnClose);
    }

    /// <summary>Claims what a file stands for, after waiting for whoever has it.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <param name="waits">Called once if there is something to wait for; null for nothing.</param>
    public static IDisposable Take(string path, CancellationToken cancellationToken, Action? waits = null)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryTake(path) is { } taken) return taken;
            waits?.Invoke();
            waits = null;
            cancellationToken.WaitHandle.WaitOne(Pause);
        }
    }

    private static FileStream? Open(string path, FileOptions options)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, options);
        }
        catch (IOException failure) when (failure.HResult is WindowsSharing or LinuxWouldBlock or MacWouldBlock)
        {
            return null;
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.Writing(path, failure);
        }
    }
}
