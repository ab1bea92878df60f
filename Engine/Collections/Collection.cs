using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>A document that was found.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text.</param>
/// <param name="Score">ln F under fidelity, else the cosine.</param>
public readonly record struct FoundDocument(string Id, string Text, float Score);

/// <summary>An index folder opened for reading, as it was at that time.</summary>
/// <remarks>Not blocked by a writer, and not changed by one. For one thread.</remarks>
public sealed class Collection : IDisposable
{
    private const int Attempts = 5;

    private readonly Segment[] _segments;
    private readonly EmbeddingBlock[] _blocks;
    private readonly EmbeddingSearcher _searcher;
    private readonly int _hidden;

    private Collection(CollectionManifest manifest, Segment[] segments, IReadOnlyList<string> warnings, WorkerPool workers)
    {
        (Manifest, _segments, Warnings) = (manifest, segments, warnings);
        _blocks = Array.ConvertAll(segments, segment => segment.Block);
        _searcher = new EmbeddingSearcher(manifest.Similarity, manifest.Dimension, workers);
        foreach (Segment segment in segments)
        {
            _hidden += segment.Hidden;
            Count += segment.Block.Count - segment.Hidden;
        }
    }

    /// <summary>What it holds.</summary>
    public CollectionManifest Manifest { get; }

    /// <summary>Documents that can be found.</summary>
    public long Count { get; }

    /// <summary>A line for every damaged block and what is left out for it; empty for a sound collection.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Opens a collection and checks all its blocks.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">The manifest is missing or malformed, or a segment is not what it says.</exception>
    public static Collection Open(string folder, WorkerPool workers)
    {
        for (int attempt = 1; ; attempt++)
        {
            CollectionManifest manifest = CollectionManifest.Read(folder);
            List<Segment> segments = [];
            try
            {
                List<string> warnings = [];
                int first = 0;
                foreach (SegmentEntry entry in manifest.Segments)
                {
                    if (entry.Documents > int.MaxValue - first) throw new QEngineException($"expected at most {int.MaxValue} documents, found more in {FileErrors.Name(folder)}");
                    segments.Add(Segment.Open(folder, manifest, entry, first, workers, warnings));
                    first += entry.Documents;
                }
                return new Collection(manifest, [.. segments], warnings, workers);
            }
            catch (QEngineException) when (attempt < Attempts && CollectionManifest.Read(folder).NextSegment != manifest.NextSegment)
            {
                // A writer merged the segments between our reading of the manifest and of them: read what is there now.
                foreach (Segment segment in segments) segment.Dispose();
            }
            catch
            {
                foreach (Segment segment in segments) segment.Dispose();
                throw;
            }
        }
    }

    /// <summary>The best documents for each of some queries; equal scores by age, the oldest first.</summary>
    /// <param name="queries">[queries, k], in the model's default format.</param>
    /// <param name="top">The most documents wanted for a query, at least 1.</param>
    /// <exception cref="QEngineException">A number is not finite, or a text cannot be read.</exception>
    public FoundDocument[][] Search(ReadOnlySpan<float> queries, int top)
    {
        if (top < 1) throw new QEngineException($"expected at least 1 document wanted, found {top}");
        Hit[][] hits = _searcher.SearchAll(_blocks, queries, (int)Math.Min(int.MaxValue, (long)top + _hidden));
        return Array.ConvertAll(hits, found => Visible(found, top));
    }

    /// <summary>All documents that can be found, oldest first.</summary>
    public IEnumerable<IdText> Documents()
    {
        foreach (Segment segment in _segments)
            for (int row = 0; row < segment.Block.Count; row++)
                if (!segment.IsHidden(row)) yield return segment.Document(row);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Segment segment in _segments) segment.Dispose();
    }

    internal IReadOnlyList<Segment> Segments => _segments;

    private FoundDocument[] Visible(Hit[] hits, int top)
    {
        List<FoundDocument> found = [];
        foreach (Hit hit in hits)
        {
            (Segment segment, int row) = Find(hit.Index);
            if (segment.IsHidden(row)) continue;
            IdText document = segment.Document(row);
            found.Add(new FoundDocument(document.Id, document.Text, hit.Score));
            if (found.Count == top) break;
        }
        return [.. found];
    }

    private (Segment Segment, int Row) Find(int index)
    {
        int segment = _segments.Length - 1;
        while (_segments[segment].Block.FirstIndex > index) segment--;
        return (_segments[segment], index - _segments[segment].Block.FirstIndex);
    }
}
