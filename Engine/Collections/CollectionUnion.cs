using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>
/// Makes one collection of the segments of several, on the files that these have open; the documents of each are numbered behind those of
/// the one before.
/// </summary>
internal sealed class CollectionUnion : IDisposable
{
    private readonly List<Segment> _segments = [];
    private readonly List<SegmentEntry> _entries = [];
    private readonly List<string> _folders = [], _warnings = [];
    private CollectionManifest? _manifest;
    private string _first = "";
    private int _rows;

    /// <summary>Adds a collection, which may be closed afterwards.</summary>
    /// <param name="folder">Its folder, for errors.</param>
    /// <param name="collection">The collection.</param>
    /// <exception cref="QEngineException">It is of another model than the first, or there are too many documents.</exception>
    /// <exception cref="ObjectDisposedException">It is closed; nothing was added then.</exception>
    public void Add(string folder, Collection collection)
    {
        using SharedUse.Visit visit = collection.EnterMapped();
        CollectionManifest manifest = collection.Manifest;
        if (_manifest is null) (_manifest, _first) = (manifest, folder);
        RequireSame(folder, manifest);
        CodeBits? codes = manifest.Codes == _manifest.Codes ? manifest.Codes : null;
        _manifest = _manifest with { Codes = codes };
        foreach (Segment segment in collection.Segments)
        {
            if (segment.Block.Count > int.MaxValue - _rows)
                throw new QEngineException($"expected at most {int.MaxValue} documents, found more with {FileErrors.Name(folder)}");
            _segments.Add(segment.At(_rows));
            _entries.Add(segment.Entry);
            _folders.Add(folder);
            _rows += segment.Block.Count;
        }
        _warnings.AddRange(collection.Warnings);
    }

    /// <summary>The union; from then on this holds nothing.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">An id is there twice.</exception>
    public Collection Complete(WorkerPool workers)
    {
        if (SharedIds.Find(_segments) is var (id, first, second))
            throw new QEngineException(
                $"expected each id once, found '{Printable.OneLine(id)}' in {FileErrors.Name(_folders[first])} "
                + $"and in {FileErrors.Name(_folders[second])}");
        Collection union = new(_manifest! with { Segments = [.. _entries] }, [.. _segments], [.. _warnings], workers);
        _segments.Clear();
        return union;
    }

    public void Dispose()
    {
        foreach (Segment segment in _segments) segment.Dispose();
    }

    private void RequireSame(string folder, CollectionManifest other)
    {
        CollectionManifest first = _manifest!;
        if ((first.Dimension, first.Similarity) != (other.Dimension, other.Similarity))
            throw new QEngineException(
                $"expected indexes of vectors of one kind, found dimension {first.Dimension} compared by "
                + $"{CollectionManifest.NameOf(first.Similarity)} in {FileErrors.Name(_first)} and dimension {other.Dimension} compared by "
                + $"{CollectionManifest.NameOf(other.Similarity)} in {FileErrors.Name(folder)}");
        if ((first.Model, first.Fingerprint) != (other.Model, other.Fingerprint))
            throw new QEngineException(
                $"expected indexes of one model, found {NameOf(first)} in {FileErrors.Name(_first)} and {NameOf(other)} in "
                + FileErrors.Name(folder));
    }

    private static string NameOf(CollectionManifest manifest) =>
        manifest.Model == IndexModel.None ? "none" : $"{manifest.Model} of fingerprint {manifest.Fingerprint ?? "unknown"}";
}
