using System.Buffers;
using NUnit.Framework;
using QEngine.Collections;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Collections;

/// <summary>Numbers in few bits are read as they were written, in the bytes that they take.</summary>
public sealed class BitPackingTests
{
    [Property(MaxTest = 500)]
    public bool Numbers_are_read_as_they_were_written(int[] numbers, byte bits)
    {
        int[] written = [.. numbers.Select(number => number & (int)((1L << (bits % 32)) - 1))];
        int width = BitPacking.WidthOf(written);
        ArrayBufferWriter<byte> bytes = new();
        BitPacking.Write(bytes, written, width);
        int[] read = new int[written.Length];
        BitPacking.Read(bytes.WrittenSpan, width, read);
        return read.SequenceEqual(written) && bytes.WrittenCount == (((written.Length * width) + 7) / 8)
            && bytes.WrittenCount == BitPacking.BytesOf(written.Length, width);
    }

    [TestCase(new[] { 0, 0 }, 0)]
    [TestCase(new[] { 0, 1 }, 1)]
    [TestCase(new[] { 4, 3 }, 3)]
    [TestCase(new[] { int.MaxValue }, 31)]
    [TestCase(new int[0], 0)]
    public void The_largest_says_how_many_bits(int[] numbers, int expected) => Assert.That(BitPacking.WidthOf(numbers), Is.EqualTo(expected));

    [Test]
    public void The_lowest_bit_comes_first()
    {
        ArrayBufferWriter<byte> bytes = new();
        BitPacking.Write(bytes, [5, 1, 6, 7], 3);
        Assert.That(bytes.WrittenSpan.ToArray(), Is.EqualTo(new byte[] { 0b10_001_101, 0b1111 }));
    }
}
