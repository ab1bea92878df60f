namespace QEngine.Tests.Tools.Commands;

/// <summary>Two embeddings compared by the formulas, in double precision.</summary>
internal static class Formulas
{
    public static double Cosine(ReadOnlySpan<float> one, ReadOnlySpan<float> two)
    {
        double product = 0, first = 0, second = 0;
        for (int i = 0; i < one.Length; i++)
        {
            product += (double)one[i] * two[i];
            first += (double)one[i] * one[i];
            second += (double)two[i] * two[i];
        }
        return product / Math.Sqrt(first * second);
    }

    /// <summary>The product over qubits of cos^2 of half the angle between them.</summary>
    public static double Fidelity(ReadOnlySpan<float> one, ReadOnlySpan<float> two)
    {
        double product = 1;
        for (int i = 0; i < one.Length; i++) product *= Math.Pow(Math.Cos(((double)one[i] - two[i]) / 2), 2);
        return product;
    }
}
