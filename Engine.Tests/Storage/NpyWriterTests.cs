using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Storage;

public sealed class NpyWriterTests
{
    [Property]
    public void Rows_one_by_one_give_the_bytes_of_the_whole(FsCheck.NonNegativeInt count, FsCheck.PositiveInt columns)
    {
        using TemporaryFolder folder = new();
        int rows = count.Get % 200, width = columns.Get;
        float[] data = new float[rows * width];
        for (int i = 0; i < data.Length; i++) data[i] = i - 7.5f;

        using (NpyWriter writer = NpyWriter.Create(folder.Path("rows.npy"), width))
        {
            for (int row = 0; row < rows; row++) writer.Write(data.AsSpan(row * width, width));
            Assert.That(writer.Rows, Is.EqualTo(rows));
            writer.Complete();
        }
        NpyFile.Write(folder.Path("whole.npy"), data, rows, width);

        Assert.That(File.ReadAllBytes(folder.Path("rows.npy")), Is.EqualTo(File.ReadAllBytes(folder.Path("whole.npy"))));
        Assert.That(NpyFile.Read(folder.Path("rows.npy")).Data, Is.EqualTo(data));
    }

    [Test]
    public void Not_completed_leaves_the_old_file_and_nothing_else()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.npy", [7]);

        using (NpyWriter writer = NpyWriter.Create(path, 3))
        {
            writer.Write(new float[30_000]);
            Assert.That(folder.Names(), Has.Length.EqualTo(2));
        }

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 7 }));
        Assert.That(folder.Names(), Is.EqualTo(new[] { "a.npy" }));
    }

    [Test]
    public void Partial_rows_and_impossible_widths_are_refused()
    {
        using TemporaryFolder folder = new();

        Refused.With(() => NpyWriter.Create(folder.Path("a.npy"), 0), "at least 1 column", "a.npy");
        using (NpyWriter writer = NpyWriter.Create(folder.Path("a.npy"), 3))
        {
            writer.Write(new float[6]);
            Refused.With(() => writer.Write(new float[4]), "rows of 3", "4 numbers", "row 2", "a.npy");
        }

        Assert.That(folder.Names(), Is.Empty);
    }

    [Test]
    public void Writing_a_row_allocates_nothing()
    {
        using TemporaryFolder folder = new();
        using NpyWriter writer = NpyWriter.Create(folder.Path("a.npy"), 256);
        float[] row = new float[256];
        for (int i = 0; i < 200; i++) writer.Write(row);

        long allocated = Allocation.Fewest(() =>
        {
            for (int i = 0; i < 200; i++) writer.Write(row);
        });

        Assert.That(allocated, Is.Zero);
    }
}
