using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using QEngine.Storage;

namespace QEngine.Collections;

/// <summary>Gathers the ids of a segment, in memory, and writes them as <see cref="SegmentIds"/> reads them.</summary>
internal sealed class SegmentIdsWriter
{
    // Numbers written at a time.
    private const int AtOnce = 1 << 14;

    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly List<int> _ends = [];

    /// <summary>Bytes of the file so far.</summary>
    public long Length => SegmentIds.HeaderBytes + ((long)_ends.Count * SegmentIds.BytesPerRow) + _text.WrittenCount;

    /// <summary>Adds the id of the next row.</summary>
    /// <param name="id">Well-formed text.</param>
    /// <exception cref="QEngineException">All ids are longer than a file may be.</exception>
    public void Add(string id)
    {
        int bytes = Encoding.UTF8.GetByteCount(id);
        if (Length + SegmentIds.BytesPerRow + bytes > Array.MaxLength)
            throw new QEngineException($"expected ids that fit {Array.MaxLength} bytes, found one of {bytes} bytes");
        _text.Advance(Encoding.UTF8.GetBytes(id, _text.GetSpan(bytes)));
        _ends.Add(_text.WrittenCount);
    }

    /// <summary>Writes the file.</summary>
    /// <param name="folder">The segment's folder.</param>
    /// <returns>Its checksums.</returns>
    /// <exception cref="QEngineException">An id is there twice, or the disk is full.</exception>
    public BlockChecksums Write(string folder)
    {
        int[] rows = new int[_ends.Count];
        for (int row = 0; row < rows.Length; row++) rows[row] = row;
        rows.AsSpan().Sort((left, right) => Bytes(left).SequenceCompareTo(Bytes(right)));
        for (int i = 1; i < rows.Length; i++)
        {
            if (Bytes(rows[i]).SequenceEqual(Bytes(rows[i - 1])))
                throw new QEngineException($"expected each id once, found '{Encoding.UTF8.GetString(Bytes(rows[i]))}' twice");
        }
        string path = Path.Combine(folder, SegmentIds.FileName);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> header = stackalloc byte[SegmentIds.HeaderBytes];
            header.Clear();
            BinaryPrimitives.WriteInt32LittleEndian(header, rows.Length);
            stream.Write(header);
            Write(stream, CollectionsMarshal.AsSpan(_ends), sizeof(long));
            Write(stream, rows, sizeof(int));
            stream.Write(_text.WrittenSpan);
        });
        return BlockChecksums.Compute(path);
    }

    private ReadOnlySpan<byte> Bytes(int row) => _text.WrittenSpan[(row == 0 ? 0 : _ends[row - 1]).._ends[row]];

    private static void Write(Stream stream, ReadOnlySpan<int> numbers, int width)
    {
        byte[] buffer = new byte[AtOnce * width];
        for (int first = 0; first < numbers.Length; first += AtOnce)
        {
            ReadOnlySpan<int> part = numbers.Slice(first, Math.Min(AtOnce, numbers.Length - first));
            // The upper half of eight bytes stays zero.
            for (int i = 0; i < part.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(i * width), part[i]);
            stream.Write(buffer.AsSpan(0, part.Length * width));
        }
    }
}
