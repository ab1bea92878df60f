using System.Buffers.Binary;
using QEngine.Storage;

namespace QEngine.Tools.Indexing;

/// <summary>
/// Files of bytes in some dimensions as the MNIST database is published in (yann.lecun.com/exdb/mnist): 0, 0, 8, the number of
/// dimensions, every extent in four bytes, the most significant first, and the bytes. Files are untrusted; those of a name in
/// <c>.gz</c> are compressed.
/// </summary>
internal static class IdxFile
{
    private const int BytesType = 0x800, MaxSide = 1 << 24, MaxBytes = 1 << 30, FirstBuffer = 1 << 16;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimensions">How many it must have.</param>
    /// <returns>The extents, each at least 1, and the bytes, as many as their product.</returns>
    /// <exception cref="QEngineException">It cannot be read, is no such file, or is of another length than it says.</exception>
    public static (int[] Extents, byte[] Content) Read(string path, int dimensions)
    {
        string name = FileErrors.Name(path);
        using Stream stream = TextInput.OpenBytes(path);
        try
        {
            int headerLength = 4 * (1 + dimensions);
            byte[] header = UpTo(stream, headerLength);
            if (header.Length < headerLength)
                throw new QEngineException($"expected a header of {headerLength} bytes, found the end after {header.Length}: {name}");
            uint magic = BinaryPrimitives.ReadUInt32BigEndian(header), expected = (uint)(BytesType | dimensions);
            if (magic != expected)
                throw new QEngineException(
                    $"expected bytes in {dimensions} dimensions (IDX 0x{expected:X8}), found 0x{magic:X8}: {name}");
            int[] extents = Extents(header.AsSpan(4), name, out int length);
            byte[] content = UpTo(stream, length);
            if (content.Length < length)
                throw new QEngineException($"expected {length} bytes behind the header, found {content.Length}: {name}");
            if (stream.ReadByte() >= 0) throw new QEngineException($"expected {length} bytes behind the header, found more: {name}");
            return (extents, content);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Reading(path, failure);
        }
    }

    private static int[] Extents(ReadOnlySpan<byte> header, string name, out int length)
    {
        int[] extents = new int[header.Length / 4];
        long product = 1;
        for (int i = 0; i < extents.Length; i++)
        {
            uint extent = BinaryPrimitives.ReadUInt32BigEndian(header[(4 * i)..]);
            if (extent is < 1 or > MaxSide)
                throw new QEngineException($"expected extents from 1 to {MaxSide}, found {extent} in dimension {i + 1}: {name}");
            extents[i] = (int)extent;
            product *= extent;
            if (product > MaxBytes) throw new QEngineException($"expected at most {MaxBytes} bytes, found extents of {product}: {name}");
        }
        length = (int)product;
        return extents;
    }

    /// <summary>Some bytes, fewer where there are fewer: memory grows with what is there, not with what a header says.</summary>
    private static byte[] UpTo(Stream stream, int length)
    {
        byte[] bytes = new byte[Math.Min(length, FirstBuffer)];
        int filled = 0;
        while (true)
        {
            filled += stream.ReadAtLeast(bytes.AsSpan(filled), bytes.Length - filled, throwOnEndOfStream: false);
            if (filled < bytes.Length) return bytes[..filled];
            if (filled == length) return bytes;
            Array.Resize(ref bytes, (int)Math.Min(length, 2L * bytes.Length));
        }
    }
}
