using NUnit.Framework;
using QEngine.Storage;

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
}
