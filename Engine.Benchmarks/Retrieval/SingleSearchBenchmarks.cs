using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using QEngine.Quantum;
using QEngine.Retrieval;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>One query a call; beside it every pair scored, and a plain scan of vectors of 768 numbers by cosine.</summary>
public class SingleSearchBenchmarks : SearchBenchmarks
{
    private const int Vector = 768, DocumentsAtOnce = 8192;

    private readonly TopK _best = new(Top);
    private readonly Hit[] _found = new Hit[Top];
    private float[] _vectors = [], _vector = [], _states = [], _state = [], _scores = [];

    /// <inheritdoc/>
    protected override int Queries => 1;

    [GlobalSetup(Target = nameof(EveryPair))]
    public void SetUpEveryPair()
    {
        PrepareExact();
        (_states, _state, _scores) = (States(Angles), States(QueryAngles), new float[DocumentsAtOnce]);
        EveryPair();
        if (!Hits.SequenceEqual(_found)) throw new InvalidOperationException("other hits without scoring every pair");
    }

    /// <summary>Every pair scored, and the best of them.</summary>
    [Benchmark]
    public void EveryPair()
    {
        _best.Reset(Top);
        for (int first = 0; first < Documents; first += DocumentsAtOnce)
        {
            int count = Math.Min(DocumentsAtOnce, Documents - first), width = 2 * Qubits;
            Span<float> scores = _scores.AsSpan(0, count);
            FidelityMatrix.Forward<float>(Workers, _state, _states.AsSpan(first * width, count * width), Qubits, scores);
            Offer(scores, first);
        }
        _best.Drain().CopyTo(_found);
    }

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
        Offer(_scores, 0);
        _best.Drain().CopyTo(_found);
    }

    private void Offer(ReadOnlySpan<float> scores, int first)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] > _best.Threshold) _best.Push(scores[i], first + i);
        }
    }

    private static float[] States(ReadOnlySpan<float> angles)
    {
        float[] states = GC.AllocateUninitializedArray<float>(2 * angles.Length);
        for (int i = 0; i < angles.Length; i += Qubits) Readout.FromAngles(angles.Slice(i, Qubits), states.AsSpan(2 * i, 2 * Qubits));
        return states;
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
