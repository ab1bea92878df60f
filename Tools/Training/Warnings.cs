using System.Globalization;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>What to tell the user when a run's signs of health drift: the ways in which the paper's runs failed.</summary>
internal static class Warnings
{
    private const double MostSaturated = 0.5, MostTied = 0.5, LeastSpread = 1e-3, LargestProbabilityError = 1e-4, LargestGrowth = 100;

    /// <summary>The warnings of an epoch.</summary>
    /// <param name="head">How the head looks.</param>
    /// <param name="ranking">How the epoch's queries were ranked.</param>
    /// <param name="first">Diagnostics of the first epoch.</param>
    /// <param name="now">Diagnostics of this epoch.</param>
    public static IEnumerable<string> Of(HeadDiagnostics head, RankingStatistics ranking, EpochReport first, EpochReport now)
    {
        if (head.SaturatedShare > MostSaturated) yield return $"{Percent(head.SaturatedShare)} of the tanh inputs are saturated, where gradients vanish: a lower --lr or --head-lr may help";
        if (head.Spread < LeastSpread) yield return $"the representations of different texts are nearly equal (standard deviation {Number(head.Spread)}): the model has collapsed";
        if (head.ProbabilityError > LargestProbabilityError) yield return $"probabilities of qubits sum up to 1 only within {Number(head.ProbabilityError)}";
        if (ranking.TiedShare > MostTied) yield return $"{Percent(ranking.TiedShare)} of the queries score all candidates the same, so they teach nothing: a larger --tau keeps far states apart";
        foreach ((string name, double norm) in now.Diagnostics)
        {
            if (!name.StartsWith(TrainingRun.GradientPrefix, StringComparison.Ordinal)) continue;
            double before = First(first, name);
            if (norm == 0) yield return $"{name} is 0: nothing there is learned";
            else if (norm > LargestGrowth * before && before > 0) yield return $"{name} has grown from {Number(before)} to {Number(norm)}: the run may diverge";
        }
    }

    private static double First(EpochReport epoch, string name)
    {
        foreach ((string known, double value) in epoch.Diagnostics)
            if (known == name) return value;
        return double.NaN;
    }

    private static string Percent(double share) => $"{(100 * share).ToString("F0", CultureInfo.InvariantCulture)} %";

    private static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
