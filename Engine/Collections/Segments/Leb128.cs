using System.Buffers;

namespace QEngine.Collections;

/// <summary>Whole numbers, small ones in few bytes: seven bits a byte, the lowest first; the eighth bit says that more follow.</summary>
internal static class Leb128
{
    /// <summary>The most bytes of a number.</summary>
    public const int MaxBytes = 5;

    private const int BitsPerByte = 7, More = 1 << BitsPerByte;

    /// <summary>Appends a number.</summary>
    public static void Write(IBufferWriter<byte> bytes, uint number)
    {
        Span<byte> room = bytes.GetSpan(MaxBytes);
        int count = 0;
        for (; number >= More; number >>= BitsPerByte) room[count++] = (byte)(number | More);
        room[count++] = (byte)number;
        bytes.Advance(count);
    }

    /// <summary>Reads a number and moves behind it; false where the bytes end within it or it has more than 32 bits.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="at">Where the number begins; then where the next one does.</param>
    /// <param name="number">The number.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, out uint number)
    {
        number = 0;
        ulong read = 0;
        for (int shift = 0; shift < MaxBytes * BitsPerByte && (uint)at < (uint)bytes.Length; shift += BitsPerByte)
        {
            byte part = bytes[at++];
            read |= (ulong)(part & (More - 1)) << shift;
            if ((part & More) != 0) continue;
            number = (uint)read;
            return read <= uint.MaxValue;
        }
        return false;
    }
}
