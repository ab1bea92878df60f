using System.Numerics.Tensors;
using QEngine.Quantum;
using QEngine.Retrieval;

namespace QEngine.Benchmarks;

/// <summary>What the candidates of a vector store, which does not know fidelity, hold of the best ten by fidelity.</summary>
/// <param name="Store">How it compares what.</param>
/// <param name="Numbers">Numbers a vector.</param>
/// <param name="Candidates">How many of its nearest are taken.</param>
/// <param name="Recall">Share of the best ten among them, 0 to 1.</param>
internal sealed record StoreRecall(string Store, int Numbers, int Candidates, double Recall);

/// <summary>Ranks passages as vector stores would, by all scores.</summary>
internal static class StoreSurvey
{
    private static readonly int[] Counts = [10, 20, 50, 100];

    private delegate float Score(ReadOnlySpan<float> query, ReadOnlySpan<float> row);

    /// <summary>Measures a store of the angles compared by L2 distance, and one of the amplitudes compared by cosine.</summary>
    /// <param name="texts">Passages and queries of a quantum model.</param>
    /// <param name="truth">For each query its best passages by fidelity.</param>
    internal static IReadOnlyList<StoreRecall> Measure(EmbeddedTexts texts, Hit[][] truth)
    {
        int k = texts.Dimension;
        float[] angles = texts.Passages.Rows.ToArray();
        return
        [
            .. Measure("L2 of angles", k, texts.Queries, angles, static (query, row) => -TensorPrimitives.Distance(query, row), truth),
            .. Measure("cosine of amplitudes", 2 * k, Amplitudes(texts.Queries, k), Amplitudes(angles, k), TensorPrimitives.CosineSimilarity, truth),
        ];
    }

    private static IEnumerable<StoreRecall> Measure(string store, int numbers, float[] queries, float[] rows, Score score, Hit[][] truth)
    {
        Hit[][] ranked = [.. truth.Select((_, query) => Nearest(queries.AsSpan(query * numbers, numbers), rows, score))];
        Hit[][] First(int count) => [.. ranked.Select(hits => hits.Take(count).ToArray())];
        return Counts.Select(count => new StoreRecall(store, numbers, count, RecallSurvey.Recall(truth, First(count))));
    }

    private static Hit[] Nearest(ReadOnlySpan<float> query, ReadOnlySpan<float> rows, Score score)
    {
        TopK best = new(Counts[^1]);
        for (int row = 0; row < rows.Length / query.Length; row++) best.Push(score(query, rows.Slice(row * query.Length, query.Length)), row);
        return best.Drain().ToArray();
    }

    /// <summary>Angles as <see cref="Models.EmbeddingFormat.Amplitudes"/>.</summary>
    private static float[] Amplitudes(ReadOnlySpan<float> angles, int qubits)
    {
        float[] amplitudes = new float[2 * angles.Length], states = new float[2 * qubits];
        for (int i = 0; i < angles.Length; i += qubits)
        {
            Readout.FromAngles(angles.Slice(i, qubits), states);
            Readout.Amplitudes<float>(states, amplitudes.AsSpan(2 * i, 2 * qubits));
        }
        return amplitudes;
    }
}
