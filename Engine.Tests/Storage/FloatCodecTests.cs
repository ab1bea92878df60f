using System.Buffers.Binary;
using System.Numerics;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;

namespace QEngine.Tests.Storage;

public sealed class FloatCodecTests
{
    // Big-endian bit patterns and their values by the IEEE 754 definition, not by our own writer.
    private static readonly object[][] Values =
    [
        [FloatFormat.Float16, "3C00", 1.0],
        [FloatFormat.Float16, "C000", -2.0],
        [FloatFormat.Float16, "7BFF", 65504.0],
        [FloatFormat.Float16, "0001", 5.9604644775390625e-08],
        [FloatFormat.Float16, "03FF", 6.0975551605224609375e-05],
        [FloatFormat.Float16, "3555", 0.333251953125],
        [FloatFormat.Float16, "8000", -0.0],
        [FloatFormat.Float16, "7C00", double.PositiveInfinity],
        [FloatFormat.Float16, "7E00", double.NaN],
        [FloatFormat.BFloat16, "3F80", 1.0],
        [FloatFormat.BFloat16, "C049", -3.140625],
        [FloatFormat.BFloat16, "7F7F", 3.3895313892515354759e+38],
        [FloatFormat.BFloat16, "0080", 1.1754943508222875080e-38],
        [FloatFormat.BFloat16, "FF80", double.NegativeInfinity],
        [FloatFormat.BFloat16, "7FC0", double.NaN],
        [FloatFormat.Float32, "40490FDB", 3.1415927410125732421875],
        [FloatFormat.Float32, "00000001", 1.4012984643248170709e-45],
        [FloatFormat.Float32, "80000000", -0.0],
        [FloatFormat.Float64, "3FF8000000000000", 1.5],
        [FloatFormat.Float64, "BFE0000000000000", -0.5],
        [FloatFormat.Float64, "FFF0000000000000", double.NegativeInfinity],
    ];

    [TestCaseSource(nameof(Values))]
    public void Stored_bits_have_their_value_in_either_byte_order(object format, string bits, double expected)
    {
        byte[] big = Convert.FromHexString(bits);
        byte[] little = Convert.FromHexString(bits);
        Array.Reverse(little);

        foreach ((byte[] bytes, bool bigEndian) in new[] { (big, true), (little, false) })
        {
            double[] asDouble = new double[1];
            float[] asSingle = new float[1];
            Assert.That(FloatCodec.Decode<double>(bytes, (FloatFormat)format, bigEndian, asDouble), Is.EqualTo(-1));
            Assert.That(FloatCodec.Decode<float>(bytes, (FloatFormat)format, bigEndian, asSingle), Is.EqualTo(-1));

            Assert.That(BitConverter.DoubleToInt64Bits(asDouble[0]) == BitConverter.DoubleToInt64Bits(expected) || (double.IsNaN(expected) && double.IsNaN(asDouble[0])));
            Assert.That(BitConverter.SingleToInt32Bits(asSingle[0]) == BitConverter.SingleToInt32Bits((float)expected) || (double.IsNaN(expected) && float.IsNaN(asSingle[0])));
        }
    }

    [Test]
    public void Every_half_precision_pattern_equals_its_definition()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            int exponent = (bits >> 10) & 31, fraction = bits & 1023;
            double magnitude = exponent switch
            {
                0 => fraction * Math.Pow(2, -24),
                31 => fraction == 0 ? double.PositiveInfinity : double.NaN,
                _ => (1024 + fraction) * Math.Pow(2, exponent - 25),
            };
            float[] value = new float[1];

            FloatCodec.Decode<float>([(byte)bits, (byte)(bits >> 8)], FloatFormat.Float16, bigEndian: false, value);

