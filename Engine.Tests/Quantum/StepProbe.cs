using QEngine.Quantum;
using QEngine.Simd;

namespace QEngine.Tests.Quantum;

/// <summary>Looks into a cascade: the states that a step writes and a later step may overwrite.</summary>
internal static class StepProbe
{
    /// <summary>Every x that any step of the cascade produces for one embedding.</summary>
    public static List<double> Xs(Cascade cascade, double[] coefficients, double[] embedding)
    {
        double[] x = new double[embedding.Length], z = new double[embedding.Length];
        for (int i = 0; i < embedding.Length; i++)
        {
            (LaneScalar<double> lx, LaneScalar<double> lz, _) = Encoding.Encode<LaneScalar<double>, double>(LaneScalar<double>.Splat(embedding[i]));
            (x[i], z[i]) = (lx.Sum(), lz.Sum());
        }
        List<double> produced = [];
        int current = embedding.Length, pairs = 0;
        foreach (int width in cascade.Widths)
        {
            PairStep.Forward<LaneScalar<double>, double>(
                coefficients.AsSpan(pairs * PairCoefficients.PerPair, width * PairCoefficients.PerPair), x, z, current);
            pairs += width;
            current -= width;
            produced.AddRange(x.AsSpan(current - width, width));
        }
        return produced;
    }
}
