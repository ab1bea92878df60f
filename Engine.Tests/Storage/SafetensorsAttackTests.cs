using System.Buffers.Binary;
using System.Text;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Storage;

/// <summary>Builds files by hand, right or wrong.</summary>
internal static class SafetensorsBytes
{
    internal static byte[] File(string json, byte[] data) => File((ulong)Encoding.UTF8.GetByteCount(json), Encoding.UTF8.GetBytes(json), data);

    internal static byte[] File(ulong length, byte[] json, byte[] data)
    {
        byte[] file = new byte[8 + json.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        json.CopyTo(file, 8);
        data.CopyTo(file, 8 + json.Length);
        return file;
    }
}

public sealed class SafetensorsAttackTests
{
    private const string Small = """{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[1,2],"data_offsets":[8,12]}}""";

    private static byte[] SmallFile => SafetensorsBytes.File(Small, [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0x3C, 0, 0xC0]);

    // header, data bytes, parts of the message
    private static readonly object[][] Bad =
    [
        ["", 0, "starts with '{'"],
        ["[]", 0, "starts with '{'"],
        [" {}", 0, "starts with '{'"],
        ["{", 0, "JSON"],
        ["{} {}", 0, "JSON"],
        ["{},", 0, "JSON"],
        ["{/**/}", 0, "JSON"],
        ["""{"a":1}""", 0, "an object for tensor \"a\""],
        ["""{"a":{}}""", 0, "no dtype"],
        ["""{"a":{"dtype":"F32","shape":[1]}}""", 4, "no data_offsets"],
        ["""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "no shape"],
        ["""{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", 4, "known dtype for tensor \"a\", found \"F33\""],
        ["""{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "known dtype"],
        ["""{"a":{"dtype":32,"shape":[1],"data_offsets":[0,4]}}""", 4, "a string as dtype"],
        ["""{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "array of non-negative integers"],
        ["""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "found \"-1\""],
        ["""{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}""", 4, "found \"-1\""],
        ["""{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, "found \"1.0\""],
        ["""{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}""", 4, "found \"1e0\""],
        ["""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "found a string"],
        ["""{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}""", 4, "found an array"],
        ["""{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}""", 4, "below 2^63"],
        ["""{"a":{"dtype":"F32","shape":[4611686018427387904,2],"data_offsets":[0,0]}}""", 0, "fewer than 2^63 bytes"],
        ["""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "fewer than 2^63 bytes"],
        ["""{"a":{"dtype":"F32","shape":[1073741824,1073741824],"data_offsets":[0,4]}}""", 4, "4611686018427387904 bytes"],
        ["""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "[begin, end]"],
        ["""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 8, "[begin, end]"],
        ["""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "begin <= end"],
        ["""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,5]}}""", 5, "4 bytes for F32 [1]"],
        ["""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "within 4 data bytes"],
        ["""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "4 data bytes as the header says, found 5"],
        ["{}", 1, "0 data bytes"],
        ["""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "a gap"],
        ["""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "tensor \"b\" to begin at data byte 4, found a gap"],
        ["""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "an overlap"],
        ["""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "an overlap"],
        ["""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "unique names, found \"a\" again"],
        ["""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "unique names"],
        ["""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "once each"],
        ["""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"strides":[1]}}""", 4, "field \"strides\""],
        ["""{"__metadata__":{},"__metadata__":{}}""", 0, "unique names"],
        ["""{"__metadata__":{"k":"1","k":"2"}}""", 0, "unique metadata keys"],
        ["""{"__metadata__":{"k":1}}""", 0, "a string for metadata \"k\""],
        ["""{"__metadata__":null}""", 0, "an object of strings"],
        ["""{"\ud800":{}}""", 0, "lone surrogate"],
        ["""{"a\nb":1}""", 0, "a\\u000Ab"],
    ];

    [TestCaseSource(nameof(Bad))]
    public void Bad_headers_are_refused(string header, int dataBytes, string part)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("bad.safetensors", SafetensorsBytes.File(header, new byte[dataBytes]));

        Refused.With(() => SafetensorsFile.Open(path), part, path);
    }

    [TestCase("""{}""", 0)]
    [TestCase("""{}        """, 0)]
    [TestCase("""{"a":{"dtype":"F32","shape":[0,4611686018427387904],"data_offsets":[0,0]}}""", 0)]
    [TestCase("""{"z":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"e":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"f":{"dtype":"U8","shape":[3,0],"data_offsets":[4,4]}}""", 4)]
    [TestCase("""{"a":{"data_offsets":[0,1],"shape":[],"dtype":"BOOL"}}""", 1)]
    public void Unusual_but_valid_headers_are_read(string header, int dataBytes)
    {
        using TemporaryFolder folder = new();

        using SafetensorsFile file = SafetensorsFile.Open(folder.Write("good.safetensors", SafetensorsBytes.File(header, new byte[dataBytes])));

        Assert.That(file.Tensors.Sum(tensor => tensor.ElementCount * tensor.Dtype.ByteSize), Is.EqualTo(dataBytes));
    }

