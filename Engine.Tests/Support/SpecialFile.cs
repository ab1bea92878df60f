using System.Diagnostics;
using NUnit.Framework;

namespace QEngine.Tests.Support;

/// <summary>Files that are no regular ones, made by the test; it is skipped, saying so, where that is not permitted.</summary>
internal static class SpecialFile
{
    /// <summary>A device that takes everything and holds nothing, as /dev/null.</summary>
    public static string Null(string path) => Make("mknod", "-m", "666", path, "c", "1", "3");

    /// <summary>A device without room, as /dev/full.</summary>
    public static string Full(string path) => Make("mknod", "-m", "666", path, "c", "1", "7");

    /// <summary>A named pipe.</summary>
    public static string Pipe(string path) => Make("mkfifo", path);

    /// <summary>Type, permissions and numbers of a file, for instance <c>character special file 666 1,3</c>.</summary>
    public static string Describe(string path)
    {
        using Process process = Process.Start(new ProcessStartInfo("stat", ["-c", "%F %a %t,%T", path]) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd().TrimEnd();
    }

    private static string Make(string program, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("skipped: makes a special file of Linux");
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        string path = arguments.First(argument => argument.StartsWith('/'));
        // Where nodes may be made they may yet not be opened, as in some containers.
        bool usable = process.ExitCode == 0 && (program != "mknod" || MayBeOpened(path));
        if (!usable) Assert.Ignore($"skipped: a special file may not be made here: {error}");
        return path;
    }

    private static bool MayBeOpened(string path)
    {
        try
        {
            new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0).Dispose();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
