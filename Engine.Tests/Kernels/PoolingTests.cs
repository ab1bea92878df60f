using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

/// <summary>Pooling of packed sequences.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class PoolingTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly MeanDivisor[] Divisors = Enum.GetValues<MeanDivisor>();

    /// <summary>Awkward rows, and enough sequences to be shared out among threads.</summary>
    private static IEnumerable<(int Sequences, int Columns)> Shapes() =>
        [.. AwkwardSizes.Positive.Select(columns => (6, columns)), (0, 8), (1, 3000), (401, 129)];

    [Test]
    public void MeanPooling_is_the_mean_of_each_sequence([ValueSource(nameof(Divisors))] MeanDivisor divisor)
    {
        foreach ((int sequences, int columns) in Shapes())
        {
            int[] offsets = Offsets(11, sequences);
            T[] data = Samples.Uniform<T>(12, offsets[^1] * columns);
            Trial<T> trial = new($"MeanPooling {sequences} x {columns} by {divisor}");
            GuardedSpan<T> x = trial.Input(data), y = trial.Output(sequences * columns);

            trial.Run(workers => MeanPooling.Forward<T>(workers, x.Span, offsets, y.Span, divisor));

            Near.Values<T>(trial.What, y.Span, PoolingOracle.Mean(Samples.Exact<T>(data), offsets, columns, divisor), 9);
        }
    }

    [Test]
    public void MeanPooling_backward_adds_a_share_to_each_token([ValueSource(nameof(Divisors))] MeanDivisor divisor)
    {
        foreach ((int sequences, int columns) in Shapes())
        {
            int[] offsets = Offsets(13, sequences);
            T[] upstream = Samples.Uniform<T>(14, sequences * columns), before = Samples.Uniform<T>(15, offsets[^1] * columns);
            Trial<T> trial = new($"MeanPooling backward {sequences} x {columns} by {divisor}");
            GuardedSpan<T> dy = trial.Input(upstream), dx = trial.InOut(before);

            trial.Run(workers => MeanPooling.Backward<T>(workers, dy.Span, offsets, dx.Span, divisor));

            double[] gradient = PoolingOracle.MeanBackward(Samples.Exact<T>(upstream), offsets, columns, divisor);
            Near.Values<T>(trial.What, dx.Span, Samples.Sum(Samples.Exact<T>(before), gradient), 1);
        }
    }

    [Test]
    public void MaxPooling_is_the_largest_element_and_the_first_place_that_has_it()
    {
        foreach ((int sequences, int columns) in Shapes())
        {
            int[] offsets = Offsets(16, sequences);
            T[] data = Repetitive(17, offsets[^1] * columns);
            Trial<T> trial = new($"MaxPooling {sequences} x {columns}");
            GuardedSpan<T> x = trial.Input(data), y = trial.Output(sequences * columns), places = trial.Output(sequences * columns);

            trial.Run(workers => MaxPooling.Forward<T>(workers, x.Span, offsets, y.Span, places.Span));

            (double[] largest, double[] first) = PoolingOracle.Max(Samples.Exact<T>(data), offsets, columns);
            Assert.That(Samples.Exact<T>(y.Span), Is.EqualTo(largest), trial.What);
            Assert.That(Samples.Exact<T>(places.Span), Is.EqualTo(first), $"{trial.What}, places");
        }
    }

    [Test]
    public void MaxPooling_backward_adds_to_the_place_of_the_maximum()
    {
        foreach ((int sequences, int columns) in Shapes())
        {
            int[] offsets = Offsets(18, sequences);
            T[] data = Repetitive(19, offsets[^1] * columns), upstream = Samples.Uniform<T>(20, sequences * columns), before = Samples.Uniform<T>(21, data.Length);
            (_, double[] first) = PoolingOracle.Max(Samples.Exact<T>(data), offsets, columns);
            Trial<T> trial = new($"MaxPooling backward {sequences} x {columns}");
            GuardedSpan<T> dy = trial.Input(upstream), places = trial.Input(Array.ConvertAll(first, T.CreateTruncating)), dx = trial.InOut(before);

            trial.Run(workers => MaxPooling.Backward<T>(workers, dy.Span, offsets, places.Span, dx.Span));

            double[] expected = Samples.Exact<T>(before);
            for (int i = 0; i < upstream.Length; i++) expected[((offsets[i / columns] + (int)first[i]) * columns) + (i % columns)] += double.CreateTruncating(upstream[i]);
            Near.Values<T>(trial.What, dx.Span, expected, 1);
        }
    }

    [Test]
    public void A_token_that_is_not_a_number_makes_the_maximum_none([Values(0, 2, 4)] int token, [Values(0, 16)] int column)
    {
        const int Columns = 17;
        T[] x = Samples.Uniform<T>(22, 5 * Columns), y = new T[Columns];
        x[(token * Columns) + column] = T.NaN;

        MaxPooling.Forward<T>(WorkerPool.Single, x, [0, 5], y, new T[Columns]);

        for (int c = 0; c < Columns; c++) Assert.That(T.IsNaN(y[c]), Is.EqualTo(c == column), $"column {c}");
    }

    [Test]
    public void A_sequence_is_bit_identical_alone_and_in_any_batch()
    {
        const int Columns = 133, Sequences = 50;
        int[] offsets = Offsets(23, Sequences);
        T[] x = Samples.Uniform<T>(24, offsets[^1] * Columns), mean = new T[Sequences * Columns], max = new T[mean.Length], one = new T[Columns];
        MeanPooling.Forward<T>(WorkerPool.Single, x, offsets, mean);
        MaxPooling.Forward<T>(WorkerPool.Single, x, offsets, max, new T[max.Length]);

        for (int s = 0; s < Sequences; s++)
        {
            ReadOnlySpan<T> tokens = x.AsSpan((offsets[s] * Columns)..(offsets[s + 1] * Columns));
            MeanPooling.Forward(WorkerPool.Single, tokens, [0, offsets[s + 1] - offsets[s]], one);
            Bits.AreEqual<T>($"mean of sequence {s}", one, mean.AsSpan(s * Columns, Columns));
            MaxPooling.Forward(WorkerPool.Single, tokens, [0, offsets[s + 1] - offsets[s]], one, new T[Columns]);
            Bits.AreEqual<T>($"maximum of sequence {s}", one, max.AsSpan(s * Columns, Columns));
        }
    }

    private static int[] Offsets(int seed, int sequences) => Samples.Offsets([.. Samples.Indices(seed, sequences, 9).Select(length => length + 1)]);

    /// <summary>Few distinct values, so that a maximum is often there twice.</summary>
    private static T[] Repetitive(int seed, int length) => Array.ConvertAll(Samples.Indices(seed, length, 5), value => T.CreateTruncating(value - 2));
}

