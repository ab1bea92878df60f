using QEngine.Models;

namespace QEngine.Benchmarks;

/// <summary>Scores of pairs by the plain formulas, in double precision.</summary>
internal static class NaiveScores
{
    /// <summary>ln F of two rows of angles, or the cosine of two vectors.</summary>
    internal static double Of(Similarity similarity, ReadOnlySpan<float> query, ReadOnlySpan<float> row) =>
        similarity == Similarity.Fidelity ? LogFidelity(query, row) : Dot(query, row) / Math.Sqrt(Dot(query, query) * Dot(row, row));

    private static double LogFidelity(ReadOnlySpan<float> query, ReadOnlySpan<float> row)
    {
        double sum = 0;
        for (int i = 0; i < row.Length; i++) sum += 2 * Math.Log(Math.Abs(Math.Cos(((double)query[i] - row[i]) / 2)));
        return sum;
    }

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++) sum += (double)left[i] * right[i];
        return sum;
    }
}
