using QEngine.Quantum;

namespace QEngine.Tests.Oracles;

/// <summary>Raw angles of pairs in one set from those in the other, so that the pairs do the same.</summary>
internal static class AngleSets
{
    private const double Turn = 2 * Math.PI;

    /// <summary>
    /// All angles of effective ones: those without influence are drawn, so is the target's beta, which the controlled unitary's delta
    /// takes back.
    /// </summary>
    public static double[] All(Cascade effective, ReadOnlySpan<double> raw, int seed = 1)
    {
        Random random = new(seed);
        int unitaries = effective.ParametersPerPair / 2;
        List<double> all = [];
        foreach (int width in effective.Widths)
        {
            double[] drawn = [.. Enumerable.Range(0, 2 * unitaries * width).Select(_ => random.NextDouble() - 0.5)], rows = raw[..(2 * unitaries * width)].ToArray();
            double[] beta = drawn[(3 * width)..(4 * width)];
            for (int j = 0; j < width && unitaries == 3; j++)
                rows[(5 * width) + j] = Raw(ComplexCircuit.Angle(rows[(5 * width) + j]) - ComplexCircuit.Angle(beta[j]));
            for (int unitary = 0; unitary < unitaries; unitary++)
            {
                Range two = (2 * unitary * width)..(2 * (unitary + 1) * width);
                all.AddRange([.. drawn[two], .. rows[two]]);
            }
            raw = raw[rows.Length..];
        }
        return [.. all];
    }

    /// <summary>The effective ones of all angles.</summary>
    public static double[] Effective(Cascade all, ReadOnlySpan<double> raw)
    {
        int unitaries = all.ParametersPerPair / 4;
        List<double> effective = [];
        foreach (int width in all.Widths)
        {
            double[] rows = raw[..(4 * unitaries * width)].ToArray();
            for (int j = 0; j < width && unitaries == 3; j++)
                rows[(11 * width) + j] = Raw(ComplexCircuit.Angle(rows[(11 * width) + j]) + ComplexCircuit.Angle(rows[(5 * width) + j]));
            for (int unitary = 0; unitary < unitaries; unitary++)
                effective.AddRange(rows[(((4 * unitary) + 2) * width)..(4 * (unitary + 1) * width)]);
            raw = raw[rows.Length..];
        }
        return [.. effective];
    }

    /// <summary>The raw value of an angle but for whole turns: of the representatives the one nearest the middle of (0, 4 pi).</summary>
    private static double Raw(double angle) => Math.Atanh(Math.IEEERemainder(angle, Turn) / Turn);
}
