namespace QEngine.Collections;

/// <summary>Ascending rows as bytes: each row's distance from the one before, seven bits a byte, the lowest first (LEB128).</summary>
internal static class RowGaps
{
    private const int BitsPerByte = 7, More = 1 << BitsPerByte;

    /// <summary>Writes rows.</summary>
    /// <param name="rows">Ascending, none twice, from 0 on.</param>
    public static byte[] Encode(IReadOnlyList<int> rows)
    {
        List<byte> bytes = new(rows.Count);
        int before = -1;
        foreach (int row in rows)
        {
            uint gap = (uint)(row - before - 1);
            for (; gap >= More; gap >>= BitsPerByte) bytes.Add((byte)(gap | More));
            bytes.Add((byte)gap);
            before = row;
        }
        return [.. bytes];
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; false where it is something else.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="documents">Above every row.</param>
    /// <param name="rows">The rows.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, int documents, out List<int> rows)
    {
        rows = [];
        long row = -1, gap = 0;
        int shift = 0;
        foreach (byte part in bytes)
        {
            gap |= (long)(part & (More - 1)) << shift;
            shift += BitsPerByte;
            if (shift > 5 * BitsPerByte) return false;
            if ((part & More) != 0) continue;
            row += gap + 1;
            if (row >= documents) return false;
            rows.Add((int)row);
            (gap, shift) = (0, 0);
        }
        return shift == 0;
    }
}
