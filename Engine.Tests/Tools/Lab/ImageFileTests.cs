using System.Buffers.Binary;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Support;
using QEngine.Tools.Indexing;
using QEngine.Tools.Lab;

namespace QEngine.Tests.Tools.Lab;

/// <summary>Folders of images in IDX files, and the file of digits.</summary>
public sealed class ImageFileTests
{
    private const int Limit = 1 << 30;

    [Test]
    public void A_folder_of_images_is_read([Values] bool compressed)
    {
        using TemporaryFolder folder = new();
        Write(folder, compressed, "train", [3, 0], Idx(3, [2, 2, 3], [0, 51, 102, 153, 204, 255, 255, 0, 0, 0, 0, 51]));
        Write(folder, compressed, "t10k", [9], Idx(3, [1, 2, 3], [0, 0, 0, 0, 0, 255]));

        LabelledImages training = IdxImages.Training(folder.Path("")), test = IdxImages.Test(folder.Path(""));

        Assert.That(IdxImages.AreIn(folder.Path("")));
        Assert.That(training.Extents, Is.EqualTo(new ImageShape(2, 3, 1)));
        Assert.That(training.Pixels, Is.EqualTo(new[] { 0, 0.2, 0.4, 0.6, 0.8, 1, 1, 0, 0, 0, 0, 0.2 }).Within(1e-7));
        Assert.That(training.Labels, Is.EqualTo(new[] { 3, 0 }));
        Assert.That(test.Labels, Is.EqualTo(new[] { 9 }));
        Assert.That(training.Part(1, 5).Pixels, Is.EqualTo(training.Pixels[6..]));
        Assert.That(training.Part(1, 5).Labels, Is.EqualTo(new[] { 0 }));
        Assert.That(training.Part(7, 5).Count, Is.Zero);
    }

    [Test]
    public void Malformed_folders_are_refused_in_one_line()
    {
        using TemporaryFolder folder = new();
        Assert.That(IdxImages.AreIn(folder.Path("")), Is.False);
        Refused("no such file");
        Write(folder, false, "train", [3, 10], Idx(3, [2, 1, 1], [0, 1]));
        Refused("expected labels from 0 to 9, found 10 at image 2");
        Write(folder, false, "train", [3], Idx(3, [2, 1, 1], [0, 1]));
        Refused("expected 1 images, as many as labels, found 2");
        Write(folder, false, "train", [3], Idx(3, [1, 513, 1], new byte[513]));
        Refused("expected images of at most 512 x 512 pixels, found 513 x 1");
        Write(folder, false, "train", [3], Idx(3, [1, 2, 2], [1, 2, 3]));
        Refused("expected 4 bytes behind the header, found 3");
        Write(folder, false, "train", [3], Idx(3, [1, 2, 2], [1, 2, 3, 4, 5]));
        Refused("expected 4 bytes behind the header, found more");
        Write(folder, false, "train", [3], Idx(3, [1, 2, 0], []));
        Refused("expected extents from 1 to 16777216, found 0 in dimension 3");
        Write(folder, false, "train", [3], Idx(3, [1, 1 << 20, 1 << 20], []));
        Refused($"expected at most {Limit} bytes, found extents of {1L << 40}");
        Write(folder, false, "train", [3], Idx(2, [1, 1], [1]));
        Refused("expected a header of 16 bytes, found the end after 13");
        Write(folder, false, "train", [3], Idx(2, [1, 8], new byte[8]));
        Refused("expected bytes in 3 dimensions (IDX 0x00000803), found 0x00000802");

        void Refused(string message) => Assert.That(() => IdxImages.Training(folder.Path("")), Throws.TypeOf<QEngineException>().With.Message.Contains(message));
    }

    [Test]
    public void Digits_are_read([Values] bool compressed)
    {
        using TemporaryFolder folder = new();
        Assert.That(DigitsFile.Find(folder.Path("")), Is.Null);
        string content = $"{Line(0, 7)}\r\n{Line(16, 0)}\n";
        folder.Write(compressed ? "digits.csv.gz" : "digits.csv", compressed ? Gzip.Compress(content) : System.Text.Encoding.UTF8.GetBytes(content));

        LabelledImages digits = DigitsFile.Read(DigitsFile.Find(folder.Path(""))!);

        Assert.That(digits.Extents, Is.EqualTo(new ImageShape(8, 8, 1)));
        Assert.That(digits.Labels, Is.EqualTo(new[] { 7, 0 }));
        Assert.That(digits.Pixels, Is.EqualTo(Enumerable.Range(0, 128).Select(i => i < 64 ? 0f : 1f)));
    }

