using NUnit.Framework;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tests.Tools.Training;

/// <summary>Which epoch is the best, and what is worth a warning.</summary>
public sealed class TrainingHistoryTests
{
    [TestCase(null, 5)]
    [TestCase("dev_accuracy", 2)]
    [TestCase("dev_loss", 3)]
    [TestCase("tests_ndcg@10", 1)]
    public void The_best_epoch_is_the_first_with_the_best_value(string? measure, int epoch)
    {
        TrainingHistory history = new();
        double[] accuracies = [0.5, 0.75, 0.625, 0.75, 0.5], losses = [3, 2, 1, 1, 4];
        for (int i = 0; i < 5; i++)
            history.Add(Report(i + 1, [new("dev_loss", losses[i]), new("dev_accuracy", accuracies[i]), new("tests_ndcg@10", 0.25)]));

        Assert.That(history.Best(measure).Epoch, Is.EqualTo(epoch));
        if (measure is not null) Assert.That(history.SinceBest(measure), Is.EqualTo(5 - epoch));
        Assert.That(TrainingHistory.Parse(history.ToJsonLines()).Best(measure).Epoch, Is.EqualTo(epoch));
    }

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

    private static string[] Warned(HeadDiagnostics head, RankingStatistics ranking, double before, double now) =>
        [.. Warnings.Of(head, ranking, Report(1, [], before), Report(2, [], now))];

    private static EpochReport Report(int epoch, KeyValuePair<string, double>[] measures, double norm = 1) =>
        new(epoch, measures, [new("spread", 1e6 * epoch), new("gradient norm of head", norm)], []);
}
