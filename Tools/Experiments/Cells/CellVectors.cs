using QEngine.Models;
using QEngine.Tools.Heads;
using QEngine.Workers;

namespace QEngine.Tools.Experiments;

/// <summary>What a finished model makes of texts, and how that is compared and kept.</summary>
/// <param name="Embed">The vectors of a table, as the model gives them.</param>
/// <param name="Similarity">How they are compared: the head's own, or cosine of qubits' states.</param>
/// <param name="Size">Numbers of a vector that are kept, its first ones.</param>
internal sealed record CellVectors(Func<TestTable, HeldOutVectors> Embed, Similarity Similarity, int Size)
{
    /// <summary>Runs tests in every number of bits.</summary>
    /// <param name="tests">The tests.</param>
    /// <param name="bits">Bits of a number. Codes are calibrated on what is stored, as an index does it; what asks is not coded.</param>
    /// <param name="workers">The threads to use.</param>
    public CellTestResult[] Run(IReadOnlyList<CellTest> tests, int[] bits, WorkerPool workers)
    {
        List<CellTestResult> results = [];
        foreach (CellTest test in tests)
        {
            HeldOutVectors[] tables = [.. test.Tables.Select(table => Embed(table).Leading(Size))];
            CompressedVectors kept = new(tables[^1], tables[^1]);
            foreach (int bit in bits)
            {
                TestOutcome outcome = test.Measure(Compared(tables[0]), Compared(kept.Stored(bit)), workers);
                results.Add(new CellTestResult(
                    test.Name, bit, new NumberFormat(Size, bit).Bytes, outcome.Measures, outcome.Values, outcome.Items,
                    outcome.Similarities));
            }
        }
        return [.. results];
    }

    /// <summary>
    /// Angles as the states' Bloch vectors where these are compared by cosine: qubits side by side, each of length 1, so that the cosine is
    /// the mean of the qubits' own.
    /// </summary>
    private HeldOutVectors Compared(HeldOutVectors vectors)
    {
        if (vectors.Similarity == Similarity) return vectors;
        float[] states = new float[2 * vectors.Data.Length];
        for (int i = 0; i < vectors.Data.Length; i++) (states[2 * i], states[(2 * i) + 1]) = MathF.SinCos(vectors.Data[i]);
        return new HeldOutVectors(Similarity.Cosine, 2 * vectors.Dimension, states);
    }
}
