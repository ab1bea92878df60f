using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class SquaredNormTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Test]
    public void Sum_of_squares_is_the_definition()
    {
        foreach (int length in (int[])[.. AwkwardSizes.All, 16383, 16384, 16385, 100_003])
        {
            T[] data = Samples.Uniform<T>(1, length);
            double expected = 0;
            foreach (double value in Samples.Exact<T>(data)) expected += value * value;
            Trial<T> trial = new($"SquaredNorm, {length}");
            GuardedSpan<T> x = trial.Input(data), sum = trial.Output(1);
            double result = 0;

            trial.Run(workers => sum.Span[0] = T.CreateTruncating(result = SquaredNorm.Compute<T>(workers, x.Span)));

            Near.Values<T>(trial.What, [T.CreateTruncating(result)], [expected], Math.Min(length, 16384));
        }
    }
    [Test]
    public void Chunks_are_added_in_their_order_whoever_computes_them([Values(1, 2, 3, 5)] int threads)
    {
        // Sums of sizes from 10^-12 to 10^12 in no order: another one gives other last places.
        const int Chunk = 1 << 14, Chunks = 9;
        T[] x = Samples.Uniform<T>(2, (Chunks * Chunk) + 77);
        for (int i = 0; i < x.Length; i++) x[i] *= T.CreateTruncating(Math.Pow(10, (i / Chunk * 5 % 13) - 6));
        double expected = 0;
        for (int start = 0; start < x.Length; start += Chunk)
            expected += SquaredNorm.Compute<T>(WorkerPool.Single, x.AsSpan(start, Math.Min(Chunk, x.Length - start)));
        using WorkerPool pool = new(threads);

        Assert.That(SquaredNorm.Compute<T>(pool, x), Is.EqualTo(expected));
    }

    [Test]
    [Category("Slow")]
    public void More_elements_than_the_parts_hold_are_all_there()
    {
        // 4096 parts of 16,384; what is beyond goes to the first parts again.
        T[] ones = new T[(4096 * 16384) + (3 * 16384) + 5];
        Array.Fill(ones, T.One);

        Assert.That(SquaredNorm.Compute<T>(WorkerPool.Single, ones), Is.EqualTo((double)ones.Length));
    }
}