[TestFixture]
public sealed class PoolingGradientTests
{
    private const int Columns = 7;

    private static readonly MeanDivisor[] Divisors = Enum.GetValues<MeanDivisor>();

    private static readonly double[] X = Samples.Uniform<double>(1, 6 * Columns), Upstream = Samples.Uniform<double>(2, 2 * Columns);

    [Test]
    public void MeanPooling_backward_agrees_with_central_differences([ValueSource(nameof(Divisors))] MeanDivisor divisor)
    {
        int[] offsets = [0, 1, 6];
        double[] dx = new double[X.Length];

        MeanPooling.Backward<double>(WorkerPool.Single, Upstream, offsets, dx, divisor);

        Near.Gradients("tokens", dx, CentralDifferences.Gradient(X, x =>
        {
            double[] y = new double[2 * Columns];
            MeanPooling.Forward<double>(WorkerPool.Single, x, offsets, y, divisor);
            return CentralDifferences.Dot(Upstream, y);
        }));
    }

    [Test]
    public void MaxPooling_backward_agrees_with_central_differences()
    {
        int[] offsets = [0, 1, 6];
        double[] dx = new double[X.Length], places = new double[2 * Columns];
        MaxPooling.Forward<double>(WorkerPool.Single, X, offsets, new double[2 * Columns], places);

        MaxPooling.Backward<double>(WorkerPool.Single, Upstream, offsets, places, dx);

        Near.Gradients("tokens", dx, CentralDifferences.Gradient(X, x =>
        {
            double[] y = new double[2 * Columns];
            MaxPooling.Forward<double>(WorkerPool.Single, x, offsets, y, new double[2 * Columns]);
            return CentralDifferences.Dot(Upstream, y);
        }));
    }
}
