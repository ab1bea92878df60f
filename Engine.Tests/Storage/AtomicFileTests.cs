using System.Text;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Storage;

public sealed class AtomicFileTests
{
    [Test]
    public void Commit_puts_the_bytes_at_the_path_and_leaves_no_temporary_file()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.bin", [9, 9, 9]);

        using (AtomicFile file = AtomicFile.Create(path))
        {
            file.Write([1, 2]);
            Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 9, 9, 9 }), "before the commit");
            file.Commit();
        }

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(folder.Names(), Is.EqualTo(new[] { "a.bin" }));
    }

    [Test]
    public void Without_commit_the_old_file_is_untouched_and_nothing_is_left()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.bin", [9]);

        using (AtomicFile file = AtomicFile.Create(path))
        {
            file.Write(new byte[200_000]);
            Assert.That(folder.Names(), Has.Length.EqualTo(2), "the temporary file is in the same folder");
        }

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 9 }));
        Assert.That(folder.Names(), Is.EqualTo(new[] { "a.bin" }));
    }

    [Test]
    public void A_callback_that_throws_leaves_the_old_file()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.txt", "old"u8.ToArray());

        Assert.Throws<InvalidOperationException>(() => AtomicFile.WriteText(path, writer =>
        {
            writer.Write(new string('x', 100_000));
            throw new InvalidOperationException();
        }));

        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(folder.Names(), Is.EqualTo(new[] { "a.txt" }));
    }

    [Test]
    public void Text_is_utf8_without_byte_order_mark_and_with_line_feeds()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("a.txt");

        AtomicFile.WriteText(path, writer =>
        {
            writer.WriteLine("é");
            writer.WriteLine("b");
        });

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 0xC3, 0xA9, 10, (byte)'b', 10 }));
    }

    [Test]
    public void A_lone_surrogate_is_refused_and_nothing_is_written()
    {
        using TemporaryFolder folder = new();

        Refused.With(() => AtomicFile.WriteText(folder.Path("a.txt"), "a\ud800b"), "lone surrogate", "a.txt");

        Assert.That(folder.Names(), Is.Empty);
    }

    [Test]
    public void A_missing_folder_a_folder_and_an_empty_path_are_refused()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.Path("sub"));

        Refused.With(() => AtomicFile.Create(folder.Path("none/a.bin")), "no such folder", "none");
        Refused.With(() => AtomicFile.Create(folder.Path("sub")), "a folder of that name", "sub");
        Refused.With(() => AtomicFile.Create(""), "invalid path");
        Refused.With(() => AtomicFile.Create("a\0b"), "invalid path", "a\\u0000b");
    }

    [Test]
    public void A_rename_that_fails_leaves_no_temporary_file()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("a.bin");

        using (AtomicFile file = AtomicFile.Create(path))
        {
            file.Write([1]);
            Directory.CreateDirectory(path);
            Refused.With(file.Commit, "a folder of that name", "a.bin");
        }

        Assert.That(folder.Names(), Is.Empty);
    }

    [Test]
    public void A_stream_is_positioned_and_overwritten_and_refuses_reading()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("a.bin");
        using AtomicFile file = AtomicFile.Create(path);

        file.Write([1, 2, 3]);
        file.Position = 1;
        file.WriteByte(7);

        Assert.That(file.Position, Is.EqualTo(2));
        Assert.That(file.Length, Is.EqualTo(3));
        Assert.That(file.CanRead, Is.False);
        Assert.Throws<NotSupportedException>(() => _ = file.Read(new byte[1], 0, 1));
        file.Commit();
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1, 7, 3 }));
        Assert.Throws<ObjectDisposedException>(file.Commit);
    }

    [Test]
    public void A_full_disk_is_named()
    {
        if (!File.Exists("/dev/full")) Assert.Ignore("skipped: this system has no /dev/full");
        IOException failure = Assert.Throws<IOException>(() =>
        {
            using FileStream full = new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            full.Write(Encoding.ASCII.GetBytes("x"));
        })!;

        QEngineException error = FileErrors.Writing("out.npy", failure);

        Assert.That(error.Message, Is.EqualTo("expected to write a file, found no space left on the disk: out.npy"));
    }

    [Test]
    public void Missing_permission_is_named()
    {
        QEngineException error = FileErrors.Reading("secret.npy", new UnauthorizedAccessException());

        Assert.That(error.Message, Is.EqualTo("expected a readable file, found no permission: secret.npy"));
    }
}
