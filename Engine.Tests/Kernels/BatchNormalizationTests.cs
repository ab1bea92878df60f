using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class BatchNormalizationTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Epsilon = 0.5;

    /// <summary>Awkward columns, and columns long enough to be cut into blocks.</summary>
    private static IEnumerable<(int Rows, int Columns)> Shapes() =>
        [.. AwkwardSizes.Positive.Select(columns => (7, columns)), (1, 3), (2, 1), (5000, 16), (70000, 1), (401, 129), (3, 20000)];

    [Test]
    public void Moments_are_mean_and_variance_of_each_column()
    {
        foreach ((int rows, int columns) in Shapes())
        {
            T[] data = Samples.Uniform<T>(1, rows * columns);
            Trial<T> trial = new($"moments of {rows} x {columns}");
            GuardedSpan<T> x = trial.Input(data), mean = trial.Output(columns), variance = trial.Output(columns);

            trial.Run(workers => BatchNormalization.Moments<T>(workers, x.Span, mean.Span, variance.Span));

            (double[] means, double[] variances) = ImageOracle.Moments(Samples.Exact<T>(data), columns);
            Near.Values<T>($"{trial.What}, mean", mean.Span, means, rows);
            Near.Values<T>($"{trial.What}, variance", variance.Span, variances, rows);
        }
    }

    [Test]
    public void Forward_is_the_formula([Values] bool saves)
    {
        foreach ((int rows, int columns) in Shapes())
        {
            T[] data = Samples.Uniform<T>(2, rows * columns), means = Samples.Uniform<T>(3, columns), variances = Samples.Uniform<T>(4, columns, 0, 2);
            T[] gammas = Samples.Uniform<T>(5, columns), betas = Samples.Uniform<T>(6, columns);
            Trial<T> trial = new($"batch normalisation of {rows} x {columns}");
            GuardedSpan<T> x = trial.Input(data), mean = trial.Input(means), variance = trial.Input(variances), gamma = trial.Input(gammas), beta = trial.Input(betas);
            GuardedSpan<T> y = trial.Output(data.Length), normalized = trial.Output(saves ? data.Length : 0), rstd = trial.Output(columns);

            trial.Run(workers => BatchNormalization.Forward<T>(
                workers, x.Span, mean.Span, variance.Span, T.CreateTruncating(Epsilon), gamma.Span, beta.Span, y.Span, normalized.Span, rstd.Span));

            double[] n = Normalized(data, means, variances);
            Near.Values<T>(trial.What, y.Span, [.. n.Select((value, i) => (value * Double(gammas[i % columns])) + Double(betas[i % columns]))], 1, magnitude: 4);
            Near.Values<T>($"{trial.What}, normalised", normalized.Span, saves ? n : [], 1, magnitude: 4);
        }
    }

    [Test]
    public void Backward_is_the_formula([Values] bool isTraining)
    {
        foreach ((int rows, int columns) in Shapes())
        {
            T[] upstream = Samples.Uniform<T>(7, rows * columns), normalized = Samples.Uniform<T>(8, upstream.Length), before = Samples.Uniform<T>(9, upstream.Length);
            T[] rstds = Samples.Uniform<T>(10, columns), gammas = Samples.Uniform<T>(11, columns);
            Trial<T> trial = new($"batch normalisation backward of {rows} x {columns}");
            GuardedSpan<T> dy = trial.Input(upstream), n = trial.Input(normalized), rstd = trial.Input(rstds), gamma = trial.Input(gammas);
            GuardedSpan<T> sums = trial.Output(columns), weighted = trial.Output(columns), dx = trial.InOut(before);

            trial.Run(workers =>
            {
                ColumnSums.Compute<FirstSum<T>, T>(workers, default, dy.Span, dy.Span, sums.Span);
                ColumnSums.Compute<Product<T>, T>(workers, default, dy.Span, n.Span, weighted.Span);
                BatchNormalization.Backward<T>(workers, dy.Span, n.Span, rstd.Span, gamma.Span, isTraining ? sums.Span : default, isTraining ? weighted.Span : default, dx.Span);
            });

            double[] sum = new double[columns], weightedSum = new double[columns];
            for (int i = 0; i < upstream.Length; i++)
            {
                sum[i % columns] += Double(upstream[i]);
                weightedSum[i % columns] += Double(upstream[i]) * Double(normalized[i]);
            }
            Near.Values<T>($"{trial.What}, sums", sums.Span, sum, rows);
            Near.Values<T>($"{trial.What}, weighted sums", weighted.Span, weightedSum, rows);
            double[] expected = [.. before.Select((value, i) =>
            {
                int c = i % columns;
                double taken = isTraining ? (sum[c] + (Double(normalized[i]) * weightedSum[c])) / rows : 0;
                return Double(value) + (Double(gammas[c]) * Double(rstds[c]) * (Double(upstream[i]) - taken));
            })];
            Near.Values<T>(trial.What, dx.Span, expected, rows);
        }
    }

    /// <summary>As torch: a tenth of the way to the mean and the unbiased variance of the batch.</summary>
    [Test]
    public void Running_moments_follow_the_batches()
    {
        T[] x = Samples.As<T>([1, 2, 3, 6]), mean = new T[1], variance = new T[1], runningMean = [T.Zero], runningVariance = [T.One];
        BatchNormalization.Moments<T>(WorkerPool.Single, x, mean, variance);

        BatchNormalization.Follow<T>(mean, variance, rows: 4, T.CreateTruncating(0.1), runningMean, runningVariance);

        Near.Values<T>("mean", runningMean, [0.3], 1);
        Near.Values<T>("variance", runningVariance, [0.9 + (0.1 * 14 / 3)], 1);
    }

    private static double[] Normalized(T[] x, T[] mean, T[] variance) =>
        [.. x.Select((value, i) => (Double(value) - Double(mean[i % mean.Length])) / Math.Sqrt(Double(variance[i % mean.Length]) + Epsilon))];

    private static double Double(T value) => double.CreateTruncating(value);
}
