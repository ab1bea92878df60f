using QEngine.Quantum;
using QEngine.Simd;

namespace QEngine.Tests.Quantum;

/// <summary>Looks into a cascade: the states that a step writes and a later step may overwrite.</summary>
internal static class StepProbe
{
    /// <summary>Every x that any step of the cascade produces for one embedding.</summary>
    public static List<double> Xs(Cascade cascade, double[] coefficients, double[] embedding)
    {
        int d = embedding.Length;
        double[] states = new double[3 * d];
        Encoding<LaneScalar<double>, double>.Forward(embedding, [], states);
        Span<double> x = states.AsSpan(0, d), z = states.AsSpan(d, d);
        List<double> produced = [];
        int current = d, pairs = 0;
        foreach (int width in cascade.Widths)
        {
            for (int j = 0; j < width; j++)
            {
                int target = current - (2 * width) + j, control = target + width;
                LaneScalar<double> stateX = new(x[control]), stateZ = new(z[control]);
                PairStep<LaneScalar<double>, double, WholeLane<LaneScalar<double>, double>>.Forward(
                    ref coefficients[(pairs * PairCoefficients.PerPair) + j], width, 1, new(x[target]), new(z[target]), ref stateX, ref stateZ);
                (x[target], z[target]) = (stateX.Sum(), stateZ.Sum());
            }
            pairs += width;
            current -= width;
            produced.AddRange(x.Slice(current - width, width));
        }
        return produced;
    }
}
