namespace QEngine.Tests.Support;

/// <summary>Permissions of Unix, for tests that are skipped on Windows.</summary>
internal static class Permissions
{
    /// <summary>Those of a file or folder.</summary>
    public static UnixFileMode Of(string path) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(path);

    /// <summary>Sets those of a file or folder.</summary>
    public static void Set(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException();
        File.SetUnixFileMode(path, mode);
    }

    /// <summary>Lets nobody write a file or folder until the result is disposed.</summary>
    public static IDisposable Protect(string path)
    {
        Protection protection = new(path, Of(path));
        Set(path, Of(path) & ~(UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
        return protection;
    }

    private sealed class Protection(string path, UnixFileMode mode) : IDisposable
    {
        public void Dispose() => Set(path, mode);
    }
}
