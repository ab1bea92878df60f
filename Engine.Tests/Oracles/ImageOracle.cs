using QEngine.Kernels;

namespace QEngine.Tests.Oracles;

/// <summary>Convolution, pooling and batch normalisation by their definitions, pixel by pixel.</summary>
internal static class ImageOracle
{
    /// <summary>Every window's numbers, zeros beyond the image.</summary>
    public static double[] Patches(double[] x, ImageWindows windows)
    {
        List<double> patches = [];
        foreach ((int image, int row, int column) in Places(x, windows))
            for (int i = 0; i < windows.Size; i++)
                for (int j = 0; j < windows.Size; j++)
                    for (int c = 0; c < windows.Image.Channels; c++)
                        patches.Add(Pixel(x, windows, image, row, column, i, j, c));
        return [.. patches];
    }

    /// <summary>y[o] = b[o] + the sum over a window of W[o, i, j, c] x[i, j, c].</summary>
    public static double[] Convolution(double[] x, ImageWindows windows, double[] weight, double[] bias)
    {
        List<double> y = [];
        foreach ((int image, int row, int column) in Places(x, windows))
        {
            for (int o = 0; o < bias.Length; o++)
            {
                double sum = bias[o];
                for (int i = 0; i < windows.Size; i++)
                    for (int j = 0; j < windows.Size; j++)
                        for (int c = 0; c < windows.Image.Channels; c++)
                            sum += weight[(((((o * windows.Size) + i) * windows.Size) + j) * windows.Image.Channels) + c] * Pixel(x, windows, image, row, column, i, j, c);
                y.Add(sum);
            }
        }
        return [.. y];
    }

    /// <summary>A number of every window and channel, made of its pixels line by line.</summary>
    public static double[] Pooled(double[] x, ImageWindows windows, Func<double[], double> pool)
    {
        List<double> y = [];
        foreach ((int image, int row, int column) in Places(x, windows))
            for (int c = 0; c < windows.Image.Channels; c++)
                y.Add(pool([.. Enumerable.Range(0, windows.Size * windows.Size).Select(p => Pixel(x, windows, image, row, column, p / windows.Size, p % windows.Size, c))]));
        return [.. y];
    }

    /// <summary>Mean and biased variance of every column.</summary>
    public static (double[] Mean, double[] Variance) Moments(double[] x, int columns)
    {
        double[][] of = [.. Enumerable.Range(0, columns).Select(c => x.Where((_, i) => i % columns == c).ToArray())];
        double[] mean = [.. of.Select(column => column.Average())];
        return (mean, [.. of.Select((column, c) => column.Average(value => Math.Pow(value - mean[c], 2)))]);
    }

    /// <summary>gamma (x - mean) / sqrt(variance + epsilon) + beta.</summary>
    public static double[] Normalized(double[] x, double[] mean, double[] variance, double epsilon, double[] gamma, double[] beta) =>
        [.. x.Select((value, i) => i % mean.Length is var c ? (gamma[c] * (value - mean[c]) / Math.Sqrt(variance[c] + epsilon)) + beta[c] : 0)];

    private static IEnumerable<(int Image, int Row, int Column)> Places(double[] x, ImageWindows windows)
    {
        for (int image = 0; image < x.Length / windows.Image.Length; image++)
            for (int row = 0; row < windows.Rows; row++)
                for (int column = 0; column < windows.Columns; column++) yield return (image, row, column);
    }

    private static double Pixel(double[] x, ImageWindows windows, int image, int row, int column, int i, int j, int c)
    {
        int line = (row * windows.Stride) - windows.Padding + i, pixel = (column * windows.Stride) - windows.Padding + j;
        if (line < 0 || line >= windows.Image.Height || pixel < 0 || pixel >= windows.Image.Width) return 0;
        return x[(((((image * windows.Image.Height) + line) * windows.Image.Width) + pixel) * windows.Image.Channels) + c];
    }
}
