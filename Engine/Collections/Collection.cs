using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>An index folder opened for reading, as it was at that time.</summary>
/// <remarks>
/// Documents are numbered from 0, the oldest first; numbers of deleted or damaged ones are left out. Not blocked by a writer, and not changed
/// by one. For one thread.
/// </remarks>
public sealed class Collection : IDisposable
{
    private const int Attempts = 5;

    private readonly Segment[] _segments;
    private readonly EmbeddingBlock[] _blocks;
    private readonly EmbeddingSearcher _searcher;
    private readonly WorkerPool _workers;
    private readonly int _hidden;

    private Collection(CollectionManifest manifest, Segment[] segments, IReadOnlyList<string> warnings, WorkerPool workers)
    {
        (Manifest, _segments, Warnings, _workers) = (manifest, segments, warnings, workers);
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
    /// <returns>For each query its hits, best first; scores are ln F under fidelity, else cosines.</returns>
    /// <exception cref="QEngineException">A number is not finite.</exception>
    public Hit[][] Search(ReadOnlySpan<float> queries, int top) => Visible(_searcher.SearchAll(_blocks, queries, WithHidden(top)), top);

    /// <summary>The best documents by their codes, which are nearly those of <see cref="Search"/>; by distances in segments without codes.</summary>
    /// <param name="queries">[queries, k], in the model's default format.</param>
    /// <param name="top">The most documents wanted for a query, at least 1.</param>
    /// <param name="rescored">How many of the nearest are scored exactly, at least <paramref name="top"/>; 0 for none: then a score is what is to be expected at the codes' distance.</param>
    /// <exception cref="QEngineException">A number is not finite, or <paramref name="rescored"/> is neither 0 nor at least <paramref name="top"/>.</exception>
    public Hit[][] SearchNearest(ReadOnlySpan<float> queries, int top, int rescored)
    {
        if (rescored != 0 && rescored < top) throw new QEngineException($"expected to score none or at least {top} documents of a query, found {rescored}");
        return Visible(_searcher.SearchNearestAll(_blocks, queries, WithHidden(top), rescored == 0 ? 0 : WithHidden(rescored)), top);
    }

    /// <summary>The scores of given documents, the same as a search's.</summary>
    /// <param name="query">[k], in the model's default format.</param>
    /// <param name="documents">Their numbers.</param>
    /// <param name="scores">Receives one score a document; of the same length.</param>
    /// <exception cref="QEngineException">A length does not fit, there is no such document, or a number is not finite.</exception>
    public void Score(ReadOnlySpan<float> query, ReadOnlySpan<int> documents, Span<float> scores) => GivenScores.Of(_blocks, query, documents, scores, _workers);

    /// <summary>Id and text of a document.</summary>
    /// <param name="index">Its number.</param>
    /// <exception cref="QEngineException">It cannot be read.</exception>
    public IdText Document(int index)
    {
        (Segment segment, int row) = Find(index);
        return segment.Document(row);
    }

    /// <summary>The numbers of all documents that can be found, ascending.</summary>
    public IEnumerable<int> Indices()
    {
        foreach (Segment segment in _segments)
            for (int row = 0; row < segment.Block.Count; row++)
                if (!segment.IsHidden(row)) yield return segment.Block.FirstIndex + row;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Segment segment in _segments) segment.Dispose();
    }

    internal IReadOnlyList<Segment> Segments => _segments;

    private int WithHidden(int count) =>
        count >= 1 ? (int)Math.Min(int.MaxValue, (long)count + _hidden) : throw new QEngineException($"expected at least 1 document wanted, found {count}");

    private Hit[][] Visible(Hit[][] found, int top) => _hidden == 0 ? found : Array.ConvertAll(found, hits =>
    {
        List<Hit> visible = [];
        foreach (Hit hit in hits)
        {
            (Segment segment, int row) = Find(hit.Index);
            if (visible.Count < top && !segment.IsHidden(row)) visible.Add(hit);
        }
        return visible.ToArray();
    });

    private (Segment Segment, int Row) Find(int index)
    {
        int segment = _segments.Length - 1;
        while (_segments[segment].Block.FirstIndex > index) segment--;
        return (_segments[segment], index - _segments[segment].Block.FirstIndex);
    }
}
