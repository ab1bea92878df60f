using QEngine.Statistics;

namespace QEngine.Tools.Lab;

/// <summary>Two models on the same seeds, and what the publication says of them, as JSON.</summary>
/// <param name="First">The publication's model.</param>
/// <param name="Second">What it is compared with.</param>
/// <param name="Difference">Mean over seeds of the first's measure less the second's.</param>
/// <param name="Low">
/// Lower end of the difference's 95 % interval by t over seeds; null where all differences are the same, as a measure of few values may
/// have them by chance: their spread is not known then.
/// </param>
/// <param name="High">Upper end.</param>
/// <param name="P">Two-sided, of the paired t-test; null where all differences are the same.</param>
/// <param name="Paper">The publication's figures.</param>
/// <param name="Source">Where they were read.</param>
/// <param name="Verdict">One of <see cref="LabVerdict"/>.</param>
internal sealed record LabComparison(
    string First, string Second, double Difference, double? Low, double? High, double? P, string Paper, string Source, string Verdict)
{
    private const double Confidence = 0.95;

    /// <summary>Compares.</summary>
    /// <param name="measure">What was measured.</param>
    /// <param name="claim">Which models, and what is said of them.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="second">The second, with the same seeds in the same order.</param>
    public static LabComparison Of(LabMeasure measure, LabClaim claim, LabModelResult first, LabModelResult second)
    {
        double[] differences = [.. first.Values.Zip(second.Values, (one, other) => one - other)];
        PairedTTest test = PairedTTest.Compute(differences);
        double half = StudentT.Quantile(1 - Confidence, differences.Length - 1) * test.Deviation / Math.Sqrt(differences.Length);
        (double? low, double? high) = half > 0 ? (test.Mean - half, test.Mean + half) : ((double?)null, (double?)null);
        return new(
            claim.First, claim.Second, test.Mean, low, high, test.P, claim.Paper.Figures, claim.Paper.Source,
            LabVerdict.Of(claim.Paper.Says, measure.LowerIsBetter, low, high));
    }
}
