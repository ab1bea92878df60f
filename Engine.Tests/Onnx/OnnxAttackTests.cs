using NUnit.Framework;
using QEngine.Layers;
using QEngine.Onnx;
using QEngine.Tests.Models;
using QEngine.Tests.Support;

namespace QEngine.Tests.Onnx;

/// <summary>
/// Files that lie: about lengths, places, types and names. Each is refused in a line, and nothing is allocated from its numbers.
/// </summary>
public sealed class OnnxAttackTests
{
    private const int Kilobyte = 1024, Multiple = 64;

    [Test]
    public void A_file_cut_off_anywhere_is_refused([Values("raw", "typed", "quantised")] string kind)
    {
        using OnnxFolder folder = Folder(kind);
        Attack attack = new(folder.Path("model/model.onnx"), () => OnnxWeights.Open(folder.Path("model/model.onnx")).Dispose(), Multiple);
        byte[] good = File.ReadAllBytes(folder.Path("model/model.onnx"));

        for (int length = 0; length < Kilobyte; length++) attack.MustRefuse($"cut at {length}", good[..length]);
        for (int length = Kilobyte; length < good.Length; length += 997) attack.MustRefuse($"cut at {length}", good[..length]);
    }

    [Test]
    public void A_file_with_bits_changed_is_read_or_refused([Values("raw", "typed", "quantised")] string kind)
    {
        using OnnxFolder folder = Folder(kind);
        Attack attack = new(folder.Path("model/model.onnx"), () => OnnxWeights.Open(folder.Path("model/model.onnx")).Dispose(), Multiple);

        attack.FlippedBits(256);
        attack.RandomChanges(seed: 5, rounds: 300);

        Assert.That(attack.Refused, Is.GreaterThan(1000));
    }

