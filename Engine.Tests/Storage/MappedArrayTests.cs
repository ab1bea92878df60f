using System.Buffers;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Storage;

/// <summary>Mapped files: what is read after they are disposed of, pinned, cut short, or of another form.</summary>
public sealed class MappedArrayTests
{
    [Test]
    public void Numbers_are_those_of_the_file_until_it_is_disposed_of()
    {
        using TemporaryFolder folder = new();
        MappedFloats mapped = MappedFloats.Create(RandomAccessFile.Open(Matrix(folder)));
        ReadOnlyMemory<float> memory = mapped.Memory;
        Assert.That((mapped.Rows, mapped.Columns, mapped.Offset), Is.EqualTo((2, 3, 128L)));
        Assert.That(memory.ToArray(), Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6 }));

        mapped.Dispose();
        mapped.Dispose();

        Assert.That(() => memory.Span.Length, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => memory.ToArray(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => memory.Pin(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(mapped.RequireWhole, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void What_is_pinned_stays_mapped_until_it_is_let_go()
    {
        using TemporaryFolder folder = new();
        string path = Matrix(folder);
        MappedFloats mapped = MappedFloats.Create(RandomAccessFile.Open(path));
        ReadOnlyMemory<float> memory = mapped.Memory;
        MemoryHandle first = memory.Pin(), second = memory[4..].Pin();
        mapped.Dispose();

        AllIsRefused();
        first.Dispose();
        unsafe
        {
            Assert.That(*(float*)second.Pointer, Is.EqualTo(5), "the last one out ends the mapping");
        }
        AllIsRefused();
        second.Dispose();
        AllIsRefused();

        void AllIsRefused()
        {
            Assert.That(() => memory.Span.Length, Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => memory.Pin(), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => mapped.Memory.Length, Throws.TypeOf<ObjectDisposedException>());
        }
    }

    [Test]
    public void Numbers_of_a_deleted_file_can_be_read_and_of_one_cut_short_are_not()
    {
        using TemporaryFolder folder = new();
        string path = Matrix(folder);
        using MappedFloats mapped = MappedFloats.Create(RandomAccessFile.Open(path));
        mapped.RequireWhole();
        using (FileStream other = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) other.SetLength(140);

        Refused.With(mapped.RequireWhole, "expected 152 bytes, found 140", path);

        File.Delete(path);
        string kept = Matrix(folder);
        using MappedFloats again = MappedFloats.Create(RandomAccessFile.Open(kept));
        File.Delete(kept);
        again.RequireWhole();
        Assert.That(again.Memory.Span[5], Is.EqualTo(6));
    }

    [Test]
    public void A_file_of_another_form_stays_the_callers()
    {
        using TemporaryFolder folder = new();
        string path = Matrix(folder);
        byte[] bytes = File.ReadAllBytes(path);
        folder.Write("short.npy", bytes[..^1]);
        folder.Write("header.npy", [0, .. bytes[1..]]);
        NpyFile.Write(folder.Path("vector.npy"), [1, 2, 3], 3);
        NpyFile.Write(folder.Path("empty.npy"), [], 0, 3);
        foreach (string name in (string[])["short.npy", "header.npy", "vector.npy", "empty.npy"])
        {
            using RandomAccessFile file = RandomAccessFile.Open(folder.Path(name));
            Refused.With(() => MappedFloats.Create(file), name);
            file.Read(0, new byte[10]);
        }
        using RandomAccessFile wrong = RandomAccessFile.Open(path);
        Refused.With(() => MappedFloats.Create(wrong, 3, 2_000_000_000), "at most");
        Refused.With(() => MappedFloats.Create(wrong, 4, 3), "expected 176 bytes, found 152");
        Refused.With(() => MappedArray<byte>.Create(wrong, 0, 151), "expected 151 bytes, found 152");
        using MappedFloats damaged = MappedFloats.Create(RandomAccessFile.Open(folder.Path("header.npy")), 2, 3);
        Assert.That(damaged.Memory.Span[0], Is.EqualTo(1));
    }

    private static string Matrix(TemporaryFolder folder)
    {
        string path = folder.Path("matrix.npy");
        NpyFile.Write(path, [1, 2, 3, 4, 5, 6], 2, 3);
        return path;
    }
}
