using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>Deletes documents from the list of segments; the segments themselves stay as they are.</summary>
/// <param name="folder">The collection's folder.</param>
/// <param name="manifest">The manifest.</param>
/// <param name="workers">The threads to use.</param>
/// <param name="cancellationToken">Stops the work.</param>
internal sealed class DeletedRows(string folder, CollectionManifest manifest, WorkerPool workers, CancellationToken cancellationToken)
{
    // The manifest lists them all.
    private const int Most = 1 << 25;

    /// <summary>The ids of documents that there were.</summary>
    public List<string> Met { get; } = [];

    /// <summary>A line for every damaged block that was met.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>The segments with documents of some ids deleted.</summary>
    /// <param name="segments">The segments as the manifest lists them.</param>
    /// <param name="ids">The ids.</param>
    /// <exception cref="QEngineException">A file is missing or of another segment, or too many would be deleted but stored.</exception>
    public List<SegmentEntry> Without(IReadOnlyList<SegmentEntry> segments, IReadOnlyCollection<string> ids)
    {
        List<SegmentEntry> entries = [];
        long total = 0;
        foreach (SegmentEntry entry in segments)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<int> deleted = [.. entry.Deleted];
            foreach ((int row, string id) in SegmentRows.Find(folder, manifest, entry, ids, workers, Warnings, cancellationToken))
            {
                deleted.Add(row);
                Met.Add(id);
            }
            deleted.Sort();
            // Of a segment without documents nothing is kept; damaged ones that are not deleted are documents.
            if (deleted.Count == entry.Documents) continue;
            total += deleted.Count;
            entries.Add(entry with { Deleted = deleted });
        }
        return total <= Most
            ? entries
            : throw new QEngineException($"expected at most {Most} deleted documents, found {total}: compact the index first");
    }
}
