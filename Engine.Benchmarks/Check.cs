namespace QEngine.Benchmarks;

/// <summary>No benchmark of wrong code: every setup compares the kernel once with a naive computation in double precision.</summary>
internal static class Check
{
    /// <summary>Requires results close to the naive ones.</summary>
    /// <param name="what">Named in the error.</param>
    /// <param name="actual">The kernel's results.</param>
    /// <param name="expected">The naive ones.</param>
    /// <param name="tolerance">The largest difference, times 1 + the expected magnitude.</param>
    internal static void Close(string what, ReadOnlySpan<float> actual, ReadOnlySpan<double> expected, double tolerance = 1e-4)
    {
        if (actual.Length != expected.Length) throw new InvalidOperationException($"{what}: {actual.Length} results for {expected.Length}");
        for (int i = 0; i < actual.Length; i++)
        {
            if (Math.Abs(actual[i] - expected[i]) <= tolerance * (1 + Math.Abs(expected[i]))) continue;
            throw new InvalidOperationException($"{what}: expected {expected[i]}, found {actual[i]} at {i}");
        }
    }

    /// <summary>Requires a gradient that predicts how the naive loss changes along a random direction.</summary>
    /// <param name="what">Named in the error.</param>
    /// <param name="loss">The naive loss.</param>
    /// <param name="x">Where the gradient was taken.</param>
    /// <param name="gradient">The kernel's gradient.</param>
    internal static void Gradient(string what, Func<double[], double> loss, double[] x, ReadOnlySpan<float> gradient)
    {
        const double Step = 1e-5, Tolerance = 1e-3;
        SplittableRandom random = new(99);
        double[] forward = new double[x.Length], backward = new double[x.Length];
        double predicted = 0, size = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double direction = random.NextGaussian();
            forward[i] = x[i] + Step * direction;
            backward[i] = x[i] - Step * direction;
            predicted += gradient[i] * direction;
            size += gradient[i] * (double)gradient[i];
        }
        double observed = (loss(forward) - loss(backward)) / (2 * Step);
        // The size of the gradient is the standard deviation of such a prediction.
        if (!(Math.Abs(observed - predicted) <= Tolerance * Math.Sqrt(size)))
            throw new InvalidOperationException($"{what}: expected a change of {observed}, the gradient predicts {predicted}");
    }

    /// <summary>The sum of products, a loss whose gradient by the results is <paramref name="weights"/>.</summary>
    internal static double Dot(ReadOnlySpan<double> results, ReadOnlySpan<float> weights)
    {
        double sum = 0;
        for (int i = 0; i < results.Length; i++) sum += results[i] * weights[i];
        return sum;
    }
}