    // bytes of a model's fields, and what is said
    private static readonly (string Name, Proto Bytes, string[] Parts)[] Lies =
    [
        ("two gigabytes", new Proto().Key(7, 2).Varint(int.MaxValue), ["at most the 0 bytes that are left", "length 2147483647"]),
        ("all that 64 bits hold", new Proto().Key(7, 2).Varint(ulong.MaxValue), ["length 18446744073709551615"]),
        ("a varint without an end", new Proto().Key(1, 0).Raw([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
            ["a whole number of 64 bits"]),
        ("a varint of 65 bits", new Proto().Key(1, 0).Raw([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02]),
            ["a whole number of 64 bits"]),
        ("field 0", new Proto().Key(0, 0).Varint(1), ["field 0"]),
        ("a group", new Proto().Key(7, 3), ["wire type 3"]),
        ("the end of a group", new Proto().Key(7, 4), ["wire type 4"]),
        ("wire type 7", new Proto().Key(7, 7), ["wire type 7"]),
        ("eight bytes of which there are none", new Proto().Key(1, 1), ["a number of 8 bytes"]),
        ("a graph that is a number", new Proto().Integer(7, 1), ["a graph of wire type 2"]),
        ("two graphs", new Proto().Text(7, "").Text(7, ""), ["one graph"]),
        ("a type that is no UTF-8", Graph(new Proto().Message(1, new Proto().Bytes(4, [0xC3]))), ["UTF-8 as a node's type"]),
        ("a node without a type", Graph(new Proto().Message(1, new Proto().Text(2, "y"))), ["a type for every node"]),
        ("a name of 64 KiB", Graph(new Proto().Message(1, new Proto().Text(4, "Add").Text(3, new string('x', 65536)))),
            ["at most 32768 bytes"]),
        ("a value before its node",
            Graph(Node("Relu", "y", "x").Raw(Node("Relu", "x", "x0").ToArray()).Message(11, new Proto().Text(1, "x0"))),
                ["computed before it is used", "\"y\""]),
        ("a value twice", Graph(Node("Relu", "x", "y").Raw(Node("Relu", "x", "y").ToArray()).Message(11, new Proto().Text(1, "x"))),
            ["\"y\" again"]),
        ("an output of nothing", Graph(new Proto().Message(12, new Proto().Text(1, "y"))), ["every output", "\"y\""]),
        ("an attribute twice",
            Graph(new Proto().Message(
                1, new Proto().Text(4, "A").Raw(OnnxFile.Attribute("axis", 1L).ToArray()).Raw(OnnxFile.Attribute("axis", 1L).ToArray()))),
                    ["\"axis\" again"]),
        ("a sparse tensor", Graph(new Proto().Text(15, "")), ["a sparse one"]),
        ("a tensor without a name", Tensor(new Proto().Integer(2, 1).Integer(1, 0)), ["a name of its own"]),
        ("a tensor twice", Graph(new Proto().Message(5, Empty("w")).Message(5, Empty("w"))), ["\"w\" again"]),
        ("a tensor of no type", Tensor(new Proto().Text(8, "w").Integer(1, 1)), ["an element type", "\"w\""]),
        ("type 99", Tensor(new Proto().Text(8, "w").Integer(2, 99)), ["an element type of ONNX", "99"]),
        ("type 0", Tensor(new Proto().Text(8, "w").Integer(2, 0)), ["an element type of ONNX"]),
        ("two types", Tensor(Empty("w").Integer(2, 1)), ["one element type"]),
        ("a segment", Tensor(Empty("w").Text(3, "")), ["a segment"]),
        ("a negative extent", Tensor(new Proto().Text(8, "w").Integer(2, 1).Integer(1, -1).Bytes(9, new byte[4])),
            ["fewer than 2^63 bytes", "[-1]"]),
        ("extents beyond 64 bits", Tensor(new Proto().Text(8, "w").Integer(2, 1).Integer(1, 1L << 40).Integer(1, 1L << 40)),
            ["fewer than 2^63 bytes"]),
        ("extents beyond the data", Tensor(new Proto().Text(8, "w").Integer(2, 1).Integer(1, 1L << 31).Bytes(9, new byte[4])),
            ["8589934592 bytes", "found 4"]),
        ("extents and no data", Tensor(new Proto().Text(8, "w").Integer(2, 1).Integer(1, 1L << 31)), ["2147483648 numbers", "found none"]),
        ("data beyond the extents", Tensor(Empty("w").Bytes(9, new byte[4])), ["0 bytes", "found 4"]),
        ("data of two kinds", Tensor(new Proto().Text(8, "w").Integer(2, 1).Integer(1, 1).Bytes(9, new byte[4]).Bytes(4, new byte[4])),
            ["once"]),
        ("data of another type", Tensor(new Proto().Text(8, "w").Integer(2, 7).Integer(1, 1).Bytes(4, new byte[4])),
            ["numbers of type INT64", "field 4"]),
        ("data that is not packed", Tensor(new Proto().Text(8, "w").Integer(2, 7).Integer(1, 1).Integer(7, 5)), ["packed numbers"]),
        ("a varint too few", Tensor(new Proto().Text(8, "w").Integer(2, 7).Integer(1, 2).Packed(7, [5])), ["2 numbers", "found 1"]),
        ("a varint cut off", Tensor(new Proto().Text(8, "w").Integer(2, 7).Integer(1, 1).Bytes(7, [0x80])), ["the end of its message"]),
        ("seventeen axes", Tensor(new Proto().Text(8, "w").Integer(2, 1).Packed(1, new long[17])), ["at most 16 dimensions"]),
    ];

    private static IEnumerable<string> Names => Lies.Select(lie => lie.Name);

    [TestCaseSource(nameof(Names))]
    public void A_lie_is_refused(string name)
    {
        (_, Proto bytes, string[] parts) = Lies.Single(lie => lie.Name == name);
        using TemporaryFolder folder = new();
        string path = folder.Write("model.onnx", bytes.ToArray());
        long before = GC.GetAllocatedBytesForCurrentThread();

        ModelFiles.Refused(() => OnnxWeights.Open(path).Dispose(), [.. parts, path]);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    // Attributes with graphs in graphs: nobody descends.
    [Test]
    public void Deep_nesting_is_not_followed()
    {
        Proto graph = new();
        for (int depth = 0; depth < 2_000; depth++)
        {
            Proto attribute = new Proto().Text(1, "body").Message(6, graph);
            graph = new Proto().Message(1, new Proto().Text(4, "If").Message(5, attribute));
        }
        using TemporaryFolder folder = new();
        string path = folder.Write("model.onnx", new Proto().Message(7, graph).ToArray());

        ModelFiles.Refused(() => OnnxWeights.Open(path).Dispose(), "of type If", path);
    }

    [TestCase("../secret")]
    [TestCase("a/../../secret")]
    [TestCase("/etc/passwd")]
    [TestCase("C:\\secret")]
    [TestCase("..\\secret")]
    [TestCase("a//b")]
    [TestCase(".")]
    [TestCase("")]
    [TestCase("\0")]
    public void Numbers_in_a_file_outside_the_folder_are_refused(string location)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.onnx", Tensor(External(location)).ToArray());

        ModelFiles.Refused(() => OnnxWeights.Open(path).Dispose(), "a location inside the model's folder for tensor \"w\"", path);
    }

    [TestCase("0", "5", "4 bytes of tensor \"w\"", "length 5")]
    [TestCase("5", "4", "4 bytes at byte 5", "8 bytes")]
    [TestCase("9223372036854775807", "4", "a file of 8 bytes", "byte 9223372036854775807")]
    [TestCase("9223372036854775808", "4", "a whole number as offset", "9223372036854775808")]
    [TestCase("-1", "4", "a whole number as offset", "-1")]
    [TestCase(" 1", "4", "a whole number as offset", "\" 1\"")]
    [TestCase("0", "0x4", "a whole number as length", "0x4")]
    public void Numbers_beyond_another_file_are_refused(string offset, string length, params string[] parts)
    {
        using TemporaryFolder folder = new();
        folder.Write("data", new byte[8]);
        string path = folder.Write("model.onnx", Tensor(External("data", ("offset", offset), ("length", length))).ToArray());

        ModelFiles.Refused(() => OnnxWeights.Open(path).Dispose(), [.. parts, path]);
    }

    [Test]
    public void A_missing_file_of_numbers_and_numbers_in_two_places_are_refused()
    {
        using TemporaryFolder folder = new();
        folder.Write("data", new byte[8]);

        string path = folder.Write("model.onnx", Tensor(External("missing")).ToArray());
        ModelFiles.Refused(() => OnnxWeights.Open(path).Dispose(), "no such file", "missing");
        folder.Write("model.onnx", Tensor(External("data").Bytes(9, new byte[4])).ToArray());
        ModelFiles.Refused(() => OnnxWeights.Open(path).Dispose(), "numbers in another file alone");
        folder.Write("model.onnx", Tensor(new Proto().Text(8, "w").Integer(2, 1).Integer(1, 1).Integer(14, 1)).ToArray());
        ModelFiles.Refused(() => OnnxWeights.Open(path).Dispose(), "a location of tensor");
        folder.Write("model.onnx", Tensor(External("data").Integer(14, 0)).ToArray());
        ModelFiles.Refused(() => OnnxWeights.Open(path).Dispose(), "data_location 1");
    }

    private static OnnxFolder Folder(string kind)
    {
        string name = kind switch { "raw" => "torch, numbered", "typed" => "typed fields", _ => "dynamic int8, typed" };
        return new OnnxFolder(ExportStyle.All.Single(style => style.Name == name), OnnxFolder.Small(EncoderArchitecture.Bert), "model/model.onnx");
    }

    private static Proto Graph(Proto fields) => new Proto().Message(7, fields);

    private static Proto Tensor(Proto tensor) => Graph(new Proto().Message(5, tensor));

    private static Proto Empty(string name) => new Proto().Text(8, name).Integer(2, 1).Integer(1, 0);

    private static Proto Node(string type, string input, string output) =>
        new Proto().Message(1, new Proto().Text(1, input).Text(2, output).Text(4, type));

    private static Proto External(string location, params (string Key, string Value)[] entries)
    {
        Proto tensor = new Proto().Text(8, "w").Integer(2, 1).Integer(1, 1).Integer(14, 1).Message(
            13, new Proto().Text(1, "location").Text(2, location));
        foreach ((string key, string value) in entries) tensor.Message(13, new Proto().Text(1, key).Text(2, value));
        return tensor;
    }
}
