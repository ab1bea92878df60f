using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using QEngine.Retrieval;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>One query a call; beside it every pair scored, and a plain scan of vectors of 768 numbers by cosine.</summary>
public class SingleSearchBenchmarks : SearchBenchmarks
{
    private const int Vector = 768;

    private readonly TopK _best = new(Top);
    private readonly Hit[] _found = new Hit[Top];
    private PairScan? _pairs;
    private float[] _vectors = [], _vector = [], _scores = [];

    /// <inheritdoc/>
    protected override int Queries => 1;

    [GlobalSetup(Target = nameof(EveryPair))]
    public void SetUpEveryPair()
    {
        PrepareExact();
        _pairs = new PairScan(Block, Workers);
        EveryPair();
        if (!Hits.SequenceEqual(_found)) throw new InvalidOperationException("other hits without scoring every pair");
    }

    /// <summary>Every pair scored, and the best of them.</summary>
    [Benchmark]
    public void EveryPair() => _pairs!.Search(QueryAngles, _found);

    [GlobalSetup(Target = nameof(CosineOf768))]
    public void SetUpCosineOf768()
    {
        SplittableRandom random = new(3);
        (_vectors, _vector, _scores) = (GC.AllocateUninitializedArray<float>(Documents * Vector), new float[Vector], new float[Documents]);
        foreach (ref float number in _vectors.AsSpan()) number = (float)(random.NextDouble() - 0.5);
        foreach (ref float number in _vector.AsSpan()) number = (float)(random.NextDouble() - 0.5);
    }

    /// <summary>TensorPrimitives.CosineSimilarity of every vector, and the best of them.</summary>
    [Benchmark]
    public void CosineOf768()
    {
        CosineBody body = new(_vector, _vectors, _scores);
        Workers.For((Documents + CosineBody.Rows - 1) / CosineBody.Rows, ref body);
        _best.Reset(Top);
        PairScan.Offer(_best, _scores, 0);
        _best.Drain().CopyTo(_found);
    }

    private readonly struct CosineBody(float[] query, float[] documents, float[] scores) : IParallelBody
    {
        public const int Rows = 256;

        public void Invoke(int item)
        {
            for (int row = item * Rows; row < Math.Min(scores.Length, (item + 1) * Rows); row++)
                scores[row] = TensorPrimitives.CosineSimilarity(query, documents.AsSpan(row * Vector, Vector));
        }
    }
}
