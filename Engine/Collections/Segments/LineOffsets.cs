using QEngine.Storage;

namespace QEngine.Collections;

/// <summary>Where the lines of a segment's documents lie, found while its blocks are checked.</summary>
internal sealed class LineOffsets
{
    private readonly SegmentFile _file;
    private readonly long[] _ends;
    private int _block;

    /// <param name="file">What the segment says of itself; its numbers were checked against the manifest's.</param>
    public LineOffsets(SegmentFile file)
    {
        _file = file;
        _ends = new long[file.Documents];
        // -1: not found, because it lies in a damaged block.
        Array.Fill(_ends, -1);
    }

    /// <summary>Takes in the next block.</summary>
    /// <param name="block">Its bytes.</param>
    /// <param name="crc">Their checksum.</param>
    public void Take(ReadOnlySpan<byte> block, uint crc)
    {
        int index = _block++;
        if (index >= _file.LinesBefore.Count || crc != _file.Texts.Blocks[index]) return;
        long start = (long)index * BlockChecksums.BlockBytes;
        int line = _file.LinesBefore[index], from = 0;
        for (int end; line < _ends.Length && (end = block[from..].IndexOf((byte)'\n')) >= 0; line++)
        {
            _ends[line] = start + from + end;
            from += end + 1;
        }
    }

    /// <summary>The bytes of a line without its end; false where a damaged block hides where it begins or ends.</summary>
    public bool TryLine(int row, out long start, out int length)
    {
        long before = row == 0 ? -1 : _ends[row - 1], end = _ends[row];
        bool known = end > before && (row == 0 || before >= 0) && end - before <= int.MaxValue;
        (start, length) = known ? (before + 1, (int)(end - before - 1)) : (0, 0);
        return known;
    }
}
