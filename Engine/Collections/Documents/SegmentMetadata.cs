using QEngine.Retrieval;

namespace QEngine.Collections;

/// <summary>The metadata of a segment's rows by field, in memory; read with the documents when something is first filtered.</summary>
internal sealed class SegmentMetadata
{
    private readonly int _rows;
    private readonly Dictionary<string, List<(int Row, MetadataValue Value)>> _fields = new(StringComparer.Ordinal);

    private SegmentMetadata(int rows) => _rows = rows;

    /// <summary>Reads a segment's documents through, deleted ones too, unless it has no metadata.</summary>
    public static SegmentMetadata Read(Segment segment, bool hasMetadata)
    {
        int rows = segment.Block.Count;
        SegmentMetadata metadata = new(rows);
        for (int row = 0; hasMetadata && row < rows; row++)
        {
            if (!segment.HasText(row)) continue;
            foreach ((string field, MetadataValue value) in segment.Document(row).Metadata)
            {
                if (!metadata._fields.TryGetValue(field, out List<(int, MetadataValue)>? values)) metadata._fields.Add(field, values = []);
                values.Add((row, value));
            }
        }
        return metadata;
    }

    /// <summary>The rows whose field has a value that matches.</summary>
    public RowSet Rows(string field, Predicate<MetadataValue> matches)
    {
        RowSet rows = NoRows();
        if (!_fields.TryGetValue(field, out List<(int Row, MetadataValue Value)>? values)) return rows;
        foreach ((int row, MetadataValue value) in values)
            if (matches(value)) rows.Add(row);
        return rows;
    }

    /// <summary>An empty set of the segment's rows.</summary>
    public RowSet NoRows() => new(_rows);
}
