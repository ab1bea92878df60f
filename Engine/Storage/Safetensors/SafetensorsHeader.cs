using System.Buffers.Binary;

namespace QEngine.Storage;

/// <summary>The checked header of a safetensors file: eight bytes of length, then JSON, then the tensors' bytes.</summary>
/// <remarks>
/// Checks in order: size, header length, UTF-8, JSON and its fields, each tensor alone, then that the tensors tile the
/// data exactly. The only allocation sized by the file's own numbers is the header's buffer, after its length was
/// compared with the file's.
/// </remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>The reference implementation's limit on the JSON header.</summary>
    internal const int MaximumBytes = 100_000_000;

    /// <summary>Bytes of the header length.</summary>
    internal const int PrefixBytes = 8;

    /// <summary>The one name that is not a tensor.</summary>
    internal const string MetadataName = "__metadata__";

    private SafetensorsHeader(SafetensorsTensor[] tensors, Dictionary<string, string> metadata, long dataOffset)
    {
        Tensors = tensors;
        Metadata = metadata;
        DataOffset = dataOffset;
    }

    /// <summary>Tensors in the order of their bytes.</summary>
    internal SafetensorsTensor[] Tensors { get; }

    internal Dictionary<string, string> Metadata { get; }

    /// <summary>Where in the file the tensors' bytes begin.</summary>
    internal long DataOffset { get; }

    internal static SafetensorsHeader Read(RandomAccessFile file)
    {
        if (file.Length < PrefixBytes)
            throw new QEngineException(
                $"expected a safetensors file of at least {PrefixBytes} bytes, "
                + $"found {file.Length} bytes: {file.Name}");

        Span<byte> prefix = stackalloc byte[PrefixBytes];
        file.Read(0, prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaximumBytes)
            throw new QEngineException(
                $"expected a safetensors header of at most {MaximumBytes} bytes, "
                + $"found length {length} at byte 0 of {file.Name}");
        if ((long)length > file.Length - PrefixBytes)
            throw new QEngineException(
                $"expected a safetensors header of at most {file.Length - PrefixBytes} bytes (the file's size less {PrefixBytes}), "
                + $"found length {length} at byte 0 of {file.Name}");

        byte[] json = new byte[(int)length];
        file.Read(PrefixBytes, json);
        int invalid = Utf8Text.FirstInvalid(json);
        if (invalid >= 0)
            throw new QEngineException(
                $"expected a UTF-8 safetensors header, "
                + $"found byte 0x{json[invalid]:X2} at byte {PrefixBytes + invalid} of {file.Name}");
        if (json.Length == 0 || json[0] != '{')
            throw new QEngineException(
                $"expected a safetensors header that starts with '{{', "
                + $"found {(json.Length == 0 ? "an empty one" : $"byte 0x{json[0]:X2}")} at byte {PrefixBytes} of {file.Name}");

        SafetensorsHeaderParser parser = new(json, file.Name);
        parser.Parse();
        SafetensorsTensor[] tensors = parser.Tensors.ToArray();
        long dataOffset = PrefixBytes + json.Length;
        CheckTiling(tensors, file.Length - dataOffset, file.Name);
        return new SafetensorsHeader(tensors, parser.Metadata, dataOffset);
    }

    /// <summary>Sorts by position and requires that the tensors cover the data without overlap, gap or rest.</summary>
    private static void CheckTiling(SafetensorsTensor[] tensors, long dataBytes, string fileName)
    {
        // By end and name as well: empty tensors share positions, and the order must not depend on the sort.
        Array.Sort(tensors, static (a, b) =>
        {
            int order = a.Begin.CompareTo(b.Begin);
            if (order == 0) order = a.End.CompareTo(b.End);
            return order != 0 ? order : string.CompareOrdinal(a.Name, b.Name);
        });

        long covered = 0;
        foreach (SafetensorsTensor tensor in tensors)
        {
            if (tensor.Begin != covered)
            {
                string what = tensor.Begin < covered ? "an overlap" : "a gap";
                throw new QEngineException(
                    $"expected tensor {Printable.Quote(tensor.Name)} to begin at data byte {covered}, "
                    + $"found {what}: it begins at {tensor.Begin} in {fileName}");
            }
            covered = tensor.End;
            if (covered > dataBytes)
                throw new QEngineException(
                    $"expected tensor {Printable.Quote(tensor.Name)} to end within {dataBytes} data bytes, "
                    + $"found end {covered} in {fileName}");
        }
        if (covered != dataBytes)
            throw new QEngineException($"expected {covered} data bytes as the header says, found {dataBytes} in {fileName}");
    }
}
