using QEngine.Quantum;
using QEngine.Workers;

namespace QEngine.Retrieval;

/// <summary>ln F of product states, kept as angles from -pi to pi and expanded to Bloch coordinates.</summary>
internal sealed class FidelityScores(int qubits) : IPairScores
{
    public int Width => 2 * qubits;

    public string Form => "angles from -pi to pi";

    // Angles beyond are taken back by whole turns.
    public void Keep(ReadOnlySpan<float> embedding, Span<float> row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            float angle = embedding[i];
            row[i] = MathF.Abs(angle) <= MathF.PI ? angle : (float)Math.IEEERemainder(angle, 2 * Math.PI);
        }
    }

    public bool IsKept(ReadOnlySpan<float> row)
    {
        foreach (float angle in row)
        {
            if (!(MathF.Abs(angle) <= MathF.PI)) return false;
        }
        return true;
    }

    public void Expand(ReadOnlySpan<float> row, Span<float> expanded) => Readout.FromAngles(row, expanded);

    public void Compute(WorkerPool workers, ReadOnlySpan<float> queries, ReadOnlySpan<float> documents, Span<float> scores) =>
        FidelityMatrix.Forward(workers, queries, documents, qubits, scores);

    public bool Measures(ReadOnlySpan<float> row, ReadOnlySpan<float> min, ReadOnlySpan<float> max)
    {
        for (int i = 0; i < row.Length; i++)
        {
            if ((double)row[i] - min[i] > FidelityBound.RoundedPi || (double)max[i] - row[i] > FidelityBound.RoundedPi) return false;
        }
        return true;
    }

    public double Reach(float score) => FidelityBound.Reach(qubits, score);

    public void Costs(ReadOnlySpan<float> query, ReadOnlySpan<float> documents, ReadOnlySpan<int> rows, Span<float> costs) =>
        FidelityBound.Costs(query, documents, rows, costs);

    public float Cost(float score) => FidelityBound.Cost(qubits, score);

    // As if all qubits differed by the same angle, which is less than pi.
    public float Expected(double squaredDistance) =>
        (float)(2 * qubits * Math.Log(Math.Cos(Math.Min(Math.Sqrt(squaredDistance / qubits), Math.PI) / 2)));
}
