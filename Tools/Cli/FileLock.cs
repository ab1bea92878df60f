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
    /// <param name="isTemporary">
    /// Whether the file goes with the claim: for what is claimed once and far apart, where a folder of the user is not to be littered.
    /// </param>
    public static IDisposable? TryTake(string path, bool isTemporary = false)
    {
        try
        {
            FileOptions options = isTemporary ? FileOptions.DeleteOnClose : FileOptions.None;
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, options);
        }
        catch (IOException failure) when (failure.HResult is WindowsSharing or LinuxWouldBlock or MacWouldBlock)
        {
            return null;
        }
    }

    /// <summary>The same, after waiting for whoever has it.</summary>
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
}