    [TestCase("", "expected lines of 65 numbers, found none")]
    [TestCase("1,2", "expected a comma, found the end of the line, line 1 of")]
    [TestCase("1,2,", "expected a number from 0 to 16, found the end of the line, line 1 of")]
    [TestCase("1 2", "expected a comma, found ' 2', line 1 of")]
    [TestCase("17,", "expected a number from 0 to 16, found '17,', line 1 of")]
    [TestCase("x", "expected a number from 0 to 16, found 'x', line 1 of")]
    public void Malformed_digits_are_refused_in_one_line(string content, string message)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("digits.csv", content);
        Assert.That(() => DigitsFile.Read(path), Throws.TypeOf<QEngineException>().With.Message.Contains(message));
    }

    [TestCase(10, "expected a number from 0 to 9, found '10', line 2 of")]
    [TestCase(-1, "expected a number from 0 to 9, found '-1', line 2 of")]
    public void Wrong_labels_of_digits_are_refused(int label, string message)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("digits.csv", $"{Line(1, 1)}\n{Line(2, label)}\n");
        Assert.That(() => DigitsFile.Read(path), Throws.TypeOf<QEngineException>().With.Message.Contains(message));
        path = folder.Write("digits.csv", $"{Line(1, 1)},5\n");
        Assert.That(() => DigitsFile.Read(path), Throws.TypeOf<QEngineException>().With.Message.Contains("expected the end of the line behind 65 numbers, found ',5', line 1 of"));
    }

    [Test]
    public void Images_under_changes_of_every_kind([Values] bool compressed)
    {
        using TemporaryFolder folder = new();
        byte[] content = Idx(3, [3, 4, 5], [.. Enumerable.Range(0, 60).Select(i => (byte)(i * 4))]);
        string path = folder.Write(compressed ? "images.gz" : "images", compressed ? Gzip.Compress(content) : content);
        Attack attack = new(path, () => IdxFile.Read(path, 3), multiple: 4);

        attack.Truncations();
        attack.FlippedBits();
        attack.RandomChanges(seed: 1, rounds: 1500);
        attack.MustRefuse("empty", compressed ? [1] : []);

        Assert.That(attack.Refused, Is.GreaterThan(100));
        Assert.That(attack.Read, Is.GreaterThan(50), compressed ? "names and times of the header are free" : "pixels are free");
    }

    /// <summary>A short compressed file that says to be long, or is.</summary>
    [Test]
    public void Lengths_that_are_not_there_take_no_memory()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("images.gz", Gzip.Compress(Idx(3, [1, 1, 1], [7])));
        Attack attack = new(path, () => IdxFile.Read(path, 3), multiple: 4);

        attack.MustRefuse("long by its header", Gzip.Compress(Idx(3, [1 << 14, 256, 256], [7])), $"expected {Limit} bytes behind the header, found 1");
        attack.MustRefuse("long behind its end", Gzip.Compress(Idx(3, [1, 1, 1], new byte[1 << 24])), "expected 1 bytes behind the header, found more");
    }

    [Test]
    public void Digits_under_changes_of_every_kind()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("digits.csv", $"{Line(3, 1)}\n{Line(12, 9)}\r\n");
        Attack attack = new(path, () => DigitsFile.Read(path), multiple: 40);

        attack.Truncations();
        attack.FlippedBits();
        attack.RandomChanges(seed: 1, rounds: 1500);

        Assert.That(attack.Refused, Is.GreaterThan(100));
        Assert.That(attack.Read, Is.GreaterThan(50), "some digits are free");
    }

    private static void Write(TemporaryFolder folder, bool compressed, string part, byte[] labels, byte[] images)
    {
        foreach ((string name, byte[] content) in ((string, byte[])[])[($"{part}-labels-idx1-ubyte", Idx(1, [labels.Length], labels)), ($"{part}-images-idx3-ubyte", images)])
            folder.Write(compressed ? $"{name}.gz" : name, compressed ? Gzip.Compress(content) : content);
    }

    private static byte[] Idx(int dimensions, int[] extents, byte[] content)
    {
        byte[] header = new byte[4 * (1 + extents.Length)];
        BinaryPrimitives.WriteInt32BigEndian(header, 0x800 | dimensions);
        for (int i = 0; i < extents.Length; i++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 * (1 + i)), extents[i]);
        return [.. header, .. content];
    }

    private static string Line(int pixel, int label) => $"{string.Join(',', Enumerable.Repeat(pixel, 64))},{label}";
}
