using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace QEngine.Storage;

/// <summary>Numbers to and from the bytes of a file, on machines of either byte order.</summary>
/// <remarks>
/// Where a file's bytes are those of the numbers in memory they are read straight into them and written straight from them: nothing
/// is copied twice, and a NaN keeps its bits. Everything else passes through a small buffer.
/// </remarks>
internal static class FloatCodec
{
    private const int BufferBytes = 256 * 1024;

    // A span of bytes holds fewer than 2^31, a span of numbers up to eight times as many.
    private const int StraightBytes = 1 << 28;

    /// <summary>Bytes of one stored number.</summary>
    internal static int Size(FloatFormat format) => format switch
    {
        FloatFormat.Float16 or FloatFormat.BFloat16 => 2,
        FloatFormat.Float32 => 4,
        FloatFormat.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Reads as many numbers as <paramref name="destination"/> holds; the caller has checked that the file holds them.</summary>
    /// <returns>Index of the first finite stored number too large for <typeparamref name="T"/>, or -1 when all were read.</returns>
    internal static int Read<T>(RandomAccessFile file, long offset, FloatFormat format, bool bigEndian, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (bigEndian == BitConverter.IsLittleEndian || format != FormatOf<T>())
            return ReadBuffered(file, offset, format, bigEndian, destination);
        int chunk = StraightBytes / Size(format);
        for (int done = 0; done < destination.Length; done += chunk)
        {
            Span<T> part = destination.Slice(done, Math.Min(chunk, destination.Length - done));
            file.Read(offset + ((long)done * Size(format)), MemoryMarshal.AsBytes(part));
        }
        return -1;
    }

    /// <summary>Converts stored numbers; narrowing rounds to nearest even.</summary>
    /// <returns>Index of the first finite stored number too large for <typeparamref name="T"/>, or -1.</returns>
    internal static int Decode<T>(ReadOnlySpan<byte> source, FloatFormat format, bool bigEndian, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => format switch
        {
            FloatFormat.Float16 => Decode<Binary16, T>(source, bigEndian, destination),
            FloatFormat.BFloat16 => Decode<Brain16, T>(source, bigEndian, destination),
            FloatFormat.Float32 => Decode<Binary32, T>(source, bigEndian, destination),
            FloatFormat.Float64 => Decode<Binary64, T>(source, bigEndian, destination),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };

    /// <summary>Writes numbers as little-endian binary32 or binary64, whichever <typeparamref name="T"/> is.</summary>
    internal static void Write<T>(Stream stream, ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = Size(FormatOf<T>()), chunk = (BitConverter.IsLittleEndian ? StraightBytes : BufferBytes) / size;
        for (int done = 0; done < values.Length; done += chunk)
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values.Slice(done, Math.Min(chunk, values.Length - done)));
            stream.Write(BitConverter.IsLittleEndian ? bytes : Reversed(bytes, size));
        }
    }

