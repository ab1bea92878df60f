using System.Buffers.Binary;
using System.Text;
using QEngine.Storage;

namespace QEngine.Collections;

/// <summary>
/// <c>ids.bin</c>, mapped: the ids of a segment's rows, and the rows in the order of their ids, so that one is found by bisection.
/// </summary>
/// <remarks>
/// Little endian: the number of rows n (4 bytes), 4 bytes of zeros, n ends of ids within the text (8 bytes each), n rows ordered by the
/// bytes of their ids (4 bytes each), and the text, UTF-8. Every number is checked when it is used. Safe from many threads.
/// </remarks>
internal sealed class SegmentIds : IDisposable
{
    public const string FileName = "ids.bin";

    /// <summary>Bytes before the ends.</summary>
    internal const int HeaderBytes = 8;

    /// <summary>Bytes a row, without its id.</summary>
    internal const int BytesPerRow = sizeof(long) + sizeof(int);

    private readonly MappedArray<byte> _file;
    private readonly string _name;

    private SegmentIds(MappedArray<byte> file, string name, int count) => (_file, _name, Count) = (file, name, count);

    /// <summary>The rows.</summary>
    public int Count { get; }

    private int TextStart => HeaderBytes + (Count * BytesPerRow);

    /// <summary>Maps the file, or gives null with a warning where it is damaged: ids are read with the texts then.</summary>
    /// <param name="folder">The segment's folder.</param>
    /// <param name="documents">Its rows.</param>
    /// <param name="written">The checksums it was written with.</param>
    /// <param name="warnings">Receives a line for every damaged block.</param>
    /// <exception cref="QEngineException">It is missing, or is none of so many rows.</exception>
    public static SegmentIds? Open(string folder, int documents, BlockChecksums written, List<string> warnings)
    {
        RandomAccessFile file = RandomAccessFile.Open(Path.Combine(folder, FileName));
        IDisposable opened = file;
        try
        {
            IReadOnlyList<int> damaged = written.Damaged(BlockChecksums.Compute(file));
            foreach (int block in damaged) warnings.Add($"{BlockChecksums.Damage(block, file.Path)}: ids are read with the texts");
            if (damaged.Count > 0)
            {
                file.Dispose();
                return null;
            }
            long start = HeaderBytes + ((long)documents * BytesPerRow);
            if (file.Length < start || file.Length > Array.MaxLength)
                throw new QEngineException(
                    $"expected from {start} to {Array.MaxLength} bytes for ids of {documents} documents, "
                    + $"found {file.Length} in {file.Name}");
            MappedArray<byte> mapped = MappedArray<byte>.Create(file, 0, (int)file.Length);
            opened = mapped;
            SegmentIds ids = new(mapped, file.Name, documents);
            int count = BinaryPrimitives.ReadInt32LittleEndian(mapped.GetSpan());
            if (count != documents || ids.End(documents - 1) != file.Length - start)
                throw new QEngineException(
                    $"expected {documents} ids of {file.Length - start} bytes, "
                    + $"found {count} of {ids.End(documents - 1)} bytes in {file.Name}");
            return ids;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The id of a row.</summary>
    /// <param name="row">The row, at least 0 and below <see cref="Count"/>.</param>
    /// <exception cref="QEngineException">The file contradicts itself, or the id is no UTF-8.</exception>
    public string this[int row]
    {
        get
        {
            try
            {
                return Utf8Text.Strict.GetString(Bytes(row));
            }
            catch (DecoderFallbackException failure)
            {
                throw new QEngineException($"expected ids as UTF-8, found other bytes in row {row} of {_name}", failure);
            }
        }
    }

    /// <summary>The row of an id, or -1 where there is none.</summary>
    /// <param name="id">The id.</param>
    /// <exception cref="QEngineException">The file contradicts itself.</exception>
    public int Find(string id)
    {
        if (!Utf8Text.IsWellFormed(id)) return -1;
        ReadOnlySpan<byte> wanted = Encoding.UTF8.GetBytes(id);
        int from = 0, to = Count - 1;
        while (from <= to)
        {
            int middle = from + ((to - from) / 2), row = RowAt(middle), order = Bytes(row).SequenceCompareTo(wanted);
            if (order == 0) return row;
            if (order < 0) from = middle + 1;
            else to = middle - 1;
        }
        return -1;
    }

    /// <summary>The row whose id is at a place in the order of all by their bytes.</summary>
    /// <param name="place">The place, at least 0 and below <see cref="Count"/>.</param>
    /// <exception cref="QEngineException">The file contradicts itself.</exception>
    public int RowAt(int place)
    {
        int start = HeaderBytes + (Count * sizeof(long)) + (place * sizeof(int));
        int row = BinaryPrimitives.ReadInt32LittleEndian(_file.GetSpan()[start..]);
        return (uint)row < (uint)Count ? row : throw new QEngineException($"expected rows below {Count}, found {row} in {_name}");
    }

    /// <summary>The bytes of the id of a row, in place.</summary>
    /// <exception cref="QEngineException">The file contradicts itself.</exception>
    public ReadOnlyMemory<byte> Utf8(int row) => _file.Memory[RangeOf(row)];

    /// <summary>Requires that nobody has cut the file short since it was opened.</summary>
    public void RequireWhole() => _file.RequireWhole();

    public void Dispose() => ((IDisposable)_file).Dispose();

    private ReadOnlySpan<byte> Bytes(int row) => _file.GetSpan()[RangeOf(row)];

    private Range RangeOf(int row)
    {
        long start = row == 0 ? 0 : End(row - 1), end = End(row), length = _file.GetSpan().Length - TextStart;
        if (start < 0 || end < start || end > length)
            throw new QEngineException(
                $"expected ids one after another in {length} bytes, found row {row} from {start} to {end} in {_name}");
        return (TextStart + (int)start)..(TextStart + (int)end);
    }

    private long End(int row) => BinaryPrimitives.ReadInt64LittleEndian(_file.GetSpan()[(HeaderBytes + (row * sizeof(long)))..]);
}
