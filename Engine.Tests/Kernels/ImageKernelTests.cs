using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

/// <summary>Patches and pooling of images.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class ImageKernelTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Awkward channels, windows with and without overlap, with rests, and enough images to be shared out.</summary>
    private static IEnumerable<(int Images, ImageWindows Windows)> Cases(int padding) =>
    [
        .. AwkwardSizes.Positive.Select(channels => (2, new ImageWindows(new(4, 5, channels), 2, 2))),
        (0, new(new(3, 3, 2), 2, 1)), (1, new(new(1, 1, 1), 1, 1)), (3, new(new(7, 5, 3), 3, 1, padding)), (3, new(new(7, 5, 3), 3, 2, padding)),
        (2, new(new(6, 6, 2), 5, 3, 2 * padding)), (2, new(new(3, 9, 1), 3, 4, padding)), (40, new(new(14, 14, 16), 3, 1, padding)), (3, new(new(2, 2, 5), 2, 7, padding)),
    ];

    [Test]
    public void Patches_are_what_the_windows_show()
    {
        foreach ((int images, ImageWindows windows) in Cases(padding: 1))
        {
            T[] data = Samples.Uniform<T>(1, images * windows.Image.Length);
            Trial<T> trial = new($"patches of {images} x {windows}");
            GuardedSpan<T> x = trial.Input(data), patches = trial.Output(images * windows.Count * windows.PatchLength);

            trial.Run(workers => Im2Col.Forward<T>(workers, windows, x.Span, patches.Span));

            Assert.That(Samples.Exact<T>(patches.Span), Is.EqualTo(ImageOracle.Patches(Samples.Exact<T>(data), windows)), trial.What);
        }
    }

    /// <summary>Copying is linear: its gradient is the transposed map, which the products with any x and dy tell.</summary>
    [Test]
    public void Patches_backward_is_the_transpose()
    {
        foreach ((int images, ImageWindows windows) in Cases(padding: 1))
        {
            T[] upstream = Samples.Uniform<T>(2, images * windows.Count * windows.PatchLength), before = Samples.Uniform<T>(3, images * windows.Image.Length);
            Trial<T> trial = new($"patches backward of {images} x {windows}");
            GuardedSpan<T> dy = trial.Input(upstream), dx = trial.InOut(before);

            trial.Run(workers => Im2Col.Backward<T>(workers, windows, dy.Span, dx.Span));

            double[] numbers = [.. Enumerable.Range(1, before.Length).Select(i => (double)i)], expected = Samples.Exact<T>(before);
            double[] origins = ImageOracle.Patches(numbers, windows);
            for (int i = 0; i < origins.Length; i++)
                if (origins[i] > 0) expected[(int)origins[i] - 1] += double.CreateTruncating(upstream[i]);
            Near.Values<T>(trial.What, dx.Span, expected, windows.Size * windows.Size);
        }
    }

    [Test]
    public void Average_pooling_is_the_mean_of_each_window()
    {
        foreach ((int images, ImageWindows windows) in Cases(padding: 0))
        {
            T[] data = Samples.Uniform<T>(4, images * windows.Image.Length);
            Trial<T> trial = new($"average pooling of {images} x {windows}");
            GuardedSpan<T> x = trial.Input(data), y = trial.Output(images * windows.Count * windows.Image.Channels);

            trial.Run(workers => AveragePooling2d.Forward<T>(workers, windows, x.Span, y.Span));

            Near.Values<T>(trial.What, y.Span, ImageOracle.Pooled(Samples.Exact<T>(data), windows, pixels => pixels.Average()), windows.Size * windows.Size);
        }
    }

    [Test]
    public void Max_pooling_is_the_largest_pixel_and_the_first_that_has_it()
    {
        foreach ((int images, ImageWindows windows) in Cases(padding: 0))
        {
            T[] data = Repetitive(5, images * windows.Image.Length);
            Trial<T> trial = new($"max pooling of {images} x {windows}");
            int length = images * windows.Count * windows.Image.Channels;
            GuardedSpan<T> x = trial.Input(data), y = trial.Output(length), places = trial.Output(length);

            trial.Run(workers => MaxPooling2d.Forward<T>(workers, windows, x.Span, y.Span, places.Span));

            Assert.That(Samples.Exact<T>(y.Span), Is.EqualTo(ImageOracle.Pooled(Samples.Exact<T>(data), windows, pixels => pixels.Max())), trial.What);
            Assert.That(Samples.Exact<T>(places.Span), Is.EqualTo(Largest(data, windows)), $"{trial.What}, places");
        }
    }

    [Test]
    public void Backward_passes_of_pooling_add_to_the_pixels_of_the_window()
    {
        foreach ((int images, ImageWindows windows) in Cases(padding: 0))
        {
            int length = images * windows.Count * windows.Image.Channels, pixels = windows.Size * windows.Size;
            T[] data = Repetitive(6, images * windows.Image.Length), upstream = Samples.Uniform<T>(7, length), before = Samples.Uniform<T>(8, data.Length);
            double[] places = Largest(data, windows);
            Trial<T> trial = new($"pooling backward of {images} x {windows}");
            GuardedSpan<T> dy = trial.Input(upstream), argmax = trial.Input(Samples.As<T>(places)), dmax = trial.InOut(before), dmean = trial.InOut(before);

            trial.Run(workers =>
            {
                MaxPooling2d.Backward<T>(workers, windows, dy.Span, argmax.Span, dmax.Span);
                AveragePooling2d.Backward<T>(workers, windows, dy.Span, dmean.Span);
            });

            double[] expectedMax = Samples.Exact<T>(before), expectedMean = Samples.Exact<T>(before);
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                double[] origins = ImageOracle.Pooled([.. Enumerable.Range(0, data.Length).Select(i => (double)i)], windows, window => window[pixel]);
                for (int i = 0; i < length; i++)
                {
                    expectedMean[(int)origins[i]] += double.CreateTruncating(upstream[i]) / pixels;
                    if (places[i] == pixel) expectedMax[(int)origins[i]] += double.CreateTruncating(upstream[i]);
                }
            }
            Near.Values<T>($"{trial.What}, max", dmax.Span, expectedMax, pixels);
            Near.Values<T>($"{trial.What}, average", dmean.Span, expectedMean, pixels);
        }
    }

    [Test]
    public void A_pixel_that_is_not_a_number_makes_the_maximum_none([Values(0, 3, 8)] int pixel)
    {
        ImageWindows windows = new(new ImageShape(3, 3, 17), 3, 1);
        T[] x = Samples.Uniform<T>(9, windows.Image.Length), y = new T[17];
        x[(pixel * 17) + 16] = T.NaN;

        MaxPooling2d.Forward<T>(WorkerPool.Single, windows, x, y, new T[17]);

        for (int c = 0; c < 17; c++) Assert.That(T.IsNaN(y[c]), Is.EqualTo(c == 16), $"channel {c}");
    }

    [Test]
    public void Windows_that_cannot_be_are_refused()
    {
        ImageShape image = new(3, 5, 2);
        Assert.That(() => new ImageWindows(image, 4, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ImageWindows(image, 0, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ImageWindows(image, 2, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ImageWindows(image, 2, 1, 2), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ImageShape(1 << 15, 1 << 15, 1 << 15), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ImageShape(0, 1, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => MaxPooling2d.Forward<T>(WorkerPool.Single, new ImageWindows(image, 3, 1, 1), new T[30], new T[30], new T[30]), Throws.ArgumentException);
    }

    private static double[] Largest(T[] x, ImageWindows windows) =>
        ImageOracle.Pooled(Samples.Exact<T>(x), windows, pixels => Array.IndexOf(pixels, pixels.Max()));

    /// <summary>Few distinct values, so that a maximum is often there twice.</summary>
    private static T[] Repetitive(int seed, int length) => Array.ConvertAll(Samples.Indices(seed, length, 5), value => T.CreateTruncating(value - 2));
}
