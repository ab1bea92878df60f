using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Retrieval;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>
/// The ten best documents of 256 qubits, on two threads; times are those of one query. Scoring every pair, leaving out what distances rule
/// out, the same by codes, and codes with and without the best rescored; beside them a plain scan of vectors of 768 numbers by cosine.
/// </summary>
public abstract class SearchBenchmarks
{
    private const int Qubits = 256, Top = 10, Rescored = 100, Vector = 768, DocumentsAtOnce = 8192;

    private readonly WorkerPool _workers = new(2);
    private readonly EmbeddingBlock[] _blocks = new EmbeddingBlock[1];
    private float[] _documents = [], _queries = [], _documentStates = [], _queryStates = [], _scores = [];
    private EmbeddingSearcher? _searcher;
    private Hit[] _hits = [];

    /// <summary>Documents searched.</summary>
    [Params(10_000, 100_000, 1_000_000)]
    public int Documents { get; set; } = 10_000;

    /// <summary>Queries of a call.</summary>
    protected abstract int Queries { get; }

    /// <summary>Queries of a call where every pair is scored.</summary>
    protected abstract int FewQueries { get; }

    [GlobalCleanup]
    public void Cleanup() => _workers.Dispose();

    /// <summary>Angles alone.</summary>
    protected void PrepareExact()
    {
        (_documents, _queries) = (AnglesLikeTrained.Draw(Documents, Qubits, 1), AnglesLikeTrained.Draw(Queries, Qubits, 2));
        _blocks[0] = new EmbeddingBlock(Similarity.Fidelity, Qubits, _documents, 0, _workers);
        (_searcher, _hits) = (new EmbeddingSearcher(Similarity.Fidelity, Qubits, _workers), new Hit[Queries * Top]);
        Exact();
        CheckHits();
    }

    /// <summary>Angles and their codes.</summary>
    protected void PrepareCodes(CodeBits bits)
    {
        PrepareExact();
        _blocks[0] = _blocks[0].With(CodeBlock.Encode(ScalarQuantizer.Train(bits, Qubits, _documents), _blocks[0], _workers));
        Hit[] expected = [.. _hits];
        Exact();
        if (!_hits.AsSpan().SequenceEqual(expected)) throw new InvalidOperationException("other hits by codes");
    }

    /// <summary>Bloch coordinates, as scores are computed from.</summary>
    protected void PrepareEveryPair()
    {
        PrepareExact();
        (_documentStates, _queryStates) = (States(_documents), States(_queries));
        _scores = new float[FewQueries * DocumentsAtOnce];
        Hit[] expected = [.. _hits];
        ScoreEveryPair();
        if (!_hits.AsSpan(0, FewQueries * Top).SequenceEqual(expected.AsSpan(0, FewQueries * Top))) throw new InvalidOperationException("other hits without scoring every pair");
    }

    /// <summary>Vectors of 768 numbers.</summary>
    protected void PrepareVectors()
    {
        SplittableRandom random = new(3);
        (_documents, _queries) = (GC.AllocateUninitializedArray<float>(Documents * Vector), new float[FewQueries * Vector]);
        foreach (ref float number in _documents.AsSpan()) number = (float)(random.NextDouble() - 0.5);
        foreach (ref float number in _queries.AsSpan()) number = (float)(random.NextDouble() - 0.5);
        (_scores, _hits) = (new float[Documents], new Hit[FewQueries * Top]);
    }

    /// <summary>Exact search, by codes where there are some.</summary>
    protected void Exact() => _searcher!.Search(_blocks, _queries, Top, _hits);

    /// <summary>Search by codes.</summary>
    /// <param name="rescored">How many are scored exactly.</param>
    protected void Nearest(bool rescored) => _searcher!.SearchNearest(_blocks, _queries, Top, rescored ? Rescored : 0, _hits);

    /// <summary>All scores, and the best of them.</summary>
    protected void ScoreEveryPair()
    {
        TopK[] best = [.. Enumerable.Range(0, FewQueries).Select(_ => new TopK(Top))];
        for (int first = 0; first < Documents; first += DocumentsAtOnce)
        {
            int count = Math.Min(DocumentsAtOnce, Documents - first), width = 2 * Qubits;
            Span<float> scores = _scores.AsSpan(0, FewQueries * count);
            FidelityMatrix.Forward<float>(_workers, _queryStates.AsSpan(0, FewQueries * width), _documentStates.AsSpan(first * width, count * width), Qubits, scores);
            for (int i = 0; i < scores.Length; i++)
            {
                if (scores[i] > best[i / count].Threshold) best[i / count].Push(scores[i], first + (i % count));
            }
        }
        for (int i = 0; i < FewQueries; i++) best[i].Drain().CopyTo(_hits.AsSpan(i * Top));
    }

    /// <summary>The cosine with every vector, and the best of them.</summary>
    protected void ScanVectors()
    {
        for (int query = 0; query < FewQueries; query++)
        {
            CosineBody body = new(_queries.AsMemory(query * Vector, Vector), _documents, _scores);
            _workers.For((Documents + CosineBody.Rows - 1) / CosineBody.Rows, ref body);
            TopK best = new(Top);
            for (int i = 0; i < Documents; i++)
            {
                if (_scores[i] > best.Threshold) best.Push(_scores[i], i);
            }
            best.Drain().CopyTo(_hits.AsSpan(query * Top));
        }
    }

    private static float[] States(float[] angles)
    {
        float[] states = GC.AllocateUninitializedArray<float>(2 * angles.Length);
        for (int i = 0; i < angles.Length; i += Qubits) Readout.FromAngles<float>(angles.AsSpan(i, Qubits), states.AsSpan(2 * i, 2 * Qubits));
        return states;
    }

    /// <summary>The hits of one query have the scores of the plain formula, and no document of many is better.</summary>
    private void CheckHits()
    {
        Check.Close("scores", [.. _hits.Take(Top).Select(hit => hit.Score)], [.. _hits.Take(Top).Select(hit => Naive(hit.Index))]);
        for (int i = 0; i < 1000; i++)
        {
            int document = (int)((long)i * Documents / 1000);
            if (Naive(document) > _hits[Top - 1].Score + 1e-4 && !_hits.Take(Top).Any(hit => hit.Index == document))
                throw new InvalidOperationException($"document {document} is missing");
        }
    }

    private double Naive(int document)
    {
        double sum = 0;
        for (int i = 0; i < Qubits; i++) sum += 2 * Math.Log(Math.Abs(Math.Cos(((double)_queries[i] - _documents[(document * Qubits) + i]) / 2)));
        return sum;
    }

    private readonly struct CosineBody(ReadOnlyMemory<float> query, float[] documents, float[] scores) : IParallelBody
    {
        public const int Rows = 256;

        public void Invoke(int item)
        {
            for (int row = item * Rows; row < Math.Min(scores.Length, (item + 1) * Rows); row++)
                scores[row] = TensorPrimitives.CosineSimilarity(query.Span, documents.AsSpan(row * Vector, Vector));
        }
    }
}
