using System.Buffers.Binary;
using System.Text;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Storage;

/// <summary>Builds files by hand, right or wrong.</summary>
internal static class NpyBytes
{
    internal static string Header(string type, string order, string shape) => $"{{'descr': '{type}', 'fortran_order': {order}, 'shape': {shape}, }}";

    internal static byte[] File(int version, string header, byte[] data)
    {
        byte[] text = Encoding.Latin1.GetBytes(header);
        byte[] length = new byte[version == 1 ? 2 : 4];
        if (version == 1) BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)text.Length);
        else BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)text.Length);
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. text, .. data];
    }
}

public sealed class NpyAttackTests
{
    [TestCase("|O", "found \"|O\"")]
    [TestCase("<i8", "found \"<i8\"")]
    [TestCase("|u1", "found \"|u1\"")]
    [TestCase("<c8", "found \"<c8\"")]
    [TestCase("<U4", "found \"<U4\"")]
    [TestCase("|b1", "found \"|b1\"")]
    [TestCase("=f4", "found \"=f4\"")]
    [TestCase("f4", "found \"f4\"")]
    [TestCase("", "found \"\"")]
    public void Other_types_are_refused_by_name(string type, string part)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.npy", NpyBytes.File(1, NpyBytes.Header(type, "False", "(1,)"), new byte[8]));

