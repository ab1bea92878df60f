using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace QEngine.Tests.Layers;

/// <summary>Convolution and batch normalisation as layers, against plain loops.</summary>
public sealed class ConvolutionTests
{
    [TestCase(1, 1, 0)]
    [TestCase(3, 1, 1)]
    [TestCase(3, 2, 0)]
    [TestCase(5, 2, 2)]
    public void A_convolution_is_its_definition_and_so_are_its_gradients(int size, int stride, int padding)
    {
        ImageWindows windows = new(new ImageShape(5, 6, 2), size, stride, padding);
        LayerRun run = new(store => new Conv2dLayer<double>(store, "conv", windows, 3).Forward);
        double[] x = Samples.Uniform<double>(1, 4 * windows.Image.Length), expected = ImageOracle.Convolution(x, windows, run.Values("conv.weight"), run.Values("conv.bias"));

        Assert.That(run.Forward(x, 4), Is.EqualTo(expected).Within(1e-13));
        Assert.That(run.Infer(x, 4), Is.EqualTo(expected).Within(1e-13));
        run.CheckGradients(x, 4, Samples.Uniform<double>(2, expected.Length));
    }

    /// <summary>An image that is shifted gives a result that is shifted, away from the border.</summary>
    [Test]
    public void A_convolution_moves_with_the_image()
    {
        LayerRun run = new(store => new Conv2dLayer<double>(store, "conv", new ImageWindows(new ImageShape(7, 7, 1), 3, 1), 2).Forward);
        double[] x = Samples.Uniform<double>(1, 49), shifted = [.. x[^8..], .. x[..^8]];

        double[] y = run.Forward(x, 1), moved = run.Forward(shifted, 1);

        for (int row = 0; row < 4; row++)
            Assert.That(moved.AsSpan(((((row + 1) * 5) + 1) * 2)..)[..8].ToArray(), Is.EqualTo(y.AsSpan((row * 10)..)[..8].ToArray()).Within(1e-14), $"row {row}");
    }

    [Test]
    public void Batch_normalisation_is_its_definition([Values] bool isTraining, [Values(1, 6)] int pixels)
    {
        LayerRun run = new(store =>
        {
            BatchNormLayer<double> layer = new(store, "bn", 3);
            return (tape, x) => layer.Forward(tape, x, isTraining);
        });
        double[] x = Samples.Uniform<double>(1, 5 * pixels * 3, -2, 3), mean = run.Values("bn.running_mean"), variance = run.Values("bn.running_var");
        (double[] batchMean, double[] batchVariance) = ImageOracle.Moments(x, 3);

        double[] found = run.Forward(x, 5);

        (double[] m, double[] v) = isTraining ? (batchMean, batchVariance) : (mean, variance);
        Assert.That(found, Is.EqualTo(ImageOracle.Normalized(x, m, v, 1e-5, run.Values("bn.weight"), run.Values("bn.bias"))).Within(1e-13));
        double share = isTraining ? 0.1 : 0, unbiased = 5.0 * pixels / ((5 * pixels) - 1);
        Assert.That(run.Values("bn.running_mean"), Is.EqualTo(mean.Zip(batchMean, (old, now) => old + (share * (now - old)))).Within(1e-14));
        Assert.That(run.Values("bn.running_var"), Is.EqualTo(variance.Zip(batchVariance, (old, now) => old + (share * ((unbiased * now) - old)))).Within(1e-14));
    }

    [Test]
    public void Gradients_of_batch_normalisation_are_those_of_central_differences()
    {
        LayerRun run = new(store =>
        {
            BatchNormLayer<double> layer = new(store, "bn", 2);
            return (tape, x) => layer.Forward(tape, x, isTraining: true);
        });
        run.CheckGradients(Samples.Uniform<double>(1, 4 * 6), 4, Samples.Uniform<double>(2, 24));
    }

    [Test]
    public void A_block_is_convolution_normalisation_ReLU_and_pooling()
    {
        ImageShape image = new(6, 5, 2);
        ConvolutionBlock<double>? block = null;
        LayerRun run = new(store =>
        {
            block = new(store, "b", image, 3, 4);
            return (tape, x) => block.Forward(tape, x, isTraining: true);
        });
        double[] x = Samples.Uniform<double>(1, 3 * image.Length);

        double[] convolved = ImageOracle.Convolution(x, new ImageWindows(image, 3, 1, 1), run.Values("b.conv.weight"), run.Values("b.conv.bias"));
        (double[] mean, double[] variance) = ImageOracle.Moments(convolved, 4);
        double[] positive = [.. ImageOracle.Normalized(convolved, mean, variance, 1e-5, run.Values("b.bn.weight"), run.Values("b.bn.bias")).Select(value => Math.Max(0, value))];
        double[] expected = ImageOracle.Pooled(positive, new ImageWindows(new ImageShape(6, 5, 4), 2, 2), pixels => pixels.Max());

        Assert.That(run.Forward(x, 3), Is.EqualTo(expected).Within(1e-12));
        Assert.That(block!.Output, Is.EqualTo(new ImageShape(3, 2, 4)));
        run.CheckGradients(x, 3, Samples.Uniform<double>(2, expected.Length));
    }
}
