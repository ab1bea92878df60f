namespace QEngine.Tools.Lab;

/// <summary>K(x, y) = exp(-gamma |x - y|^2), gamma = 1 / (features x variance of all numbers) of the points to learn from.</summary>
internal sealed class GaussianKernel
{
    private readonly int _features;
    private readonly double _gamma;

    /// <summary>Sets the width.</summary>
    /// <param name="training">Points to learn from, not all of the same numbers.</param>
    public GaussianKernel(LabelledPoints training)
    {
        double mean = training.Points.Average(), variance = training.Points.Average(x => (x - mean) * (x - mean));
        (_features, _gamma) = (training.Features, 1 / (training.Features * variance));
    }

    /// <summary>K of all pairs.</summary>
    /// <param name="x">[points, features].</param>
    /// <param name="y">[other points, features].</param>
    /// <returns>[points, other points].</returns>
    public double[] Matrix(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        int rows = x.Length / _features, columns = y.Length / _features;
        double[] matrix = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double sum = 0;
                for (int k = 0; k < _features; k++) sum += Math.Pow(x[(i * _features) + k] - y[(j * _features) + k], 2);
                matrix[(i * columns) + j] = Math.Exp(-_gamma * sum);
            }
        }
        return matrix;
    }
}
