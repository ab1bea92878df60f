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

            trial.Run(workers => sum.Span[0] = T.CreateTruncating(result = SquaredNorm.Of<T>(workers, x.Span)));

            Near.Values<T>(trial.What, [T.CreateTruncating(result)], [expected], Math.Min(length, 16384));
        }
    }
}
