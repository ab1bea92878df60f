using System.Text;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Storage;

public sealed class SafetensorsFileTests
{
    [Property(Arbitrary = [typeof(SafetensorsGenerators)])]
    public void What_was_written_is_read(FileCase content)
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("a.safetensors");

        SafetensorsWriter.Write(path, Entries(content), content.Metadata);

        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.That(file.Metadata, Is.EquivalentTo(content.Metadata));
        Assert.That(file.Tensors, Has.Count.EqualTo(content.Tensors.Length));
        foreach (TensorCase tensor in content.Tensors)
        {
            double[] data = new double[tensor.Data.Length];
            file.Read(tensor.Name, data.AsSpan());
            Assert.That(data, Is.EqualTo(tensor.Data));
            Assert.That(file[tensor.Name].Shape.ToArray(), Is.EqualTo(tensor.Shape));
            Assert.That(file[tensor.Name].Dtype, Is.SameAs(tensor.Wide ? SafetensorsDtype.F64 : SafetensorsDtype.F32));
            file.RequireShape(tensor.Name, tensor.Shape);
        }
    }

    [Property(Arbitrary = [typeof(SafetensorsGenerators)])]
    public void Order_of_entries_and_metadata_does_not_change_a_byte(FileCase content)
    {
        using TemporaryFolder folder = new();
        string first = folder.Path("a"), second = folder.Path("b");

        SafetensorsWriter.Write(first, Entries(content), content.Metadata);
        SafetensorsWriter.Write(second, Enumerable.Reverse(Entries(content)).ToList(), content.Metadata.Reverse().ToDictionary());

        byte[] bytes = File.ReadAllBytes(first);
        Assert.That(File.ReadAllBytes(second), Is.EqualTo(bytes));
        Assert.That(BitConverter.ToInt64(bytes) % 8, Is.Zero, "the data is aligned");
    }

    [Test]
    public void The_bytes_are_those_of_the_format()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("a.safetensors");
        const string Header = """{"__metadata__":{"a":"1","format":"pt"},"d":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]},"é\"":{"dtype":"F32","shape":[0],"data_offsets":[16,16]}}""";
        int length = Encoding.UTF8.GetByteCount(Header);
        int padded = (length + 7) / 8 * 8;
        byte[] expected =
        [
            (byte)padded, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(Header), .. new string(' ', padded - length).Select(c => (byte)c),
            0, 0, 0, 0, 0, 0, 0xF8, 0x3F,           // 1.5
            0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0,        // 1, -2
        ];

        SafetensorsWriter.Write(
            path,
            [new("é\"", [0], Array.Empty<float>()), new("b", [2, 1], new float[] { 1, -2 }), new("d", [], new double[] { 1.5 })],
            new Dictionary<string, string> { ["format"] = "pt", ["a"] = "1" });

        Assert.That(padded, Is.LessThan(256).And.Not.EqualTo(length), "the literal above covers the padding");
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(expected));
    }

    [Test]
    public void Names_are_ordered_by_their_utf8_bytes()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("a.safetensors");

        // In UTF-16 the surrogates of the emoji come before U+E000, in UTF-8 after.
        SafetensorsWriter.Write(path, [new("😀", [1], new float[1]), new("\ue000", [1], new float[1])]);

        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.That(file.Tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "\ue000", "😀" }));
    }

    [Test]
    public void Half_brain_and_double_tensors_are_converted()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.safetensors", SafetensorsBytes.File(
            """{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]},"d":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},"i":{"dtype":"I64","shape":[1],"data_offsets":[16,24]}}""",
            [0x00, 0x3C, 0x00, 0xC0, 0x80, 0x3F, 0x49, 0xC0, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 5, 0, 0, 0, 0, 0, 0, 0]));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        float[] pair = new float[2], one = new float[1];

        file.Read("h", pair.AsSpan());
        Assert.That(pair, Is.EqualTo(new[] { 1f, -2f }));
        file.Read("b", pair.AsSpan());
        Assert.That(pair, Is.EqualTo(new[] { 1f, -3.140625f }));
        file.Read("d", one.AsSpan());
        Assert.That(one, Is.EqualTo(new[] { 1.5f }));
        Refused.With(() => file.Read("i", new float[1].AsSpan()), "F64, F32, F16 or BF16", "\"i\"", "I64 [1]", path);
    }

    [Test]
    public void Tensors_are_written_in_half_precision()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("a.safetensors");

        SafetensorsWriter.Write(path, [new("h", [2, 2], new[] { 1, -0.1f, float.NaN, 1e-8f }, SafetensorsDtype.F16), new("s", [1], new[] { 0.1f }, SafetensorsDtype.F32)]);

        using SafetensorsFile file = SafetensorsFile.Open(path);
        float[] read = new float[4];
        file.RequireShape("h", 2, 2);
        file.Read("h", read.AsSpan());
        Assert.That(file["h"].ToString(), Is.EqualTo("F16 [2, 2]"));
        Assert.That(file["s"].ToString(), Is.EqualTo("F32 [1]"));
        Assert.That(read, Is.EqualTo(new[] { 1, -0.0999755859375f, float.NaN, 0 }));
    }

    [Test]
    public void A_number_beyond_half_precision_is_named_and_the_old_file_stays()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.safetensors", [1]);
        float[] data = new float[200_000];
        data[150_000] = -65520;

        Refused.With(
            () => SafetensorsWriter.Write(path, [new("w", [200_000], data, SafetensorsDtype.F16)]),
            "F16", "found -65520 at element 150000 of tensor \"w\"", path);
        Refused.With(() => _ = new SafetensorsEntry("w", [1], new float[1], SafetensorsDtype.BF16), "F32 or F16", "\"w\"", "found BF16");
        Refused.With(() => _ = new SafetensorsEntry("w", [1], new float[1], SafetensorsDtype.F64), "found F64");

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1 }));
        Assert.That(folder.Names(), Is.EqualTo(new[] { "a.safetensors" }));
    }

    [Test]
    public void Wrong_names_shapes_and_lengths_are_named()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("a.safetensors");
        SafetensorsWriter.Write(path, [new("w", [4, 16], new float[64]), new("big", [2], new double[] { 0, -1e300 })]);
        using SafetensorsFile file = SafetensorsFile.Open(path);

        Refused.With(() => _ = file["v"], "\"v\"", "2 tensors", path);
        Refused.With(() => file.RequireShape("w", 4, 15), "[4, 15]", "\"w\"", "F32 [4, 16]", path);
        Refused.With(() => file.Read("w", new float[63].AsSpan()), "63 elements", "64", "F32 [4, 16]", path);
        Refused.With(() => file.Read("big", new float[2].AsSpan()), "binary32", "element 1", "\"big\"", path);
        Assert.That(file.Contains("w") && !file.Contains("W"));
    }

    [Test]
    public void A_closed_file_is_not_read()
    {
        using TemporaryFolder folder = new();
        SafetensorsWriter.Write(folder.Path("a"), [new("w", [1], new float[1])]);
        SafetensorsFile file = SafetensorsFile.Open(folder.Path("a"));

        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => file.Read("w", new float[1].AsSpan()));
    }

    [Test]
    public void A_file_that_shrinks_while_open_is_refused()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: Windows does not let an open file shrink");
        using TemporaryFolder folder = new();
        string path = folder.Path("a.safetensors");
        SafetensorsWriter.Write(path, [new("w", [64], new float[64])]);
        using SafetensorsFile file = SafetensorsFile.Open(path);

        using (FileStream other = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) other.SetLength(100);

        Refused.With(() => file.Read("w", new float[64].AsSpan()), "more bytes", "byte 100", path);
    }

    [Test]
    public void A_file_replaced_while_open_keeps_its_old_content()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("a.safetensors");
        SafetensorsWriter.Write(path, [new("w", [1], new float[] { 1 })]);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        float[] value = new float[1];

        SafetensorsWriter.Write(path, [new("w", [1], new float[] { 2 })]);

        file.Read("w", value.AsSpan());
        Assert.That(value[0], Is.EqualTo(1f));
    }

    [Test]
    public void Bad_entries_are_refused_and_the_old_file_stays()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.safetensors", [1]);
        SafetensorsEntry good = new("w", [1], new float[1]);

        Refused.With(() => _ = new SafetensorsEntry("w", [2, 3], new float[5]), "5 elements", "\"w\"", "[2, 3]");
        Refused.With(() => _ = new SafetensorsEntry("w", [-1, -1], new float[1]), "[-1, -1]");
        Refused.With(() => _ = new SafetensorsEntry("w", [1L << 62, 4], Array.Empty<float>()), "0 elements");
        Refused.With(() => SafetensorsWriter.Write(path, [good, good]), "distinct", "\"w\"");
        Refused.With(() => SafetensorsWriter.Write(path, [new("__metadata__", [1], new float[1])]), "__metadata__");
        Refused.With(() => SafetensorsWriter.Write(path, [new("a\ud800", [1], new float[1])]), "lone surrogate");
        Refused.With(() => SafetensorsWriter.Write(path, [good], new Dictionary<string, string> { ["k"] = "\udc00" }), "lone surrogate");

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1 }));
        Assert.That(folder.Names(), Is.EqualTo(new[] { "a.safetensors" }));
    }

    [Test]
    public void A_model_written_elsewhere_is_read()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Shared.Path("golden/bert-tiny-random/model.safetensors"));
        float[] words = new float[30522 * 32];

        file.RequireShape("embeddings.word_embeddings.weight", 30522, 32);
        file.Read("embeddings.word_embeddings.weight", words.AsSpan());

        Assert.That(file["embeddings.LayerNorm.weight"].ToString(), Is.EqualTo("F32 [32]"));
        Assert.That(words, Has.All.Matches<float>(float.IsFinite).And.Some.Not.EqualTo(0f));
        byte[] raw = File.ReadAllBytes(file.Path);
        int data = 8 + (int)BitConverter.ToInt64(raw);
        Assert.That(words[77], Is.EqualTo(BitConverter.ToSingle(raw, data + 77 * 4)), "the first tensor begins right after the header");
    }

    [Test]
    public void A_head_written_elsewhere_is_read()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Shared.Path("golden/train-head/head_initial.safetensors"));

        Assert.That(file.Tensors, Has.Count.EqualTo(6));
        foreach (SafetensorsTensor tensor in file.Tensors)
        {
            file.RequireShape(tensor.Name, 4, 16);
            float[] angles = new float[64];
            file.Read(tensor.Name, angles.AsSpan());
            Assert.That(angles, Has.All.InRange(-6f, 6f).And.Some.Not.EqualTo(0f), "drawn from N(0, 1)");
        }
    }

    private static List<SafetensorsEntry> Entries(FileCase content)
    {
        List<SafetensorsEntry> entries = [];
        foreach (TensorCase tensor in content.Tensors)
        {
            entries.Add(tensor.Wide
                ? new SafetensorsEntry(tensor.Name, tensor.Shape, tensor.Data)
                : new SafetensorsEntry(tensor.Name, tensor.Shape, Array.ConvertAll(tensor.Data, value => (float)value)));
        }
        return entries;
    }
}
