using NUnit.Framework;
using QEngine.Training;

namespace QEngine.Tests.Training;

/// <summary>Which epoch is the best.</summary>
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
            history.Add(Report(i + 1, new("dev_loss", losses[i]), new("dev_accuracy", accuracies[i]), new("tests_ndcg@10", 0.25)));

        Assert.That(history.Best(measure).Epoch, Is.EqualTo(epoch));
        if (measure is not null) Assert.That(history.SinceBest(measure), Is.EqualTo(5 - epoch));
        Assert.That(TrainingHistory.Parse(history.ToJsonLines()).Best(measure).Epoch, Is.EqualTo(epoch));
    }

    private static EpochReport Report(int epoch, params KeyValuePair<string, double>[] measures) => new(epoch, measures, [], []);
}
