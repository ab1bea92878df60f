using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>The best documents of a query by scoring every pair, what search is held against.</summary>
internal sealed class PairScan
{
    private const int DocumentsAtOnce = 8192;

    private readonly WorkerPool _workers;
    private readonly IPairScores _pairs;
    private readonly TopK _best = new(1);
    private readonly float[] _documents, _query, _expanded, _scores = new float[DocumentsAtOnce];

    /// <summary>Expands all documents.</summary>
    /// <param name="block">The documents.</param>
    /// <param name="workers">The threads to use.</param>
    internal PairScan(EmbeddingBlock block, WorkerPool workers)
    {
        (_workers, _pairs) = (workers, block.Scores);
        (_query, _expanded) = (new float[block.Dimension], new float[_pairs.Width]);
        _documents = GC.AllocateUninitializedArray<float>(block.Count * _pairs.Width);
        for (int i = 0; i < block.Count; i++) _pairs.Expand(block.Slice(i, 1), Row(i, 1));
    }

    /// <summary>Bytes read of a document.</summary>
    internal int BytesPerDocument => _pairs.Width * sizeof(float);

    /// <summary>Searches.</summary>
    /// <param name="query">In the default format.</param>
    /// <param name="hits">Receives as many hits as it has room for, best first; at most all documents.</param>
    internal void Search(ReadOnlySpan<float> query, Span<Hit> hits)
    {
        _pairs.Keep(query, _query);
        _pairs.Expand(_query, _expanded);
        _best.Reset(hits.Length);
        int documents = _documents.Length / _pairs.Width;
        for (int first = 0; first < documents; first += DocumentsAtOnce)
        {
            int count = Math.Min(DocumentsAtOnce, documents - first);
            _pairs.Compute(_workers, _expanded, Row(first, count), _scores.AsSpan(0, count));
            Offer(_best, _scores.AsSpan(0, count), first);
        }
        _best.Drain().CopyTo(hits);
    }

    /// <summary>Offers scores to the best.</summary>
    /// <param name="best">The best so far.</param>
    /// <param name="scores">Scores of documents.</param>
    /// <param name="first">The index of the first of them.</param>
    internal static void Offer(TopK best, ReadOnlySpan<float> scores, int first)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] > best.Threshold) best.Push(scores[i], first + i);
        }
    }

    private Span<float> Row(int first, int count) => _documents.AsSpan(first * _pairs.Width, count * _pairs.Width);
}
