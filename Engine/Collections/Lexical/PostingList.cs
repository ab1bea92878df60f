using System.Buffers;

namespace QEngine.Collections;

/// <summary>A posting list in memory: rows of a part, ascending, and how often a term is in each. For one thread.</summary>
/// <remarks>
/// In a file: the number of documents (<see cref="Leb128"/>), then blocks of 128 documents, the last one of what is left. A block is two
/// bytes, the bits of a gap and of a frequency, then the gaps and then the frequencies, each less 1 (<see cref="BitPacking"/>); a gap
/// is the distance of a row from the one before, -1 before the first.
/// </remarks>
internal sealed class PostingList
{
    private const int BlockLength = 128;

    private int[] _rows = [], _frequencies = [];
    private int _count;

    /// <summary>The rows.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, _count);

    /// <summary>How often the term is in each, at least once.</summary>
    public ReadOnlySpan<int> Frequencies => _frequencies.AsSpan(0, _count);

    /// <summary>How many documents a term is in, without reading more of its list.</summary>
    /// <exception cref="QEngineException">The file contradicts itself.</exception>
    public static int CountOf(LexicalPart part, int term)
    {
        int at = 0;
        return CountOf(part, part.Postings(term), ref at);
    }

    /// <summary>Makes it a list of nothing.</summary>
    public void Clear() => _count = 0;

    /// <summary>Appends a list to a file.</summary>
    /// <param name="bytes">Receives it.</param>
    /// <param name="rows">The rows, ascending.</param>
    /// <param name="frequencies">How often the term is in each.</param>
    public static void Write(IBufferWriter<byte> bytes, ReadOnlySpan<int> rows, ReadOnlySpan<int> frequencies)
    {
        Leb128.Write(bytes, (uint)rows.Length);
        Span<int> gaps = stackalloc int[BlockLength], more = stackalloc int[BlockLength];
        int before = -1;
        for (int first = 0; first < rows.Length; first += BlockLength)
        {
            int length = Math.Min(BlockLength, rows.Length - first);
            for (int i = 0; i < length; i++)
            {
                (gaps[i], more[i]) = (rows[first + i] - before - 1, frequencies[first + i] - 1);
                before = rows[first + i];
            }
            int gapWidth = BitPacking.WidthOf(gaps[..length]), moreWidth = BitPacking.WidthOf(more[..length]);
            bytes.Write([(byte)gapWidth, (byte)moreWidth]);
            BitPacking.Write(bytes, gaps[..length], gapWidth);
            BitPacking.Write(bytes, more[..length], moreWidth);
        }
    }

    /// <summary>Reads the list of a term.</summary>
    /// <exception cref="QEngineException">The file contradicts itself.</exception>
    public void Read(LexicalPart part, int term)
    {
        ReadOnlySpan<byte> bytes = part.Postings(term);
        int at = 0, count = CountOf(part, bytes, ref at);
        Resize(count);
        long row = -1;
        for (int first = 0; first < count; first += BlockLength)
        {
            int length = Math.Min(BlockLength, count - first);
            Span<int> rows = _rows.AsSpan(first, length), frequencies = _frequencies.AsSpan(first, length);
            if (!TryReadBlock(bytes, ref at, rows, frequencies))
                throw part.Contradiction("whole blocks of postings", $"another in the list of term {term}");
            for (int i = 0; i < length; i++)
            {
                row += rows[i] + 1L;
                rows[i] = (int)row;
                frequencies[i]++;
            }
            // Rows ascend: none is above the last.
            if (row >= part.Documents) throw part.Contradiction($"rows below {part.Documents}", $"{row} in the list of term {term}");
        }
        if (at != bytes.Length) throw part.Contradiction($"a posting list of {at} bytes for term {term}", $"one of {bytes.Length}");
    }

    /// <summary>Becomes the list of two terms as of one.</summary>
    public void Merge(PostingList left, PostingList right)
    {
        Resize(left._count + right._count);
        int count = 0, i = 0, j = 0;
        while (i < left._count || j < right._count)
        {
            int row = Math.Min(left.RowOrLast(i), right.RowOrLast(j)), frequency = 0;
            if (left.RowOrLast(i) == row) frequency += left._frequencies[i++];
            if (right.RowOrLast(j) == row) frequency += right._frequencies[j++];
            (_rows[count], _frequencies[count]) = (row, frequency);
            count++;
        }
        _count = count;
    }

    private static int CountOf(LexicalPart part, ReadOnlySpan<byte> bytes, ref int at) =>
        Leb128.TryRead(bytes, ref at, out uint count) && count > 0 && count <= (uint)part.Documents
            ? (int)count
            : throw part.Contradiction($"posting lists of 1 to {part.Documents} documents", $"one of {count}");

    /// <summary>Reads the distances of rows and how often beyond once the term is in each.</summary>
    private static bool TryReadBlock(ReadOnlySpan<byte> bytes, ref int at, Span<int> gaps, Span<int> more)
    {
        if (at > bytes.Length - 2) return false;
        int gapWidth = bytes[at], moreWidth = bytes[at + 1], start = at + 2;
        // One bit less, for one is added.
        if (gapWidth > BitPacking.MaxWidth || moreWidth >= BitPacking.MaxWidth) return false;
        int middle = start + BitPacking.BytesOf(gaps.Length, gapWidth);
        at = middle + BitPacking.BytesOf(more.Length, moreWidth);
        if (at > bytes.Length) return false;
        BitPacking.Read(bytes[start..middle], gapWidth, gaps);
        BitPacking.Read(bytes[middle..at], moreWidth, more);
        return true;
    }

    private int RowOrLast(int place) => place < _count ? _rows[place] : int.MaxValue;

    private void Resize(int count)
    {
        if (_rows.Length < count) (_rows, _frequencies) = (new int[count], new int[count]);
        _count = count;
    }
}
