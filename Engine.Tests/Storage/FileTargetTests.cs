using System.Text;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Storage;

/// <summary>What is at the path of an <see cref="AtomicFile"/> already: links, permissions, and what is no regular file.</summary>
public sealed class FileTargetTests
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Create()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: about permissions, links and devices of Unix");
        _folder = new TemporaryFolder();
    }

    [TearDown]
    public void Remove() => _folder?.Dispose();

    [Test]
    public void A_link_is_kept_and_its_file_written()
    {
        Directory.CreateDirectory(_folder.Path("elsewhere"));
        _folder.Write("elsewhere/a.txt", "old");
        File.CreateSymbolicLink(_folder.Path("link"), "elsewhere/a.txt");
        File.CreateSymbolicLink(_folder.Path("chain"), "link");

        AtomicFile.WriteText(_folder.Path("chain"), "new");

        Assert.That(File.ReadAllText(_folder.Path("elsewhere/a.txt")), Is.EqualTo("new"));
        Assert.That(new FileInfo(_folder.Path("link")).LinkTarget, Is.EqualTo("elsewhere/a.txt"));
        Assert.That(new FileInfo(_folder.Path("chain")).LinkTarget, Is.EqualTo("link"));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path("elsewhere")), Has.Length.EqualTo(1));
        Assert.That(_folder.Names(), Is.EqualTo(new[] { "chain", "link" }));
    }

    [Test]
    public void A_link_that_leads_nowhere_makes_its_file()
    {
        File.CreateSymbolicLink(_folder.Path("link"), "made.txt");
        File.CreateSymbolicLink(_folder.Path("lost"), "none/made.txt");

        AtomicFile.WriteText(_folder.Path("link"), "new");

        Assert.That(File.ReadAllText(_folder.Path("made.txt")), Is.EqualTo("new"));
        Assert.That(new FileInfo(_folder.Path("link")).LinkTarget, Is.EqualTo("made.txt"));
        Refused.With(() => AtomicFile.Create(_folder.Path("lost")), "no such folder", "lost");
    }

    [TestCase(0x180)] // 0600
    [TestCase(0x1ED)] // 0755
    [TestCase(0x1B6)] // 0666, of which the usual mask takes two
    [TestCase(0x080)] // 0200
    public void A_file_that_is_replaced_keeps_its_permissions(int mode)
    {
        string path = _folder.Write("a.txt", "old");
        Permissions.Set(path, (UnixFileMode)mode);

        using (AtomicFile file = AtomicFile.Create(path))
        {
            file.Write("new"u8);
            string temporary = _folder.Path(_folder.Names()[0]);
            Assert.That((int)Permissions.Of(temporary) & ~mode, Is.Zero, "no more while it is written");
            file.Commit();
        }

        Assert.That(Permissions.Of(path), Is.EqualTo((UnixFileMode)mode));
        Permissions.Set(path, Private);
        Assert.That(File.ReadAllText(path), Is.EqualTo("new"));
    }

    [Test]
    public void A_read_only_file_is_refused_to_the_superuser_too()
    {
        string path = _folder.Write("a.txt", "old");
        using IDisposable protection = Permissions.Protect(path);
        File.CreateSymbolicLink(_folder.Path("link"), "a.txt");

        foreach (string name in new[] { "a.txt", "link" })
        {
            Refused.With(() => AtomicFile.Require(_folder.Path(name)), "expected to write a file, found a read-only one", name);
            Refused.With(() => AtomicFile.Create(_folder.Path(name)), "found a read-only one", name);
        }

        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(_folder.Names(), Is.EqualTo(new[] { "a.txt", "link" }));
    }

    [Test]
    public void In_a_read_only_folder_files_are_made_by_the_superuser_alone()
    {
        string inner = Directory.CreateDirectory(_folder.Path("inner")).FullName;
        File.WriteAllText(Path.Combine(inner, "a.txt"), "old");
        using IDisposable protection = Permissions.Protect(inner);

        foreach (string name in new[] { "a.txt", "new.txt" })
        {
            if (Environment.IsPrivilegedProcess) AtomicFile.WriteText(Path.Combine(inner, name), "new");
            else Refused.With(() => AtomicFile.Require(Path.Combine(inner, name)), "no permission", "inner");
        }
        Assert.That(Directory.GetFileSystemEntries(inner), Has.Length.EqualTo(Environment.IsPrivilegedProcess ? 2 : 1));
    }

    [Test]
    public void A_device_is_written_to_and_stays_one()
    {
        string path = SpecialFile.Null(_folder.Path("null")), before = SpecialFile.Describe(path);

        AtomicFile.WriteText(path, new string('x', 200_000));
        using (NpyWriter writer = NpyWriter.Create(path, 2))
        {
            writer.Write([1, 2]);
            writer.Complete();
        }

        Assert.That(SpecialFile.Describe(path), Is.EqualTo(before).And.StartWith("character special file"));
        Assert.That(_folder.Names(), Is.EqualTo(new[] { "null" }));
        Assert.That(Leftovers(), Is.Empty);
    }

    [Test]
    public void A_device_without_room_is_named()
    {
        string path = SpecialFile.Full(_folder.Path("full"));

        Refused.With(() => AtomicFile.WriteText(path, "x"), "expected to write a file, found no space left on the disk", path);

        Assert.That(SpecialFile.Describe(path), Does.StartWith("character special file"));
        Assert.That(Leftovers(), Is.Empty);
    }

    [Test]
    public void The_reader_of_a_pipe_gets_the_whole_file_or_nothing()
    {
        string path = SpecialFile.Pipe(_folder.Path("pipe"));
        AtomicFile.Require(path);

        // Abandoned: nobody has to read.
        using (AtomicFile file = AtomicFile.Create(path)) file.Write(new byte[200_000]);
        Task<byte[]> reader = Task.Run(() => File.ReadAllBytes(path));
        NpyFile.Write(path, [1, 2, 3, 4], 2, 2);

        NpyFile.Write(_folder.Path("same.npy"), [1, 2, 3, 4], 2, 2);
        Assert.That(reader.Result, Is.EqualTo(File.ReadAllBytes(_folder.Path("same.npy"))));
        Assert.That(SpecialFile.Describe(path), Does.StartWith("fifo"));
        Assert.That(Leftovers(), Is.Empty);
    }

    [Test]
    public void A_descriptor_is_written_where_its_file_stands()
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("skipped: descriptors are files of Linux");
        string path = _folder.Write("log.txt", "before ");
        using FileStream log = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        log.Seek(0, SeekOrigin.End);
        // Asking for the handle also tells the system where the stream stands.
        string descriptor = $"/dev/fd/{log.SafeFileHandle.DangerousGetHandle()}";

        AtomicFile.WriteText(descriptor, "first ");
        AtomicFile.WriteText(descriptor, "second");

        Assert.That(ReadShared(path), Is.EqualTo("before first second"));
    }

    [Test]
    public void The_content_is_flushed_to_the_disk_before_it_is_there()
    {
        string path = _folder.Write("a.txt", "old");
        List<string> contents = [];
        using (AtomicFile file = AtomicFile.Create(path, (temporary, options) =>
            new CountedStream(temporary, options, () => contents.Add(File.ReadAllText(path)))))
        {
            file.Write("new"u8);
            file.Flush();
            Assert.That(contents, Is.Empty, "not at every flush");
            file.Commit();
        }

        Assert.That(contents, Is.EqualTo(new[] { "old" }), "once, before the rename");
        Assert.That(File.ReadAllText(path), Is.EqualTo("new"));
    }

    [Test]
    public void A_flush_to_the_disk_that_fails_leaves_the_old_file()
    {
        string path = _folder.Write("a.txt", "old");
        using AtomicFile file = AtomicFile.Create(path, (temporary, options) =>
            new CountedStream(temporary, options, () => throw new IOException("a broken disk")));
        file.Write("new"u8);

        Refused.With(file.Commit, "expected to write a file, found a broken disk", "a.txt");

        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(_folder.Names(), Is.EqualTo(new[] { "a.txt" }));
    }

    private static string[] Leftovers() => Directory.GetFiles(Path.GetTempPath(), $".qengine-{Environment.ProcessId}-*");

    private static string ReadShared(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Tells of every flush to the disk.</summary>
    private sealed class CountedStream(string path, FileStreamOptions options, Action flushed) : FileStream(path, options)
    {
        public override void Flush(bool flushToDisk)
        {
            if (flushToDisk) flushed();
            base.Flush(flushToDisk);
        }
    }
}
