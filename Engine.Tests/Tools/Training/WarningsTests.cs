using NUnit.Framework;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tests.Tools.Training;

/// <summary>What is worth a warning.</summary>
public sealed class WarningsTests
{
    [Test]
    public void A_healthy_run_is_not_warned_of() =>
        Assert.That(Warned(new HeadDiagnostics(0.5, 0.001, 1e-4, []), new RankingStatistics(4, 2, 2, 3), 1, 100), Is.Empty);

    [TestCase(0.51, 1, 0, 0, 1, "51 % of the tanh inputs are saturated")]
    [TestCase(0, 0.0009, 0, 0, 1, "nearly equal (standard deviation 0.0009): the model has collapsed")]
    [TestCase(0, 1, 2e-4, 0, 1, "sum up to 1 only within 0.0002")]
    [TestCase(0, 1, 0, 3, 1, "75 % of the queries score all candidates the same")]
    [TestCase(0, 1, 0, 0, 101, "gradient norm of head has grown from 1 to 101")]
    [TestCase(0, 1, 0, 0, 0, "gradient norm of head is 0: nothing there is learned")]
    public void What_is_wrong_with_a_run_is_said(double saturated, double spread, double error, int tied, double norm, string part)
    {
        string[] warnings = Warned(new HeadDiagnostics(saturated, spread, error, []), new RankingStatistics(4, 2, tied, 3), 1, norm);

        Assert.That(warnings, Has.Length.EqualTo(1).And.One.Contains(part));
    }

    private static string[] Warned(HeadDiagnostics head, RankingStatistics ranking, double before, double now)
    {
        // Values of the first epoch that are no reason to warn of a later one.
        HeadDiagnostics first = new(1, 0, 1, []);
        return [.. Warnings.Find(Report(1, first, new RankingStatistics(4, 2, 4, 3), before), Report(2, head, ranking, now))];
    }

    private static EpochReport Report(int epoch, HeadDiagnostics head, RankingStatistics ranking, double norm)
    {
        KeyValuePair<string, double>[] diagnostics =
        [
            new(HeadDiagnostics.SaturatedShareName, head.SaturatedShare),
            new(HeadDiagnostics.SpreadName, head.Spread),
            new(HeadDiagnostics.ProbabilityErrorName, head.ProbabilityError),
            new(EmbeddingTrainer.TiedShare, ranking.TiedShare),
            new(EmbeddingTrainer.GradientPrefix + "head", norm),
        ];
        return new(epoch, [], diagnostics, head.Angles);
    }
}
