using System.Diagnostics;
using NUnit.Framework;
using QEngine.Tests.Support;

namespace QEngine.Tests.Storage;

/// <summary>A disk of its own for one test, a megabyte in memory; the test is skipped, saying so, where none may be mounted.</summary>
internal sealed class SmallDisk : IDisposable
{
    public const int Bytes = 1 << 20;

    private readonly TemporaryFolder _folder = new();

    public SmallDisk()
    {
        Directory.CreateDirectory(Root);
        bool mounted = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={Bytes}", "tmpfs", Root);
        if (mounted) return;
        _folder.Dispose();
        Assert.Ignore("skipped: a small disk can be mounted by the superuser of Linux only");
    }

    private string Root => _folder.Path("disk");

    public string Path(string name) => System.IO.Path.Combine(Root, name);

    /// <summary>Leaves so many bytes free.</summary>
    public void Fill(int free)
    {
        long available = new DriveInfo(Root).AvailableFreeSpace;
        File.WriteAllBytes(Path("filler"), new byte[available - free]);
    }

    /// <summary>From now on nothing can be written.</summary>
    public void MakeReadOnly() => Assert.That(Run("mount", "-o", "remount,ro", Root), "remounting");

    /// <summary>Names of everything on it, hidden files too, sorted.</summary>
    public string[] Names()
    {
        string[] names = Array.ConvertAll(Directory.GetFileSystemEntries(Root), path => System.IO.Path.GetFileName(path));
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    public void Dispose()
    {
        Assert.That(Run("umount", Root), "unmounting");
        _folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
