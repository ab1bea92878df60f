using System.Buffers;

namespace QEngine.Collections;

/// <summary>Ascending rows as bytes: each row's distance from the one before (<see cref="Leb128"/>).</summary>
internal static class RowGaps
{
    /// <summary>Writes rows.</summary>
    /// <param name="rows">Ascending, none twice, from 0 on.</param>
    public static byte[] Encode(IReadOnlyList<int> rows)
    {
        ArrayBufferWriter<byte> bytes = new(rows.Count + Leb128.MaxBytes);
        int before = -1;
        foreach (int row in rows)
        {
            Leb128.Write(bytes, (uint)(row - before - 1));
            before = row;
        }
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; false where it is something else.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="documents">Above every row.</param>
    /// <param name="rows">The rows.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, int documents, out List<int> rows)
    {
        rows = [];
        long row = -1;
        for (int at = 0; at < bytes.Length;)
        {
            if (!Leb128.TryRead(bytes, ref at, out uint gap)) return false;
            row += gap + 1L;
            if (row >= documents) return false;
            rows.Add((int)row);
        }
        return true;
    }
}
