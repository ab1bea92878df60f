using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace QEngine.Storage;

/// <summary>Numbers to and from the bytes of a file, on machines of either byte order.</summary>
internal static class FloatCodec
{
    private const int ReadBufferBytes = 64 * 1024;
    private const int WriteBufferBytes = 4096;

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
    internal static int Read<T>(InputFile file, long offset, FloatFormat format, bool bigEndian, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = Size(format);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadBufferBytes);
        try
        {
            int chunk = buffer.Length / size;
            for (int done = 0; done < destination.Length; done += chunk)
            {
                Span<T> part = destination.Slice(done, Math.Min(chunk, destination.Length - done));
                Span<byte> bytes = buffer.AsSpan(0, part.Length * size);
                file.Read(offset + (long)done * size, bytes);
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

    /// <summary>Writes numbers as little-endian binary32.</summary>
    internal static void Write(Stream stream, ReadOnlySpan<float> values)
    {
        Span<byte> buffer = stackalloc byte[WriteBufferBytes];
        while (values.Length > 0)
        {
            int count = Math.Min(values.Length, WriteBufferBytes / sizeof(float));
            for (int i = 0; i < count; i++) BinaryPrimitives.WriteSingleLittleEndian(buffer[(i * sizeof(float))..], values[i]);
            stream.Write(buffer[..(count * sizeof(float))]);
            values = values[count..];
        }
    }

    /// <summary>Writes numbers as little-endian binary64.</summary>
    internal static void Write(Stream stream, ReadOnlySpan<double> values)
    {
        Span<byte> buffer = stackalloc byte[WriteBufferBytes];
        while (values.Length > 0)
        {
            int count = Math.Min(values.Length, WriteBufferBytes / sizeof(double));
            for (int i = 0; i < count; i++) BinaryPrimitives.WriteDoubleLittleEndian(buffer[(i * sizeof(double))..], values[i]);
            stream.Write(buffer[..(count * sizeof(double))]);
            values = values[count..];
        }
    }

    private static int Decode<TElement, T>(ReadOnlySpan<byte> source, bool bigEndian, Span<T> destination)
        where TElement : IElement
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
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

    private interface IElement
    {
        static abstract int Size { get; }

        static abstract double Read(ReadOnlySpan<byte> source, bool bigEndian);
    }

    private readonly struct Binary16 : IElement
    {
        public static int Size => 2;

        public static double Read(ReadOnlySpan<byte> source, bool bigEndian) =>
            (double)(bigEndian ? BinaryPrimitives.ReadHalfBigEndian(source) : BinaryPrimitives.ReadHalfLittleEndian(source));
    }

    private readonly struct Brain16 : IElement
    {
        public static int Size => 2;

        public static double Read(ReadOnlySpan<byte> source, bool bigEndian)
        {
            uint upper = bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(source) : BinaryPrimitives.ReadUInt16LittleEndian(source);
            return BitConverter.UInt32BitsToSingle(upper << 16);
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
