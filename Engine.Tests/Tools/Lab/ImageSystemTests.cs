using System.Buffers.Binary;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Lab;

namespace QEngine.Tests.Tools.Lab;

/// <summary>The systems of the lab that learn from images.</summary>
public sealed class ImageSystemTests : CommandFixture
{
    private static readonly string[] Systems = ["quanvolution", "hqnn-parallel", "quantum-transfer"];

    [Test]
    public void Folders_without_images_are_refused([ValueSource(nameof(Systems))] string system)
    {
        CommandLine.Run("lab", "run", system, "--data", Folder).Failed(1, "expected train-images-idx3-ubyte", "found none of them");
        Write("digits.csv", $"{string.Join(',', Enumerable.Repeat(1, 65))}\n");
        CommandLine.Run("lab", "run", system, "--data", Folder).Failed(1, "expected more than 1347 images, found 1");
        Write("train-images-idx3-ubyte", "x");
        CommandLine.Run("lab", "run", system, "--data", Folder).Failed(1, "expected a readable file, found no such file", "train-labels-idx1-ubyte");
        File.Delete(In("digits.csv"));
        Set("train", 1);
        Set("t10k", 1);
        CommandLine.Run("lab", "run", system, "--data", Folder).Failed(1, "expected at least 2 images to learn from, found 0 of the images");
    }

    /// <summary>Bright quarters of an image tell its class; a last batch of one is left out.</summary>
    [Test]
    [Category("Slow")]
    public void Models_with_and_without_circuits_learn_images([ValueSource(nameof(Systems))] string system)
    {
        Set("train", 251);
        Set("t10k", 40);
        JsonElement record = CommandLine.Run("lab", "run", system, "--quick", "--seeds", "2", "--data", Folder, "--json").Json();

        JsonElement task = record.GetProperty("tasks").EnumerateArray().Single();
        foreach (JsonElement model in task.GetProperty("models").EnumerateArray())
            Assert.That(model.GetProperty("mean").GetDouble(), Is.GreaterThan(0.4), $"{model.GetProperty("model")}");
        JsonElement[] sizes = [.. task.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("parameters"))];
        Assert.That(sizes.Max(size => size.GetInt32()), Is.LessThan(1.25 * sizes.Min(size => size.GetInt32())));
    }

    private void Set(string part, int count)
    {
        SplittableRandom random = new((ulong)count);
        byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % 4))], pixels = new byte[count * 64];
        for (int i = 0; i < pixels.Length; i++)
        {
            int quarter = (i % 64 / 32 * 2) + (i % 8 / 4);
            pixels[i] = (byte)((quarter == labels[i / 64] ? 150 : 0) + random.NextInt(100));
        }
        File.WriteAllBytes(In($"{part}-labels-idx1-ubyte"), [.. Header(count), .. labels]);
        File.WriteAllBytes(In($"{part}-images-idx3-ubyte"), [.. Header(count, 8, 8), .. pixels]);
    }

    private static byte[] Header(params int[] extents)
    {
        byte[] header = new byte[4 * (1 + extents.Length)];
        BinaryPrimitives.WriteInt32BigEndian(header, 0x800 | extents.Length);
        for (int i = 0; i < extents.Length; i++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 * (1 + i)), extents[i]);
        return header;
    }
}
