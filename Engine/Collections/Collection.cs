using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>An index folder opened for reading, as it was at that time.</summary>
/// <remarks>
/// Documents are numbered from 0, the oldest first; numbers of deleted or damaged ones are left out. Not blocked by a writer, and not
/// changed by one. Safe from many threads, which have the same hits as one. Disposed while others search or read, it lets them finish, and
/// the last one closes the files; later calls throw <see cref="ObjectDisposedException"/>.
/// <para>
/// Embeddings are read in place: a file of an index may be deleted or replaced while it is open, as writers do, but not cut short or
/// written over. Cut short before a search, it is an error; during one, the system ends the process.
/// </para>
/// </remarks>
internal sealed class Collection : IDisposable
{
    private readonly Segment[] _segments;
    private readonly EmbeddingBlock[] _blocks;
    private readonly WorkerPool _workers;
    private readonly SharedUse _use;

    // Kept from one search to the next; searches at the same time have their own.
    private EmbeddingSearcher? _idle;

    internal Collection(CollectionManifest manifest, Segment[] segments, IReadOnlyList<string> warnings, WorkerPool workers)
    {
        (Manifest, _segments, Warnings, _workers) = (manifest, segments, warnings, workers);
        _blocks = Array.ConvertAll(segments, segment => segment.Block);
        foreach (Segment segment in segments)
        {
            Count += segment.Count;
            Damaged += segment.Damaged;
        }
        _use = new SharedUse(nameof(Collection), segments);
    }

    /// <summary>What it holds.</summary>
    public CollectionManifest Manifest { get; }

    /// <summary>Documents that can be found.</summary>
    public long Count { get; }

    /// <summary>Documents that are there but cannot be found, because they lie in damaged blocks.</summary>
    public long Damaged { get; }

    /// <summary>A line for every damaged block and what is left out for it; empty for a sound collection.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Opens a collection and checks all its blocks.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">The manifest is missing or malformed, or a segment is not what it says.</exception>
    public static Collection Open(string folder, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(workers);
        return CollectionOpening.Open(folder, workers, null);
    }

