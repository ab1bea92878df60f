using System.Globalization;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>What to tell the user when a run's signs of health drift: the ways in which the paper's runs failed.</summary>
internal static class Warnings
{
    private const double MaxSaturatedShare = 0.5, MaxTiedShare = 0.5, MinSpread = 1e-3, MaxProbabilityError = 1e-4, MaxGrowth = 100;

    /// <summary>The warnings of an epoch.</summary>
    /// <param name="first">The first epoch.</param>
    /// <param name="now">This epoch.</param>
    public static IEnumerable<string> Find(EpochReport first, EpochReport now)
    {
        double saturated = now.Diagnostic(HeadDiagnostics.SaturatedShareName), spread = now.Diagnostic(HeadDiagnostics.SpreadName);
        double error = now.Diagnostic(HeadDiagnostics.ProbabilityErrorName), tied = now.Diagnostic(EmbeddingTrainer.TiedShare);
        if (saturated > MaxSaturatedShare)
        {
            yield return $"{Percent(saturated)} of the tanh inputs are saturated, where gradients vanish: "
                + "a lower --lr or --head-lr may help";
        }
        if (spread < MinSpread)
        {
            yield return $"the representations of different texts are nearly equal (standard deviation {Number(spread)}): "
                + "the model has collapsed";
        }
        if (error > MaxProbabilityError) yield return $"probabilities of qubits sum up to 1 only within {Number(error)}";
        if (tied > MaxTiedShare)
        {
            yield return $"{Percent(tied)} of the queries score all candidates the same, so they teach nothing: "
                + "a larger --tau keeps far states apart";
        }
        foreach ((string name, double norm) in now.Diagnostics)
        {
            if (!name.StartsWith(EmbeddingTrainer.GradientPrefix, StringComparison.Ordinal)) continue;
            double before = first.Diagnostic(name);
            if (norm == 0) yield return $"{name} is 0: nothing there is learned";
            else if (norm > MaxGrowth * before && before > 0)
                yield return $"{name} has grown from {Number(before)} to {Number(norm)}: the run may diverge";
        }
    }

    private static string Percent(double share) => $"{(100 * share).ToString("F0", CultureInfo.InvariantCulture)} %";

    private static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
