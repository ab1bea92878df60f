using QEngine.Storage;

namespace QEngine.Collections;

/// <summary>The damaged blocks of a segment's file, and which rows they hide.</summary>
internal sealed class BlockDamage
{
    private readonly string _path;
    private readonly bool[] _isDamaged;

    /// <param name="path">The file.</param>
    /// <param name="written">The checksums it was written with.</param>
    /// <param name="found">Those of the file as it is.</param>
    public BlockDamage(string path, BlockChecksums written, BlockChecksums found)
    {
        (_path, _isDamaged) = (path, new bool[written.Blocks.Count]);
        IReadOnlyList<int> damaged = written.Damaged(found);
        foreach (int block in damaged) _isDamaged[block] = true;
        IsNone = damaged.Count == 0;
    }

    /// <summary>Whether every block is as it was written.</summary>
    public bool IsNone { get; }

    /// <summary>Whether some of the bytes lie in a damaged block, or in none at all.</summary>
    /// <param name="start">The first byte.</param>
    /// <param name="length">How many, at least 1.</param>
    public bool Hides(long start, long length)
    {
        for (long block = start / BlockChecksums.BlockBytes; block <= (start + length - 1) / BlockChecksums.BlockBytes; block++)
            if (block >= _isDamaged.Length || _isDamaged[block]) return true;
        return false;
    }

    /// <summary>Adds a line for every damaged block, and one for the rows that are left out for them.</summary>
    /// <param name="rows">The segment's rows.</param>
    /// <param name="hidden">How those that this file's blocks hide are marked.</param>
    /// <param name="warnings">Receives the lines.</param>
    public void Report(ReadOnlySpan<RowState> rows, RowState hidden, List<string> warnings)
    {
        if (IsNone) return;
        for (int block = 0; block < _isDamaged.Length; block++)
            if (_isDamaged[block]) warnings.Add(BlockChecksums.Damage(block, _path));
        (int count, int first, int last) = (0, 0, 0);
        for (int row = 0; row < rows.Length; row++)
        {
            // A row that was deleted before is not lost.
            if (!rows[row].HasFlag(hidden) || rows[row].HasFlag(RowState.Deleted)) continue;
            (first, last) = (count == 0 ? row : first, row);
            count++;
        }
        string which = count == 0 ? "" : $", the first row {first}, the last {last}";
        warnings.Add($"{count} documents of {FileErrors.Name(_path)} are left out{which}");
    }
}
