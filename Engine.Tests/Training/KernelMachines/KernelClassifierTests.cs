using NUnit.Framework;
using QEngine.Tests.Support;
using QEngine.Training;

namespace QEngine.Tests.Training.KernelMachines;

/// <summary>Several classes, one machine for every two.</summary>
public sealed class KernelClassifierTests
{
    private static readonly double[] Centres = [0, 0, 4, 0, 0, 4, 4, 4];

    [Test]
    public void Clouds_apart_from_each_other_are_told_apart()
    {
        (double[] points, int[] labels) = Clouds(classes: 4, each: 12);
        double[] kernel = GaussianKernel.Matrix(points, 2, gamma: 0.5);

        Assert.That(KernelClassifier.Train(kernel, labels, classes: 4, cost: 1).Predict(kernel), Is.EqualTo(labels));
    }

    /// <summary>Between two classes it is the machine of the two.</summary>
    [Test]
    public void Two_classes_are_one_machine()
    {
        (double[] points, int[] labels) = Clouds(classes: 2, each: 20, deviation: 3);
        double[] kernel = GaussianKernel.Matrix(points, 2, gamma: 0.5);
        SupportVectorMachine machine = SupportVectorMachine.Train(kernel, [.. labels.Select(label => label == 0 ? 1 : -1)], cost: 1);

        int[] expected = [.. kernel.Chunk(40).Select(row => machine.Decide(row) > 0 ? 0 : 1)];
        Assert.That(KernelClassifier.Train(kernel, labels, classes: 2, cost: 1).Predict(kernel), Is.EqualTo(expected));
    }

    [Test]
    public void A_class_without_a_point_is_not_predicted()
    {
        (double[] points, int[] labels) = Clouds(classes: 2, each: 10);
        double[] kernel = GaussianKernel.Matrix(points, 2, gamma: 0.5);

        Assert.That(KernelClassifier.Train(kernel, [.. labels.Select(label => 1 + label)], classes: 4, cost: 1).Predict(kernel), Is.EqualTo(labels.Select(label => 1 + label)));
    }

    [Test]
    public void Impossible_arguments_are_refused()
    {
        Assert.That(() => KernelClassifier.Train([1, 0, 0, 1], [0, 2], classes: 2, cost: 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("from 0 to 1, found 2"));
        Assert.That(() => KernelClassifier.Train([1, 0, 0, 1], [0, 1], classes: 2, cost: 1).Predict(new double[3]), Throws.ArgumentException);
    }

    private static (double[] Points, int[] Labels) Clouds(int classes, int each, double deviation = 0.5)
    {
        double[] noise = Samples.Normal<double>(new Random(1), 2 * classes * each, deviation);
        return ([.. noise.Select((value, i) => value + Centres[(2 * (i / (2 * each))) + (i % 2)])], [.. Enumerable.Range(0, classes * each).Select(i => i / each)]);
    }
}
