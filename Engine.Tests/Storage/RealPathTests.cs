using System.Net.Sockets;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Storage;

/// <summary>Where paths lead, and what is there.</summary>
public sealed class RealPathTests
{
    [Test]
    public void Dots_and_links_of_files_and_folders_are_followed_as_the_system_follows_them()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: links need a privilege");
        using TemporaryFolder folder = new();
        string real = RealPath.Resolve(folder.Path("real"));
        Directory.CreateDirectory(Path.Combine(real, "inner"));
        File.WriteAllText(Path.Combine(real, "a.txt"), "a");
        Directory.CreateSymbolicLink(folder.Path("link"), "real/inner");
        File.CreateSymbolicLink(Path.Combine(real, "inner", "up.txt"), "../a.txt");
        File.CreateSymbolicLink(folder.Path("chain.txt"), folder.Path("link/up.txt"));

        string file = Path.Combine(real, "a.txt");
        foreach (string path in new[] { "real/a.txt", "real/./inner/../a.txt", "link/up.txt", "chain.txt" })
            Assert.That(RealPath.Resolve(folder.Path(path)), Is.EqualTo(file), path);
        // Up from where the link of the folder leads to, not from where it lies.
        Assert.That(File.ReadAllText(folder.Path("chain.txt")), Is.EqualTo("a"));
    }

    [Test]
    public void A_link_that_leads_nowhere_gives_the_place_of_its_file()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: links need a privilege");
        using TemporaryFolder folder = new();
        File.CreateSymbolicLink(folder.Path("link"), "none/b.txt");

        Assert.That(RealPath.Resolve(folder.Path("link")), Is.EqualTo(Path.Combine(RealPath.Resolve(folder.Path("")), "none", "b.txt")));
        Assert.That(RealPath.KindOf(folder.Path("link")), Is.EqualTo(FileKind.Nothing));
    }

    [Test]
    public void Links_in_a_circle_and_impossible_paths_are_refused()
    {
        using TemporaryFolder folder = new();
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(folder.Path("a"), "b");
            File.CreateSymbolicLink(folder.Path("b"), "a");
            Refused.With(() => RealPath.Resolve(folder.Path("a")), "in a circle", "a");
        }

        Refused.With(() => RealPath.Resolve(""), "an invalid path");
        Refused.With(() => RealPath.Resolve("a\0b"), "an invalid path");
    }

    [Test]
    public void Devices_pipes_and_sockets_are_told_from_files_without_being_opened()
    {
        using TemporaryFolder folder = new();
        folder.Write("empty", "");
        folder.Write("full", "x");
        SpecialFile.Pipe(folder.Path("pipe"));
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(folder.Path("socket")));
        File.CreateSymbolicLink(folder.Path("link"), "pipe");

        // Nobody holds the other side of the pipe: to open it would wait for ever.
        string[] names = ["empty", "full", ".", "none", "pipe", "link", "socket"];
        FileKind[] kinds = [FileKind.Regular, FileKind.Regular, FileKind.Folder, FileKind.Nothing, FileKind.Pipe, FileKind.Pipe,
            FileKind.Other];
        Assert.That(names.Select(name => RealPath.KindOf(folder.Path(name))), Is.EqualTo(kinds));
        Assert.That(RealPath.KindOf(SpecialFile.Null(folder.Path("null"))), Is.EqualTo(FileKind.Device));
    }

    [Test]
    public void A_descriptor_is_its_file_or_where_that_has_no_path_itself()
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("skipped: descriptors are files of Linux");
        using TemporaryFolder folder = new();
        string path = RealPath.Resolve(folder.Write("a.txt", "x"));
        using FileStream file = File.OpenRead(path);
        string descriptor = $"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}";

        Assert.That(RealPath.Resolve(descriptor), Is.EqualTo(path));
        File.Delete(path);
        Assert.That(RealPath.Resolve(descriptor), Is.EqualTo(descriptor.Replace("self", $"{Environment.ProcessId}")));
        Assert.That(RealPath.KindOf(descriptor), Is.EqualTo(FileKind.Other));
    }
}