        Refused.With(() => NpyFile.Read(path), part, path);
    }

    [TestCase("True", "(2, 2)", 16, "Fortran order")]
    [TestCase("False", "()", 4, "1 or 2 dimensions, found shape []")]
    [TestCase("False", "(1, 2, 2)", 16, "found shape [1, 2, 2]")]
    [TestCase("False", "(2, 3)", 20, "expected 24 data bytes for shape [2, 3] of <f4, found 20")]
    [TestCase("False", "(2, 3)", 28, "expected 24 data bytes for shape [2, 3] of <f4, found 28")]
    [TestCase("False", "(1000000000, 4)", 16, "expected 16000000000 data bytes")]
    [TestCase("False", "(4611686018427387904, 4)", 0, "fewer than 2^63 bytes", Description = "the product wraps to 0")]
    [TestCase("False", "(4294967296, 4294967296)", 0, "fewer than 2^63 bytes")]
    [TestCase("False", "(9223372036854775807, 0)", 0, "fewer than 2^63 bytes")]
    [TestCase("False", "(3000000000, 0)", 0, "numbers and rows")]
    [TestCase("False", "(9223372036854775808, 0)", 0, "below 2^63")]
    [TestCase("False", "(-1, 4)", 16, "non-negative integer")]
    [TestCase("False", "(04,)", 16, "leading zero")]
    [TestCase("False", "(4)", 16, "a tuple such as (5,)")]
    [TestCase("False", "(2 2)", 16, "',' or ')'")]
    [TestCase("False", "(,)", 16, "non-negative integer")]
    [TestCase("False", "(4.0,)", 16, "',' or ')'")]
    [TestCase("False", "[4]", 16, "a tuple of dimensions")]
    [TestCase("false", "(4,)", 16, "True or False")]
    [TestCase("0", "(4,)", 16, "True or False")]
    public void Orders_and_shapes_are_checked(string order, string shape, int dataBytes, string part)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.npy", NpyBytes.File(1, NpyBytes.Header("<f4", order, shape), new byte[dataBytes]));

        Refused.With(() => NpyFile.Read(path), part, path);
        Assert.That(AllocatedBy(path), Is.LessThan(128 * 1024));
    }

    [TestCase("", "a dictionary")]
    [TestCase("[]", "a dictionary")]
    [TestCase("{}", "fewer")]
    [TestCase("{'descr': '<f4', 'shape': (1,)}", "fewer")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)", "the end of the header")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", "white space after")]
    [TestCase("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "once each")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'extra': 1}", "found \"extra\"")]
    [TestCase("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "structured dtypes are not read")]
    [TestCase("{'descr': '<f4' 'fortran_order': False, 'shape': (1,)}", "',' or '}'")]
    [TestCase("{'descr': '<f\\x34', 'fortran_order': False, 'shape': (1,)}", "without escapes")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}\0", "0x00")]
    [TestCase("{'d\u00e9scr': '<f4', 'fortran_order': False, 'shape': (1,)}", "0xE9")]
    [TestCase("{'descr", "the end of a string")]
    [TestCase("{__import__('os')", "one of the keys")]
    public void Other_literals_are_refused(string header, string part)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.npy", NpyBytes.File(1, header, new byte[4]));

        Refused.With(() => NpyFile.Read(path), part, path);
    }

    [Test]
    public void A_long_tuple_is_refused()
    {
        using TemporaryFolder folder = new();
        string shape = "(" + string.Concat(Enumerable.Repeat("1,", 20_000)) + ")";

        Refused.With(() => NpyFile.Read(folder.Write("a.npy", NpyBytes.File(1, NpyBytes.Header("<f4", "False", shape), new byte[4]))), "at most 64 dimensions");
    }

    [Test]
    public void Other_magic_versions_and_lengths_are_refused()
    {
        using TemporaryFolder folder = new();
        byte[] good = NpyBytes.File(2, NpyBytes.Header("<f4", "False", "(1,)"), new byte[4]);

        Refused.With(() => NpyFile.Read(folder.Write("a.npy", Changed(good, 0, 0x92))), "magic");
        Refused.With(() => NpyFile.Read(folder.Write("a.npy", Changed(good, 6, 4))), "4.0");
        Refused.With(() => NpyFile.Read(folder.Write("a.npy", Changed(good, 6, 0))), "0.0");
        Refused.With(() => NpyFile.Read(folder.Write("a.npy", Changed(good, 7, 1))), "2.1");
        string lying = folder.Write("lying.npy", Changed(good, 11, 0xFF));
        Refused.With(() => NpyFile.Read(lying), "found length", "byte 8");
        Assert.That(AllocatedBy(lying), Is.LessThan(64 * 1024));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Truncation_at_every_byte_is_refused(int version)
    {
        using TemporaryFolder folder = new();
        byte[] whole = NpyBytes.File(version, NpyBytes.Header("<f4", "False", "(2, 1)") + "   \n", new byte[8]);
        Assert.DoesNotThrow(() => NpyFile.Read(folder.Write("whole.npy", whole)));

        for (int length = 0; length < whole.Length; length++)
        {
            string path = folder.Write("cut.npy", whole[..length]);
            Refused.With(() => NpyFile.Read(path), path);
        }
    }

    [Test]
    public void Every_flipped_bit_is_refused_or_gives_a_valid_array()
    {
        using TemporaryFolder folder = new();
        byte[] whole = NpyBytes.File(1, NpyBytes.Header("<f4", "False", "(2, 1)") + "   \n", [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]);
        int refused = 0, read = 0;
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            try
            {
                NpyArray array = NpyFile.Read(folder.Write("flipped.npy", Changed(whole, bit / 8, (byte)(whole[bit / 8] ^ (1 << (bit % 8))))));
                Assert.That(array.Data, Has.Length.EqualTo(array.Rows * array.Columns));
                read++;
            }
            catch (QEngineException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(300), "most of the header matters");
        Assert.That(read, Is.GreaterThanOrEqualTo(8 * 8), "every bit of the data is free");
    }

    [Test]
    public void A_number_beyond_binary32_is_refused()
    {
        using TemporaryFolder folder = new();
        byte[] data = new byte[16];
        BinaryPrimitives.WriteDoubleLittleEndian(data.AsSpan(8), 1e300);

        Refused.With(() => NpyFile.Read(folder.Write("a.npy", NpyBytes.File(1, NpyBytes.Header("<f8", "False", "(2,)"), data))), "binary32", "element 1", "a.npy");
    }

    private static byte[] Changed(byte[] content, int index, byte value)
    {
        byte[] copy = (byte[])content.Clone();
        copy[index] = value;
        return copy;
    }

    private static long AllocatedBy(string path)
    {
        Assert.Throws<QEngineException>(() => NpyFile.Read(path));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<QEngineException>(() => NpyFile.Read(path));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
