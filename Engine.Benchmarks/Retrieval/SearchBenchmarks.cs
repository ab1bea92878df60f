using BenchmarkDotNet.Attributes;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Oracles;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>
/// The ten best documents of 256 qubits, on two threads: leaving out what distances rule out, the same by codes, and codes with and without
/// the best rescored. Times are those of a call, so of all its queries.
/// </summary>
public abstract class SearchBenchmarks
{
    /// <summary>k.</summary>
    protected const int Qubits = 256;

    /// <summary>Documents wanted for a query.</summary>
    protected const int Top = 10;

    private const int Rescored = 100;

    private readonly EmbeddingBlock[] _blocks = new EmbeddingBlock[1];
    private float[] _documents = [], _queries = [];
    private EmbeddingSearcher? _searcher;
    private Hit[] _hits = [];

    /// <summary>The threads.</summary>
    protected WorkerPool Workers { get; } = new(2);

    /// <summary>The documents.</summary>
    private protected EmbeddingBlock Block => _blocks[0];

    /// <summary>[queries, k], angles.</summary>
    protected ReadOnlySpan<float> QueryAngles => _queries;

    /// <summary>[queries, <see cref="Top"/>], what the last search found.</summary>
    protected ReadOnlySpan<Hit> Hits => _hits;

    /// <summary>Documents searched.</summary>
    [Params(10_000, 100_000, 1_000_000)]
    public int Documents { get; set; } = 10_000;

    /// <summary>Queries of a call.</summary>
    protected abstract int Queries { get; }

    [GlobalCleanup]
    public void Cleanup() => Workers.Dispose();

    [GlobalSetup(Target = nameof(ByDistances))]
    public void SetUpByDistances() => PrepareExact();

    /// <summary>The same hits, found by distances.</summary>
    [Benchmark]
    public void ByDistances() => Exact();

    [GlobalSetup(Target = nameof(By8Bits))]
    public void SetUpBy8Bits() => PrepareCodes(CodeBits.Eight);

    /// <summary>The same hits, found by distances of codes.</summary>
    [Benchmark]
    public void By8Bits() => Exact();

    [GlobalSetup(Target = nameof(Nearest8Bits))]
    public void SetUpNearest8Bits() => PrepareCodes(CodeBits.Eight);

    /// <summary>The nearest codes.</summary>
    [Benchmark]
    public void Nearest8Bits() => Nearest(rescored: false);

    [GlobalSetup(Target = nameof(Rescored8Bits))]
    public void SetUpRescored8Bits() => PrepareCodes(CodeBits.Eight);

    /// <summary>The hundred nearest codes, scored exactly.</summary>
    [Benchmark]
    public void Rescored8Bits() => Nearest(rescored: true);

    [GlobalSetup(Target = nameof(Nearest4Bits))]
    public void SetUpNearest4Bits() => PrepareCodes(CodeBits.Four);

    /// <summary>The nearest codes.</summary>
    [Benchmark]
    public void Nearest4Bits() => Nearest(rescored: false);

    [GlobalSetup(Target = nameof(Rescored4Bits))]
    public void SetUpRescored4Bits() => PrepareCodes(CodeBits.Four);

    /// <summary>The hundred nearest codes, scored exactly.</summary>
    [Benchmark]
    public void Rescored4Bits() => Nearest(rescored: true);

    [GlobalSetup(Target = nameof(Nearest1Bits))]
    public void SetUpNearest1Bits() => PrepareCodes(CodeBits.One);

    /// <summary>The nearest codes.</summary>
    [Benchmark]
    public void Nearest1Bits() => Nearest(rescored: false);

    [GlobalSetup(Target = nameof(Rescored1Bits))]
    public void SetUpRescored1Bits() => PrepareCodes(CodeBits.One);

    /// <summary>The hundred nearest codes, scored exactly.</summary>
    [Benchmark]
    public void Rescored1Bits() => Nearest(rescored: true);

    /// <summary>Angles alone.</summary>
    protected void PrepareExact()
    {
        (_documents, _queries) = (AnglesLikeTrained.Draw(Documents, Qubits, 1), AnglesLikeTrained.Draw(Queries, Qubits, 2));
        _blocks[0] = new EmbeddingBlock(Similarity.Fidelity, Qubits, _documents, 0, Workers);
        (_searcher, _hits) = (new EmbeddingSearcher(Similarity.Fidelity, Qubits, Workers), new Hit[Queries * Top]);
        Exact();
        CheckHits();
    }

    /// <summary>Angles and their codes.</summary>
    private void PrepareCodes(CodeBits bits)
    {
        PrepareExact();
        _blocks[0] = _blocks[0].With(CodeBlock.Encode(ScalarQuantizer.Train(bits, Qubits, _documents), _blocks[0], Workers));
        Hit[] expected = [.. _hits];
        Exact();
        if (!_hits.AsSpan().SequenceEqual(expected)) throw new InvalidOperationException("other hits by codes");
    }

    /// <summary>Exact search, by codes where there are some.</summary>
    private void Exact() => _searcher!.Search(_blocks, _queries, Top, _hits);

    /// <summary>Search by codes.</summary>
    /// <param name="rescored">How many are scored exactly.</param>
    private void Nearest(bool rescored) => _searcher!.SearchNearest(_blocks, _queries, Top, rescored ? Rescored : 0, _hits);

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

    private double Naive(int document) =>
        SimilarityOracle.Score(Similarity.Fidelity, _queries.AsSpan(0, Qubits), _documents.AsSpan(document * Qubits, Qubits));
}