    /// <summary>The best documents for each of some queries; equal scores by age, the oldest first.</summary>
    /// <param name="queries">[queries, k], in the model's default format.</param>
    /// <param name="top">The most documents wanted for a query, at least 1.</param>
    /// <returns>For each query its hits, best first; scores are ln F under fidelity, else cosines.</returns>
    /// <exception cref="ArgumentException">The length is no multiple of k, or <paramref name="top"/> is below 1.</exception>
    /// <exception cref="QEngineException">A number is not finite, or somebody cut a file short.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public Hit[][] Search(ReadOnlySpan<float> queries, int top)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return SearchAmong(queries, top, null, null);
    }

    /// <summary>
    /// The best documents by their codes, which are nearly those of <see cref="Search"/>; by distances in segments without codes.
    /// </summary>
    /// <param name="queries">[queries, k], in the model's default format.</param>
    /// <param name="top">The most documents wanted for a query, at least 1.</param>
    /// <param name="rescored">
    /// How many of the nearest are scored exactly, at least <paramref name="top"/>; 0 for none: then a score is what is to be expected at
    /// the codes' distance.
    /// </param>
    /// <exception cref="ArgumentException">
    /// As in <see cref="Search"/>, or <paramref name="rescored"/> is neither 0 nor at least <paramref name="top"/>.
    /// </exception>
    /// <exception cref="QEngineException">As in <see cref="Search"/>.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public Hit[][] SearchNearest(ReadOnlySpan<float> queries, int top, int rescored)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        if (rescored != 0 && rescored < top)
            throw new ArgumentOutOfRangeException(
                nameof(rescored), rescored, $"expected to score none or at least {top} documents of a query");
        return SearchAmong(queries, top, rescored, null);
    }

    /// <summary>Either search, among the documents that a filter lets through.</summary>
    internal Hit[][] SearchAmong(ReadOnlySpan<float> queries, int top, int? rescored, MetadataFilter? filter)
    {
        using SharedUse.Visit visit = EnterMapped();
        EmbeddingBlock[] blocks = Blocks(filter);
        EmbeddingSearcher searcher = Rent();
        Hit[][] found = rescored is { } scored
            ? searcher.SearchNearestAll(blocks, queries, top, scored)
            : searcher.SearchAll(blocks, queries, top);
        Return(searcher);
        return found;
    }

    /// <summary>Tells of documents that can be found whether a filter lets them through.</summary>
    internal Predicate<int> Matching(MetadataFilter filter)
    {
        using SharedUse.Visit visit = EnterMapped();
        EmbeddingBlock[] blocks = Blocks(filter);
        return index => GivenScores.BlockOf(blocks, index) is var block && block.Found![index - block.FirstIndex];
    }

    /// <summary>The scores of given documents, the same as a search's.</summary>
    /// <param name="query">[k], in the model's default format.</param>
    /// <param name="documents">Their numbers.</param>
    /// <param name="scores">Receives one score a document; of the same length.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is that of no document that can be found.</exception>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="QEngineException">A number of the query is not finite, or somebody cut a file short.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public void Score(ReadOnlySpan<float> query, ReadOnlySpan<int> documents, Span<float> scores)
    {
        using SharedUse.Visit visit = EnterMapped();
        if (query.Length != Manifest.Dimension)
            throw new ArgumentException($"expected a query of {Manifest.Dimension} numbers, found {query.Length}", nameof(query));
        foreach (int document in documents) _ = Find(document, nameof(documents));
        GivenScores.Compute(_blocks, query, documents, scores, _workers);
    }

    /// <summary>Id and text of a document.</summary>
    /// <param name="index">Its number.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is the number of no document that can be found.</exception>
    /// <exception cref="QEngineException">It cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The collection is closed.</exception>
    public IdText Document(int index)
    {
        using SharedUse.Visit visit = _use.Enter();
        (Segment segment, int row) = Find(index, nameof(index));
        Document document = segment.Document(row);
        return new IdText(document.Id, document.Text);
    }

    /// <summary>A document with its metadata; otherwise as <see cref="Document"/>.</summary>
    internal Document Read(int index)
    {
        using SharedUse.Visit visit = _use.Enter();
        (Segment segment, int row) = Find(index, nameof(index));
        return segment.Document(row);
    }

    /// <summary>The id of a document; its text is not read.</summary>
    /// <param name="index">Its number.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is the number of no document that can be found.</exception>
    /// <exception cref="QEngineException">It cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The collection is closed.</exception>
    public string Id(int index)
    {
        using SharedUse.Visit visit = EnterMapped();
        (Segment segment, int row) = Find(index, nameof(index));
        return segment.Id(row);
    }

    /// <summary>The number of the document of an id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>Its number, or null where no document that can be found has it.</returns>
    /// <exception cref="QEngineException">The ids cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The collection is closed.</exception>
    public int? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        using SharedUse.Visit visit = EnterMapped();
        foreach (Segment segment in _segments)
            if (segment.Find(id) is >= 0 and int row && !segment.IsHidden(row)) return segment.Block.FirstIndex + row;
        return null;
    }

    /// <summary>The numbers of all documents that can be found, ascending.</summary>
    /// <exception cref="ObjectDisposedException">It is closed, or was while they were enumerated.</exception>
    public IEnumerable<int> Indices()
    {
        _use.Require();
        return Enumerate();

        IEnumerable<int> Enumerate()
        {
            foreach (Segment segment in _segments)
            {
                for (int row = 0; row < segment.Block.Count; row++)
                {
                    _use.Require();
                    if (!segment.IsHidden(row)) yield return segment.Block.FirstIndex + row;
                }
            }
        }
    }

    /// <summary>Closes the files, as soon as nobody searches or reads.</summary>
    public void Dispose() => _use.Close();

    internal IReadOnlyList<Segment> Segments => _segments;

    /// <summary>Keeps the files open until the result is disposed of, and requires that nobody has cut a mapped one short.</summary>
    internal SharedUse.Visit EnterMapped()
    {
        SharedUse.Visit visit = _use.Enter();
        try
        {
            foreach (Segment segment in _segments) segment.RequireWhole();
            return visit;
        }
        catch
        {
            visit.Dispose();
            throw;
        }
    }

    private EmbeddingBlock[] Blocks(MetadataFilter? filter) => filter is null ? _blocks : Array.ConvertAll(_segments, segment =>
    {
        RowSet rows = filter.Rows(segment.Metadata);
        if (segment.Block.Found is { } found) rows.IntersectWith(found);
        return segment.Block.Only(rows);
    });

    private EmbeddingSearcher Rent() =>
        Interlocked.Exchange(ref _idle, null) ?? new EmbeddingSearcher(Manifest.Similarity, Manifest.Dimension, _workers);

    private void Return(EmbeddingSearcher searcher) => Volatile.Write(ref _idle, searcher);

    private (Segment Segment, int Row) Find(int index, string parameter)
    {
        if (index >= 0 && _segments.Length > 0)
        {
            Segment segment = SegmentOf(index);
            int row = index - segment.Block.FirstIndex;
            if (row < segment.Block.Count && !segment.IsHidden(row)) return (segment, row);
        }
        throw new ArgumentOutOfRangeException(parameter, $"expected the number of a document that can be found, found {index}");
    }

    private Segment SegmentOf(int index)
    {
        int segment = _segments.Length - 1;
        while (_segments[segment].Block.FirstIndex > index) segment--;
        return _segments[segment];
    }
}
