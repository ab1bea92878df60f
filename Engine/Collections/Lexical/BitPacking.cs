using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace QEngine.Collections;

/// <summary>Whole numbers in as few bits each as the largest of them needs, one after another, the lowest bit first.</summary>
internal static class BitPacking
{
    /// <summary>The most bits of a number.</summary>
    public const int MaxWidth = 31;

    /// <summary>The bits that the largest of some numbers needs; 0 where all are 0.</summary>
    /// <param name="numbers">At least 0.</param>
    public static int WidthOf(ReadOnlySpan<int> numbers)
    {
        int all = 0;
        foreach (int number in numbers) all |= number;
        return sizeof(int) * 8 - BitOperations.LeadingZeroCount((uint)all);
    }

    /// <summary>The bytes of some numbers.</summary>
    public static int BytesOf(int count, int width) => (int)((((long)count * width) + 7) / 8);

    /// <summary>Appends numbers.</summary>
    /// <param name="bytes">Receives them.</param>
    /// <param name="numbers">At least 0, of at most as many bits as follow.</param>
    /// <param name="width">Bits of each.</param>
    public static void Write(IBufferWriter<byte> bytes, ReadOnlySpan<int> numbers, int width)
    {
        int count = BytesOf(numbers.Length, width), at = 0, bits = 0;
        Span<byte> room = bytes.GetSpan(count);
        ulong pending = 0;
        foreach (int number in numbers)
        {
            pending |= (ulong)(uint)number << bits;
            for (bits += width; bits >= 8; bits -= 8)
            {
                room[at++] = (byte)pending;
                pending >>= 8;
            }
        }
        if (bits > 0) room[at] = (byte)pending;
        bytes.Advance(count);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="bytes">As many bytes as the numbers have.</param>
    /// <param name="width">Bits of each, at most <see cref="MaxWidth"/>.</param>
    /// <param name="numbers">Receives them.</param>
    public static void Read(ReadOnlySpan<byte> bytes, int width, Span<int> numbers)
    {
        ulong mask = (1UL << width) - 1;
        long bit = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (int)((EightBytes(bytes, (int)(bit >> 3)) >> (int)(bit & 7)) & mask);
            bit += width;
        }
    }

    /// <summary>The bytes from a place on as one number, zeros behind the last.</summary>
    private static ulong EightBytes(ReadOnlySpan<byte> bytes, int at)
    {
        if (at <= bytes.Length - sizeof(ulong)) return BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
        ulong number = 0;
        for (int i = bytes.Length - 1; i >= at; i--) number = (number << 8) | bytes[i];
        return number;
    }
}
