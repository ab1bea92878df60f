using System.Buffers;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Storage;

/// <summary>Whole files and folders on disks that are full, read-only or gone: one line, the old content intact, nothing left over.</summary>
public sealed class DiskFailureTests
{
    private static readonly byte[] Old = [1, 2, 3];
    private static readonly HashSet<string> Known = ["a.safetensors", "b.npy"];

    [Test]
    public void A_full_disk_leaves_the_old_file()
    {
        using SmallDisk disk = new();
        string path = disk.Path("a.safetensors");
        File.WriteAllBytes(path, Old);
        float[] large = new float[SmallDisk.Bytes / 2];
        SafetensorsEntry[] entries =
        [
            new("w", [large.Length], large), new("w", [large.Length * 2], new float[large.Length * 2], SafetensorsDtype.F16), new("w", [large.Length], new double[large.Length]),
        ];

        foreach (SafetensorsEntry entry in entries) Refused.With(() => SafetensorsWriter.Write(path, [entry]), "write a file", "no space left on the disk", path);
        Refused.With(() => NpyFile.Write(path, large, large.Length), "no space left on the disk", path);
        Refused.With(() => AtomicFile.WriteText(path, new string('x', 2 * SmallDisk.Bytes)), "no space left on the disk", path);

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(Old));
        Assert.That(disk.Names(), Is.EqualTo(new[] { "a.safetensors" }));
    }

    [TestCase(0)]
    [TestCase(8192)]
    public void A_disk_that_is_full_at_the_last_flush_leaves_the_old_file(int free)
    {
        using SmallDisk disk = new();
        string path = disk.Path("a.safetensors");
        File.WriteAllBytes(path, Old);
        disk.Fill(free);

        // Less than the stream's buffer: nothing is written before the commit.
        Refused.With(() => SafetensorsWriter.Write(path, [new("w", [5000], new float[5000])]), "no space left on the disk", path);

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(Old));
        Assert.That(disk.Names(), Is.EqualTo(new[] { "a.safetensors", "filler" }));
        File.Delete(disk.Path("filler"));
        SafetensorsWriter.Write(path, [new("w", [5000], new float[5000])]);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.That(file.Contains("w"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_full_disk_leaves_the_old_folder(bool older)
    {
        using SmallDisk disk = new();
        string folder = disk.Path("out");
        if (older)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, "a.safetensors"), Old);
        }

        Refused.With(
            () => AtomicFolder.Write(folder, Known.Contains, target =>
            {
                NpyFile.Write(Path.Combine(target, "b.npy"), new float[1000], 1000);
                SafetensorsWriter.Write(Path.Combine(target, "a.safetensors"), [new("w", [SmallDisk.Bytes], new float[SmallDisk.Bytes])]);
            }),
            "no space left on the disk", disk.Path("out"));

        Assert.That(disk.Names(), Is.EqualTo(older ? new[] { "out" } : []));
        if (older) Assert.That(File.ReadAllBytes(Path.Combine(folder, "a.safetensors")), Is.EqualTo(Old));
    }

    [Test]
    public void A_read_only_disk_is_named()
    {
        using SmallDisk disk = new();
        string path = disk.Path("a.safetensors"), folder = disk.Path("out");
        File.WriteAllBytes(path, Old);
        Directory.CreateDirectory(folder);
        disk.MakeReadOnly();

        Refused.With(() => SafetensorsWriter.Write(path, [new("w", [1], new float[1])]), "write a file", "a read-only file system", path);
        Refused.With(() => AtomicFolder.Require(folder, Known.Contains), "write a folder", "a read-only file system", folder);
        Refused.With(() => AtomicFolder.Write(folder, Known.Contains, _ => Assert.Fail("not to be called")), "a read-only file system", folder);

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(Old));
        Assert.That(disk.Names(), Is.EqualTo(new[] { "a.safetensors", "out" }));
    }

    [Test]
    public void A_folder_that_may_not_be_written_is_named()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("skipped: sets Unix permissions");
            return;
        }
        if (Environment.IsPrivilegedProcess) Assert.Ignore("skipped: permissions do not bind the superuser");
        using TemporaryFolder folder = new();
        string parent = Directory.CreateDirectory(folder.Path("parent")).FullName, path = Path.Combine(parent, "a.safetensors");
        File.WriteAllBytes(path, Old);
        File.SetUnixFileMode(parent, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Refused.With(() => SafetensorsWriter.Write(path, [new("w", [1], new float[1])]), "no permission", path);
            Assert.That(File.ReadAllBytes(path), Is.EqualTo(Old));
        }
        finally
        {
            File.SetUnixFileMode(parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Test]
    public void A_folder_deleted_meanwhile_is_named_and_not_made_again()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: Windows keeps a folder with an open file");
        using TemporaryFolder folder = new();
        string parent = Directory.CreateDirectory(folder.Path("parent")).FullName, path = Path.Combine(parent, "a.safetensors");
        using NumbersThatDelete numbers = new(parent);

        Refused.With(() => SafetensorsWriter.Write(path, [new("w", [100], numbers.Memory)]), "write a file", "no such f", path);

        Assert.That(Directory.GetFileSystemEntries(folder.Path("")), Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_folder_whose_parent_is_deleted_meanwhile_is_named_and_not_made_again(bool older)
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: Windows keeps a folder with an open file");
        using TemporaryFolder folder = new();
        string parent = Directory.CreateDirectory(folder.Path("parent")).FullName, target = Path.Combine(parent, "out");
        if (older) Directory.CreateDirectory(target);
        using NumbersThatDelete numbers = new(parent);

        Refused.With(
            () => AtomicFolder.Write(target, Known.Contains, inner => SafetensorsWriter.Write(Path.Combine(inner, "a.safetensors"), [new("w", [100], numbers.Memory)])),
            "no such f", target);
        Directory.CreateDirectory(parent);
        Refused.With(() => AtomicFolder.Write(target, Known.Contains, _ => Directory.Delete(parent, recursive: true)), "write a folder", "no such f", target);

        Assert.That(Directory.GetFileSystemEntries(folder.Path("")), Is.Empty);
    }

    [TestCase(1L << 62, "a size too large for the file system")]
    [TestCase(long.MaxValue - 1, "")]
    public void A_size_beyond_the_file_system_is_named(long position, string part)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.bin", Old);
        using (AtomicFile file = AtomicFile.Create(path))
        {
            file.Position = position;
            try
            {
                file.Write(new byte[200_000]);
                Assert.Ignore("skipped: this file system holds files of that size");
            }
            catch (QEngineException refusal)
            {
                Refused.With(() => throw refusal, "write a file", part, path);
            }
        }

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(Old));
        Assert.That(folder.Names(), Is.EqualTo(new[] { "a.bin" }));
    }

    /// <summary>Numbers that delete a folder when they are looked at, that is, in the middle of being written.</summary>
    private sealed class NumbersThatDelete(string folder) : MemoryManager<float>
    {
        private readonly float[] _numbers = new float[100];

        public override Span<float> GetSpan()
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            return _numbers;
        }

        public override Memory<float> Memory => CreateMemory(_numbers.Length);

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
        }
    }
}
