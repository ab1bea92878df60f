using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>Finds the rows of a segment by their ids, without reading its documents.</summary>
internal static class SegmentRows
{
    /// <summary>The rows that are not deleted and have one of some ids, ascending.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="entry">The segment's entry.</param>
    /// <param name="ids">The ids; one that is there twice counts once.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="warnings">Receives a line for every damaged block that is met.</param>
    /// <param name="cancellationToken">Stops the work between two ids.</param>
    /// <exception cref="QEngineException">A file is missing or not of this segment.</exception>
    public static List<(int Row, string Id)> Find(
        string folder, CollectionManifest manifest, SegmentEntry entry, IReadOnlyCollection<string> ids, WorkerPool workers,
        List<string> warnings, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, entry.Name);
        List<(int Row, string Id)> found = [];
        List<string> damage = [];
        using SegmentIds? table = SegmentIds.Open(path, entry.Documents, SegmentFile.Read(path, entry).Ids, damage);
        if (table is null) return Read(folder, manifest, entry, ids, workers, warnings);
        HashSet<int> deleted = [.. entry.Deleted];
        // A row that was met counts as deleted.
        foreach (string id in ids)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (table.Find(id) is >= 0 and int row && deleted.Add(row)) found.Add((row, id));
        }
        found.Sort((left, right) => left.Row.CompareTo(right.Row));
        return found;
    }

    /// <summary>The ids of all rows of a segment that has just been written.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="entry">The segment's entry.</param>
    /// <exception cref="QEngineException">They are not what was written.</exception>
    public static List<string> Ids(string folder, SegmentEntry entry)
    {
        string path = Path.Combine(folder, entry.Name);
        List<string> damage = [], ids = new(entry.Documents);
        using SegmentIds? table = SegmentIds.Open(path, entry.Documents, SegmentFile.Read(path, entry).Ids, damage);
        if (table is null) throw new QEngineException(damage[0]);
        for (int row = 0; row < entry.Documents; row++) ids.Add(table[row]);
        return ids;
    }

    /// <summary>Finds rows where the ids are damaged: they stand in the documents too.</summary>
    private static List<(int Row, string Id)> Read(
        string folder, CollectionManifest manifest, SegmentEntry entry, IReadOnlyCollection<string> ids, WorkerPool workers,
        List<string> warnings)
    {
        List<(int Row, string Id)> found = [];
        HashSet<string> wanted = new(ids, StringComparer.Ordinal);
        using Segment segment = Segment.Open(folder, manifest, entry, 0, workers, warnings);
        for (int row = 0; row < entry.Documents; row++)
            if (segment.HasId(row) && segment.Id(row) is { } id && wanted.Contains(id)) found.Add((row, id));
        return found;
    }
}