    /// <summary>Writes numbers as little-endian binary16, rounded to nearest even.</summary>
    /// <returns>
    /// Index of the first finite number that would round to infinity, with what comes before it written or not; -1 when all were written.
    /// </returns>
    internal static int WriteHalves(Stream stream, ReadOnlySpan<float> values)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int chunk = buffer.Length / Size(FloatFormat.Float16);
            for (int done = 0; done < values.Length; done += chunk)
            {
                ReadOnlySpan<float> part = values.Slice(done, Math.Min(chunk, values.Length - done));
                Span<byte> bytes = buffer.AsSpan(0, part.Length * Size(FloatFormat.Float16));
                int tooLarge = SixteenBits.Narrow(part, bytes);
                if (tooLarge >= 0) return done + tooLarge;
                stream.Write(BitConverter.IsLittleEndian ? bytes : Reversed(bytes, Size(FloatFormat.Float16)));
            }
            return -1;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int ReadBuffered<T>(RandomAccessFile file, long offset, FloatFormat format, bool bigEndian, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = Size(format);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int chunk = buffer.Length / size;
            for (int done = 0; done < destination.Length; done += chunk)
            {
                Span<T> part = destination.Slice(done, Math.Min(chunk, destination.Length - done));
                Span<byte> bytes = buffer.AsSpan(0, part.Length * size);
                file.Read(offset + ((long)done * size), bytes);
                int tooLarge = Decode(bytes, format, bigEndian, part);
                if (tooLarge >= 0) return done + tooLarge;
            }
            return -1;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Decode<TElement, T>(ReadOnlySpan<byte> source, bool bigEndian, Span<T> destination)
        where TElement : IElement
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float) && bigEndian != BitConverter.IsLittleEndian
            && TElement.TryWiden(source[..(destination.Length * TElement.Size)], MemoryMarshal.Cast<T, float>(destination))) return -1;
        for (int i = 0; i < destination.Length; i++)
        {
            // Through double: every format is exact in it, so there is one rounding, the last.
            double stored = TElement.Read(source.Slice(i * TElement.Size, TElement.Size), bigEndian);
            T value = T.CreateTruncating(stored);
            if (T.IsInfinity(value) && double.IsFinite(stored)) return i;
            destination[i] = value;
        }
        return -1;
    }

    /// <summary>How numbers in memory are stored, byte order apart.</summary>
    private static FloatFormat FormatOf<T>() => typeof(T) == typeof(float) ? FloatFormat.Float32
        : typeof(T) == typeof(double) ? FloatFormat.Float64
        : throw new NotSupportedException();

    private static byte[] Reversed(ReadOnlySpan<byte> bytes, int size)
    {
        byte[] reversed = bytes.ToArray();
        for (int i = 0; i < reversed.Length; i += size) reversed.AsSpan(i, size).Reverse();
        return reversed;
    }

    private interface IElement
    {
        static abstract int Size { get; }

        static abstract double Read(ReadOnlySpan<byte> source, bool bigEndian);

        /// <summary>
        /// Converts all at once from the machine's byte order, with the results of <see cref="Read"/>; false where there is no such way.
        /// </summary>
        static virtual bool TryWiden(ReadOnlySpan<byte> source, Span<float> destination) => false;
    }

    private readonly struct Binary16 : IElement
    {
        public static int Size => 2;

        public static double Read(ReadOnlySpan<byte> source, bool bigEndian) =>
            (double)(bigEndian ? BinaryPrimitives.ReadHalfBigEndian(source) : BinaryPrimitives.ReadHalfLittleEndian(source));

        public static bool TryWiden(ReadOnlySpan<byte> source, Span<float> destination)
        {
            SixteenBits.WidenBinary(source, destination);
            return true;
        }
    }

    private readonly struct Brain16 : IElement
    {
        public static int Size => 2;

        public static double Read(ReadOnlySpan<byte> source, bool bigEndian)
        {
            uint upper = bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(source) : BinaryPrimitives.ReadUInt16LittleEndian(source);
            return BitConverter.UInt32BitsToSingle(upper << 16);
        }

        public static bool TryWiden(ReadOnlySpan<byte> source, Span<float> destination)
        {
            SixteenBits.WidenBrain(source, destination);
            return true;
        }
    }

    private readonly struct Binary32 : IElement
    {
        public static int Size => 4;

        public static double Read(ReadOnlySpan<byte> source, bool bigEndian) =>
            bigEndian ? BinaryPrimitives.ReadSingleBigEndian(source) : BinaryPrimitives.ReadSingleLittleEndian(source);
    }

    private readonly struct Binary64 : IElement
    {
        public static int Size => 8;

        public static double Read(ReadOnlySpan<byte> source, bool bigEndian) =>
            bigEndian ? BinaryPrimitives.ReadDoubleBigEndian(source) : BinaryPrimitives.ReadDoubleLittleEndian(source);
    }
}
