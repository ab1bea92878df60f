using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tools.Lab;

namespace QEngine.Tests.Tools.Lab;

/// <summary>Points that are made, and the kernel they are told apart by.</summary>
public sealed class TwoLabelDataTests
{
    [Test]
    public void A_circle_of_half_the_area_is_around_the_first_label()
    {
        TwoLabelData data = CircleData.Create(seed: 1, training: 30, test: 20);
        Assert.That((data.Training.Count, data.Test.Count), Is.EqualTo((60, 40)));
        foreach ((double[] point, int label) in data.Training.Points.Chunk(2).Zip(data.Training.Labels))
        {
            double x = (point[0] / Math.PI) - 1, y = (point[1] / Math.PI) - 1;
            Assert.That(Math.PI * ((x * x) + (y * y)) < 2, Is.EqualTo(label == 0));
            Assert.That(point, Is.All.InRange(0, 2 * Math.PI));
        }
    }

    [Test]
    public void Clouds_differ_in_the_features_that_tell_them()
    {
        LabelledPoints points = CloudData.Create(seed: 1, features: 3, informative: 2, training: 2000, test: 1).Training;
        double[] means = [.. Enumerable.Range(0, 6).Select(i => points.Points.Chunk(3).Where((_, k) => points.Labels[k] == i / 3).Average(point => point[i % 3]) - Math.PI)];
        Assert.That(means, Is.EqualTo((double[])[-0.3, -0.3, 0, 0.3, 0.3, 0]).Within(0.04));
    }

    [Test]
    public void A_seed_is_one_set_of_data()
    {
        Assert.That(CloudData.Create(3, 4, 2, 5, 5).Test.Points, Is.EqualTo(CloudData.Create(3, 4, 2, 5, 5).Test.Points));
        Assert.That(CircleData.Create(3, 5, 5).Test.Points, Is.Not.EqualTo(CircleData.Create(4, 5, 5).Test.Points));
    }

    /// <summary>Points 0, 1 and 2 in one feature: variance 2/3.</summary>
    [Test]
    public void The_Gaussian_kernel_is_its_formula()
    {
        GaussianKernel kernel = new(new([0, 1, 2], [0, 1, 0], Features: 1));
        Assert.That(kernel.Matrix([0, 2], [0, 1, 2]), Is.EqualTo((double[])[1, Math.Exp(-1.5), Math.Exp(-6), Math.Exp(-6), Math.Exp(-1.5), 1]).Within(1e-15));
    }

    [Test]
    public void Images_of_other_classes_are_left_out()
    {
        LabelledImages images = new(new ImageShape(1, 2, 1), [1, 2, 3, 4, 5, 6], [7, 0, 9]), none = new(new ImageShape(1, 2, 1), [], []);
        LabelledImages found = new SmallImages(images, none).Below(8).Training;
        Assert.That(found.Labels, Is.EqualTo((int[])[7, 0]));
        Assert.That(found.Pixels, Is.EqualTo((float[])[1, 2, 3, 4]));
    }
}
