using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tools.Lab;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Lab;

/// <summary>Data that the ZZ feature map's kernel separates by construction.</summary>
public sealed class AdHocDataTests
{
    [Test]
    public void Points_are_of_the_grid_and_different_and_labels_as_many_as_asked_for()
    {
        TwoLabelData data = AdHocData.Create(WorkerPool.Single, seed: 3, training: 20, test: 10);
        Assert.That(data.Training.Labels, Is.EqualTo(Enumerable.Range(0, 40).Select(i => i / 20)));
        Assert.That(data.Test.Labels, Is.EqualTo(Enumerable.Range(0, 20).Select(i => i / 10)));
        double[] all = [.. data.Training.Points, .. data.Test.Points];
        Assert.That(all.Select(x => x * 100 / (2 * Math.PI)).All(cell => Math.Abs(cell - Math.Round(cell)) < 1e-9 && cell is >= 0 and < 100));
        Assert.That(all.Chunk(2).Select(point => (point[0], point[1])), Is.Unique);
    }

    [Test]
    public void A_seed_is_one_set_of_data_and_another_another()
    {
        double[] first = AdHocData.Create(WorkerPool.Single, 1, 5, 5).Training.Points;
        Assert.That(AdHocData.Create(WorkerPool.Shared, 1, 5, 5).Training.Points, Is.EqualTo(first));
        Assert.That(AdHocData.Create(WorkerPool.Single, 2, 5, 5).Training.Points, Is.Not.EqualTo(first));
    }

    /// <summary>20 points of each label, as published, tell almost all others.</summary>
    [TestCase(1u)]
    [TestCase(2u)]
    [TestCase(3u)]
    public void The_exact_kernel_tells_the_labels_of_other_points(uint seed)
    {
        TwoLabelData data = AdHocData.Create(WorkerPool.Single, seed, training: 20, test: 50);
        ZzKernel kernel = new(WorkerPool.Single, 2);
        KernelClassifier classifier = KernelClassifier.Train(kernel.Matrix(data.Training.Points, data.Training.Points), data.Training.Labels, 2, cost: 1000);

        int[] predicted = classifier.Predict(kernel.Matrix(data.Test.Points, data.Training.Points));

        Assert.That(predicted.Zip(data.Test.Labels, (found, label) => found == label ? 1.0 : 0).Average(), Is.GreaterThanOrEqualTo(0.95));
    }

    [Test]
    public void A_gap_that_leaves_too_few_points_is_an_error() =>
        Assert.That(
            () => AdHocData.Create(WorkerPool.Single, 1, 20, 20, gap: 0.9999), Throws.TypeOf<QEngineException>().With.Message.StartsWith("ad-hoc data: expected 40 points of label 0, found "));
}
