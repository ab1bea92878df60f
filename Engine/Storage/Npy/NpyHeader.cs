using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace QEngine.Storage;

/// <summary>The checked header of a .npy file of real numbers in one or two dimensions.</summary>
/// <remarks>
/// NumPy's format: magic string, version, header length, then a Python dictionary literal with <c>descr</c>, <c>fortran_order</c> and
/// <c>shape</c>, padded with spaces to a multiple of 64 bytes.
/// </remarks>
internal sealed class NpyHeader
{
    private const int PrefixBytes = 8;         // magic string and version
    private const int ShortPrefixBytes = 10;   // with the 16-bit length of version 1
    private const int LongPrefixBytes = 12;    // with the 32-bit length of versions 2 and 3
    private const int MaximumBytes = 65535;    // what version 1 can say; a plain array needs less than 200
    private const int Alignment = 64;
    private const int RowDigits = 21;          // NumPy keeps room for the first dimension to grow to this many digits

    internal NpyHeader(FloatFormat format, bool bigEndian, int[] shape, long dataOffset)
    {
        Format = format;
        BigEndian = bigEndian;
        Shape = shape;
        DataOffset = dataOffset;
    }

    internal FloatFormat Format { get; }

    internal bool BigEndian { get; }

    /// <summary>One or two dimensions; their product fits an array and equals what the file holds.</summary>
    internal int[] Shape { get; }

    internal long DataOffset { get; }

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    internal static NpyHeader Read(RandomAccessFile file)
    {
        Span<byte> prefix = stackalloc byte[LongPrefixBytes];
        int available = (int)Math.Min(file.Length, LongPrefixBytes);
        file.Read(0, prefix[..available]);
        if (available < ShortPrefixBytes || !prefix.StartsWith(Magic))
            throw new QEngineException($"expected a .npy file (magic string \\x93NUMPY), found other bytes at byte 0 of {file.Name}");

        int version = prefix[6];
        if (version is < 1 or > 3 || prefix[7] != 0)
            throw new QEngineException($"expected .npy version 1.0, 2.0 or 3.0, found {prefix[6]}.{prefix[7]} at byte 6 of {file.Name}");
        int prefixBytes = version == 1 ? ShortPrefixBytes : LongPrefixBytes;
        if (available < prefixBytes)
            throw new QEngineException($"expected {prefixBytes} bytes of .npy prefix, found the end at byte {available} of {file.Name}");
        uint length = version == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(prefix[PrefixBytes..])
            : BinaryPrimitives.ReadUInt32LittleEndian(prefix[PrefixBytes..]);
        long allowed = Math.Min(MaximumBytes, file.Length - prefixBytes);
        if (length > allowed)
            throw new QEngineException(
                $"expected a .npy header of at most {allowed} bytes, "
                + $"found length {length} at byte {PrefixBytes} of {file.Name}");

        byte[] text = new byte[(int)length];
        file.Read(prefixBytes, text);
        NpyHeaderParser parser = new(text, prefixBytes, file.Name);
        parser.Parse();
        return Checked(parser, prefixBytes + length, file);
    }

    private static NpyHeader Checked(NpyHeaderParser parsed, long dataOffset, RandomAccessFile file)
    {
        (FloatFormat format, bool bigEndian) = parsed.Type switch
        {
            "<f2" => (FloatFormat.Float16, false),
            "<f4" => (FloatFormat.Float32, false),
            "<f8" => (FloatFormat.Float64, false),
            ">f2" => (FloatFormat.Float16, true),
            ">f4" => (FloatFormat.Float32, true),
            ">f8" => (FloatFormat.Float64, true),
            _ => throw new QEngineException(
                $"expected dtype f2, f4 or f8 with byte order < or >, found {Printable.Quote(parsed.Type)} in {file.Name}"),
        };
        string shapeText = Printable.Shape(parsed.Shape);
        if (parsed.Shape.Length is not (1 or 2))
            throw new QEngineException($"expected an array of 1 or 2 dimensions, found shape {shapeText} in {file.Name}");
        if (parsed.FortranOrder && parsed.Shape.Length == 2)
            throw new QEngineException(
                $"expected rows one after another (C order), "
                + $"found Fortran order, shape {shapeText}, in {file.Name}; save numpy.ascontiguousarray of it");

        long dataBytes = file.Length - dataOffset;
        if (!ByteCount.TryOf(parsed.Shape, FloatCodec.Size(format), out long bytes))
            throw new QEngineException($"expected a shape of fewer than 2^63 bytes, found {shapeText} of {parsed.Type} in {file.Name}");
        if (bytes != dataBytes)
            throw new QEngineException(
                $"expected {bytes} data bytes for shape {shapeText} of {parsed.Type}, "
                + $"found {dataBytes} in {file.Name}");
        int[] shape = new int[parsed.Shape.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            if (parsed.Shape[i] > Array.MaxLength || bytes / FloatCodec.Size(format) > Array.MaxLength)
                throw new QEngineException($"expected at most {Array.MaxLength} numbers and rows, found shape {shapeText} in {file.Name}");
            shape[i] = (int)parsed.Shape[i];
        }
        return new NpyHeader(format, bigEndian, shape, dataOffset);
    }

    /// <summary>
    /// The bytes before little-endian binary32 data, exactly as NumPy writes them. Their number does not depend on
    /// the first dimension, so it can be patched when the rows have been counted.
    /// </summary>
    internal static byte[] Format32(ReadOnlySpan<long> shape)
    {
        string rows = shape[0].ToString(CultureInfo.InvariantCulture);
        string rest = shape.Length == 1 ? "," : string.Create(CultureInfo.InvariantCulture, $", {shape[1]}");
        StringBuilder text = new($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}{rest}), }}");
        text.Append(' ', RowDigits - rows.Length);
        // NumPy adds a whole 64 where nothing would be needed; so do we, to be byte for byte the same.
        text.Append(' ', Alignment - (ShortPrefixBytes + text.Length + 1) % Alignment).Append('\n');

        byte[] header = new byte[ShortPrefixBytes + text.Length];
        Magic.CopyTo(header);
        header[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(PrefixBytes), (ushort)text.Length);
        Encoding.ASCII.GetBytes(text.ToString(), header.AsSpan(ShortPrefixBytes));
        return header;
    }
}