    [TestCase(100_000_001ul, "at most 100000000")]
    [TestCase(ulong.MaxValue, "18446744073709551615")]
    [TestCase(1ul << 63, "at most 100000000")]
    [TestCase(15ul, "at most 14 bytes")]
    [TestCase(99_999_999ul, "at most 14 bytes")]
    public void Lying_header_lengths_are_refused_without_allocating(ulong length, string part)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("bad.safetensors", SafetensorsBytes.File(length, "{}"u8.ToArray(), new byte[12]));

        Refused.With(() => SafetensorsFile.Open(path), part, path);
        Assert.That(AllocatedBy(path), Is.LessThan(64 * 1024));
    }

    [Test]
    public void Truncation_at_every_byte_is_refused()
    {
        using TemporaryFolder folder = new();
        byte[] whole = SmallFile;
        Assert.DoesNotThrow(() => SafetensorsFile.Open(folder.Write("whole", whole)).Dispose());

        for (int length = 0; length < whole.Length; length++)
        {
            string path = folder.Write("cut.safetensors", whole[..length]);
            Refused.With(() => SafetensorsFile.Open(path), path);
        }
    }

    [Test]
    public void Every_flipped_bit_is_refused_or_gives_a_valid_file()
    {
        using TemporaryFolder folder = new();
        byte[] whole = SmallFile;
        int refused = 0, read = 0;
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] flipped = (byte[])whole.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                using SafetensorsFile file = SafetensorsFile.Open(folder.Write("flipped.safetensors", flipped));
                ReadEverything(file);
                read++;
            }
            catch (QEngineException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(500), "most of the header matters");
        Assert.That(read, Is.GreaterThanOrEqualTo(12 * 8), "every bit of the data is free");
    }

    [Test]
    public void Invalid_utf8_is_refused_with_its_position()
    {
        using TemporaryFolder folder = new();
        byte[] json = [.. "{\"a"u8, 0xFF, .. "\":1}"u8];

        Refused.With(() => SafetensorsFile.Open(folder.Write("bad", SafetensorsBytes.File((ulong)json.Length, json, []))), "0xFF", "byte 11");
    }

    [Test]
    public void Deep_nesting_is_refused()
    {
        using TemporaryFolder folder = new();
        string arrays = new('[', 100_000), objects = string.Concat(Enumerable.Repeat("{\"a\":", 100_000));

        Refused.With(() => SafetensorsFile.Open(folder.Write("a", SafetensorsBytes.File("{\"a\":" + arrays, []))), "an object for tensor");
        Refused.With(() => SafetensorsFile.Open(folder.Write("b", SafetensorsBytes.File(objects, []))), "field \"a\"");
    }

    [Test]
    public void Long_names_do_not_make_long_messages()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a", SafetensorsBytes.File($"{{\"{new string('n', 100_000)}\":1}}", []));

        QEngineException error = Assert.Throws<QEngineException>(() => SafetensorsFile.Open(path))!;

        Assert.That(error.Message, Has.Length.LessThan(600));
    }

    [Test]
    public void Parsing_allocates_in_proportion_to_the_header()
    {
        using TemporaryFolder folder = new();
        StringBuilder json = new("{\"__metadata__\":{");
        for (int i = 0; i < 20_000; i++) json.Append($"{(i > 0 ? "," : "")}\"{i}\":\"\"");
        json.Append('}');
        for (int i = 0; i < 5_000; i++) json.Append($",\"t{i}\":{{\"dtype\":\"U8\",\"shape\":[0,1,1,1,1,1,1,1],\"data_offsets\":[0,0]}}");
        json.Append('}');
        byte[] content = SafetensorsBytes.File(json.ToString(), []);

        Assert.That(AllocatedBy(folder.Write("many", content)), Is.LessThan(64 * 1024 + 40L * content.Length));
    }

    [Test]
    public void A_large_claimed_tensor_allocates_nothing()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("huge", SafetensorsBytes.File("""{"a":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]}}""", new byte[16]));

        Assert.That(AllocatedBy(path), Is.LessThan(64 * 1024));
    }

    private static void ReadEverything(SafetensorsFile file)
    {
        foreach (SafetensorsTensor tensor in file.Tensors)
        {
            if (tensor.Dtype.Format is not null) file.Read(tensor.Name, new float[tensor.ElementCount].AsSpan());
        }
    }

    /// <summary>Bytes allocated by opening, refused or not, once everything is compiled.</summary>
    private static long AllocatedBy(string path)
    {
        TryOpen(path);
        long before = GC.GetAllocatedBytesForCurrentThread();
        TryOpen(path);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void TryOpen(string path)
    {
        try
        {
            SafetensorsFile.Open(path).Dispose();
        }
        catch (QEngineException)
        {
            // Refusal is what some callers measure.
        }
    }
}
