using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace QEngine.Storage;

/// <summary>Writes safetensors files: the same tensors and metadata give the same bytes, whatever their order.</summary>
/// <remarks>
/// Tensors are laid out as by the reference implementation, widest element first, then by the UTF-8 bytes of their names, so every
/// tensor is aligned to its element size; the header is padded with spaces to a multiple of eight bytes. Metadata comes first, sorted by
/// key.
/// </remarks>
internal static class SafetensorsWriter
{
    private const int HeaderAlignment = 8;

    // Names stay readable; only what JSON demands is escaped (the header is no HTML).
    private static readonly JsonWriterOptions Options = new() { Encoder = MinimalJsonEncoder.Instance };

    /// <summary>Writes a file atomically: on any failure an old file of that name stays as it was.</summary>
    /// <param name="path">Where the file will be; its folder must exist.</param>
    /// <param name="entries">The tensors, in any order, with distinct names.</param>
    /// <param name="metadata">Free strings for the header, or null.</param>
    /// <exception cref="QEngineException">
    /// Names repeat or are malformed, a number does not fit F16, the header passes 100 MB, or the file cannot be written.
    /// </exception>
    public static void Write(string path, IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(entries);
        (byte[] Name, SafetensorsEntry Entry)[] sorted = Sorted(entries, FileErrors.Name(path));
        byte[] header = Header(sorted, metadata, FileErrors.Name(path));

        using AtomicFile file = AtomicFile.Create(path);
        Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        file.Write(prefix);
        file.Write(header);
        foreach ((_, SafetensorsEntry entry) in sorted) entry.WriteData(file);
        file.Commit();
    }

    private static (byte[] Name, SafetensorsEntry Entry)[] Sorted(IReadOnlyList<SafetensorsEntry> entries, string fileName)
    {
        (byte[] Name, SafetensorsEntry Entry)[] sorted = new (byte[], SafetensorsEntry)[entries.Count];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < sorted.Length; i++)
        {
            SafetensorsEntry entry = entries[i];
            if (entry.Name == SafetensorsHeader.MetadataName || !names.Add(entry.Name))
                throw new QEngineException(
                    $"expected distinct tensor names other than {SafetensorsHeader.MetadataName}, "
                    + $"found {Printable.Quote(entry.Name)} while writing {fileName}");
            sorted[i] = (Bytes(entry.Name, fileName), entry);
        }
        Array.Sort(sorted, static (a, b) =>
        {
            int order = b.Entry.Dtype.ByteSize.CompareTo(a.Entry.Dtype.ByteSize);
            return order != 0 ? order : a.Name.AsSpan().SequenceCompareTo(b.Name);
        });
        return sorted;
    }

    private static byte[] Header(
        (byte[] Name, SafetensorsEntry Entry)[] sorted, IReadOnlyDictionary<string, string>? metadata, string fileName)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 }) WriteMetadata(json, metadata, fileName);
            long begin = 0;
            foreach ((byte[] name, SafetensorsEntry entry) in sorted)
            {
                WriteTensor(json, name, entry, begin);
                begin += entry.ByteLength;
            }
            json.WriteEndObject();
        }

        int padded = (buffer.WrittenCount + HeaderAlignment - 1) / HeaderAlignment * HeaderAlignment;
        if (padded > SafetensorsHeader.MaximumBytes)
            throw new QEngineException(
                $"expected a safetensors header of at most {SafetensorsHeader.MaximumBytes} bytes, "
                + $"found {padded} bytes while writing {fileName}");
        byte[] header = new byte[padded];
        buffer.WrittenSpan.CopyTo(header);
        header.AsSpan(buffer.WrittenCount).Fill((byte)' ');
        return header;
    }

    private static void WriteTensor(Utf8JsonWriter json, byte[] name, SafetensorsEntry entry, long begin)
    {
        json.WriteStartObject(name);
        json.WriteString("dtype"u8, entry.Dtype.Name);
        json.WriteStartArray("shape"u8);
        foreach (long dimension in entry.Shape) json.WriteNumberValue(dimension);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets"u8);
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + entry.ByteLength);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata, string fileName)
    {
        List<(byte[] Key, byte[] Value)> sorted = new(metadata.Count);
        foreach ((string key, string value) in metadata) sorted.Add((Bytes(key, fileName), Bytes(value, fileName)));
        sorted.Sort(static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));

        json.WriteStartObject(SafetensorsHeader.MetadataName);
        foreach ((byte[] key, byte[] value) in sorted) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static byte[] Bytes(string text, string fileName)
    {
        try
        {
            if (text.Length <= SafetensorsHeader.MaximumBytes) return Utf8Text.Strict.GetBytes(text);
        }
        catch (EncoderFallbackException failure)
        {
            throw new QEngineException(
                $"expected well-formed text, "
                + $"found a lone surrogate in {Printable.Quote(text)} while writing {fileName}", failure);
        }
        throw new QEngineException(
            $"expected names and metadata below {SafetensorsHeader.MaximumBytes} characters, "
            + $"found {text.Length} while writing {fileName}");
    }
}