            float expected = (float)(bits < 0x8000 ? magnitude : -magnitude);
            if (!value[0].Equals(expected)) Assert.Fail($"0x{bits:X4}: expected {expected:R}, got {value[0]:R}");
        }
        Assert.Pass();
    }

    [Test]
    public void Binary64_is_rounded_to_nearest_even_and_never_to_infinity()
    {
        float[] value = new float[2];

        Assert.That(FloatCodec.Decode<float>(BitConverter.GetBytes(0.1), FloatFormat.Float64, !BitConverter.IsLittleEndian, value.AsSpan(0, 1)), Is.EqualTo(-1));
        Assert.That(value[0], Is.EqualTo(0.1f));

        byte[] tooLarge = [.. BitConverter.GetBytes(1.0), .. BitConverter.GetBytes(1e39)];
        Assert.That(FloatCodec.Decode<float>(tooLarge, FloatFormat.Float64, !BitConverter.IsLittleEndian, value), Is.EqualTo(1));
    }

    [TestCase(FloatFormat.Float16)]
    [TestCase(FloatFormat.BFloat16)]
    public void All_patterns_of_sixteen_bits_at_once_give_the_bits_of_one_after_another(object format)
    {
        // Three more, so that the last ones are not a whole vector.
        ushort[] patterns = [.. Enumerable.Range(0, ushort.MaxValue + 1).Select(bits => (ushort)bits), 0x7F81, 0xFFFF, 0x0001];
        byte[] little = new byte[patterns.Length * 2], big = new byte[patterns.Length * 2];
        for (int i = 0; i < patterns.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(little.AsSpan(2 * i), patterns[i]);
            BinaryPrimitives.WriteUInt16BigEndian(big.AsSpan(2 * i), patterns[i]);
        }
        float[] atOnce = new float[patterns.Length], alone = new float[patterns.Length], swapped = new float[patterns.Length];

        Assert.That(FloatCodec.Decode<float>(little, (FloatFormat)format, bigEndian: false, atOnce), Is.EqualTo(-1));
        Assert.That(FloatCodec.Decode<float>(big, (FloatFormat)format, bigEndian: true, swapped), Is.EqualTo(-1));

        for (int i = 0; i < patterns.Length; i++)
        {
            // By way of double, which quiets a NaN and is exact for everything else.
            double exact = (FloatFormat)format == FloatFormat.Float16
                ? (double)BitConverter.UInt16BitsToHalf(patterns[i])
                : BitConverter.UInt32BitsToSingle((uint)patterns[i] << 16);
            alone[i] = (float)exact;
        }
        Bits.AreEqual("the machine's byte order", atOnce, alone);
        Bits.AreEqual("the other byte order", swapped, alone);
    }

    [Test]
    public void Widened_bits_follow_from_the_definition()
    {
        byte[] source = Convert.FromHexString("017C" + "01FE" + "FF03" + "0080");
        float[] half = new float[4], brain = new float[4];

        FloatCodec.Decode<float>(source, FloatFormat.Float16, bigEndian: false, half);
        FloatCodec.Decode<float>(source, FloatFormat.BFloat16, bigEndian: false, brain);

        // A NaN keeps sign and payload and becomes quiet; 1023 * 2^-24 is 1.998046875 * 2^-15.
        uint[] expectedHalf = [0x7FC02000, 0xFFC02000, 0x387FC000, 0x80000000];
        uint[] expectedBrain = [0x7C010000, 0xFE010000, 0x03FF0000, 0x80000000];
        Assert.That(Array.ConvertAll(half, BitConverter.SingleToUInt32Bits), Is.EqualTo(expectedHalf));
        Assert.That(Array.ConvertAll(brain, BitConverter.SingleToUInt32Bits), Is.EqualTo(expectedBrain));
    }

    [Test]
    public void Halves_are_rounded_to_nearest_even()
    {
        // Every number between two neighbours is decided at their middle, which binary32 holds exactly.
        for (int bits = 0; bits < 0x7BFF; bits++)
        {
            float below = (float)BitConverter.UInt16BitsToHalf((ushort)bits), above = (float)BitConverter.UInt16BitsToHalf((ushort)(bits + 1));
            float middle = (below + above) / 2;
            int even = bits % 2 == 0 ? bits : bits + 1;

            RequireHalves([below, float.BitDecrement(middle), middle, float.BitIncrement(middle), above], [bits, bits, even, bits + 1, bits + 1]);
        }
    }

    [Test]
    public void Halves_that_would_be_infinite_are_found_and_infinities_pass()
    {
        float largest = float.BitDecrement(65520);
        float[] inner = new float[300_000];
        inner[200_000] = -65520;

        RequireHalves([largest, -largest, float.PositiveInfinity, float.NegativeInfinity, -0f], [0x7BFF, 0xFBFF, 0x7C00, 0xFC00, 0x8000]);
        Assert.That(FloatCodec.WriteHalves(Stream.Null, [1, float.NaN, float.PositiveInfinity, 65520, 1e9f]), Is.EqualTo(3));
        Assert.That(FloatCodec.WriteHalves(Stream.Null, inner), Is.EqualTo(200_000), "in a later part");
    }

    [Test]
    public void Numbers_are_written_and_read_back_in_parts()
    {
        using TemporaryFolder folder = new();
        float[] values = Samples.Uniform<float>(1, 300_001);
        double[] wide = Samples.Exact<float>(values);

        RequireRead(folder, values, stream => FloatCodec.Write<float>(stream, values), FloatFormat.Float32, 4);
        RequireRead(folder, values, stream => FloatCodec.Write<double>(stream, wide), FloatFormat.Float64, 8);
        RequireRead(folder, wide, stream => FloatCodec.Write<double>(stream, wide), FloatFormat.Float64, 8);
        RequireRead(folder, wide, stream => FloatCodec.Write<float>(stream, values), FloatFormat.Float32, 4);
        float[] halves = Array.ConvertAll(values, value => (float)(Half)value);
        RequireRead(folder, halves, stream => FloatCodec.WriteHalves(stream, values), FloatFormat.Float16, 2);
        RequireRead(folder, Samples.Exact<float>(halves), stream => FloatCodec.WriteHalves(stream, values), FloatFormat.Float16, 2);
    }

    [Test]
    public void Reading_allocates_no_second_copy()
    {
        using TemporaryFolder folder = new();
        float[] values = new float[1 << 20];
        string path = folder.Path("a.bin");
        AtomicFile.Write(path, stream => FloatCodec.Write<float>(stream, values));
        using RandomAccessFile file = RandomAccessFile.Open(path);

        Assert.That(Allocation.Fewest(() => FloatCodec.Read<float>(file, 0, FloatFormat.Float32, bigEndian: false, values)), Is.Zero);
        Assert.That(Allocation.Fewest(() => FloatCodec.Read<float>(file, 0, FloatFormat.Float16, bigEndian: false, values)), Is.Zero, "the buffer is rented");
    }

    private static void RequireHalves(float[] values, int[] expected)
    {
        using MemoryStream stream = new();
        Assert.That(FloatCodec.WriteHalves(stream, values), Is.EqualTo(-1));
        byte[] bytes = stream.ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            int found = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(2 * i));
            if (found != expected[i]) Assert.Fail($"{values[i]:R}: expected 0x{expected[i]:X4}, found 0x{found:X4}");
        }
    }

    /// <summary>Writes behind an odd number of other bytes and requires the numbers to be read from there.</summary>
    private static void RequireRead<T>(TemporaryFolder folder, T[] expected, Action<Stream> write, FloatFormat format, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string path = folder.Path("a.bin");
        AtomicFile.Write(path, stream =>
        {
            stream.Write([1, 2, 3]);
            write(stream);
        });
        using RandomAccessFile file = RandomAccessFile.Open(path);
        T[] found = new T[expected.Length];

        Assert.That(file.Length, Is.EqualTo(3 + ((long)expected.Length * size)));
        Assert.That(FloatCodec.Read<T>(file, 3, format, bigEndian: false, found), Is.EqualTo(-1));
        Bits.AreEqual<T>($"{format} into {typeof(T).Name}", found, expected);
    }
}
