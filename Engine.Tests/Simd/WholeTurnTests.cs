using System.Numerics;
using NUnit.Framework;
using QEngine.Simd;
using QEngine.Tests.Support;

namespace QEngine.Tests.Simd;

/// <summary>Angles beyond half a turn, with every lane.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class WholeTurnTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static bool Single => typeof(T) == typeof(float);

    private static double MostTurns => Single ? 1 << 13 : 1 << 20;

    [Test]
    public void Sine_and_cosine_of_many_turns()
    {
        T[] x = [
            .. Samples.Uniform<T>(1, 20_000, -30, 30), .. Samples.Uniform<T>(2, 20_000, -2 * Math.PI * MostTurns, 2 * Math.PI * MostTurns),
            .. Enumerable.Range(-2000, 4000).Select(i => T.CreateTruncating(i * Math.PI / 4))];

        Check(new AnySinMap<T>(), x, Math.Sin);
        Check(new AnyCosMap<T>(), x, Math.Cos);
    }

    [Test]
    public void Angles_of_half_a_turn_stay_as_they_are()
    {
        T[] x = [T.Zero, T.NegativeZero, T.Epsilon, T.BitDecrement(T.Pi), -T.BitDecrement(T.Pi), .. Samples.Uniform<T>(3, 1000, -Math.PI, Math.PI)];

        foreach ((string lane, T[] y) in LaneLoop.EveryLane(new WithoutTurnsMap(), x)) Assert.That(y, Is.EqualTo(x), lane);
    }

    [Test]
    public void Angles_are_some_angle_however_large_and_NaN_where_there_is_none()
    {
        T[] large = [.. Enumerable.Range(1, Single ? 127 : 1000).SelectMany(power => (T[])[T.ScaleB(T.Pi, power), -T.ScaleB(T.E, power)]).Where(T.IsFinite)], none = [T.NaN, T.PositiveInfinity, T.NegativeInfinity];

        foreach ((string lane, T[] y) in LaneLoop.EveryLane(new WithoutTurnsMap(), large)) Assert.That(y.Max(T.Abs), Is.LessThanOrEqualTo(T.Pi), lane);
        foreach ((string lane, T[] y) in LaneLoop.EveryLane(new WithoutTurnsMap(), none)) Assert.That(y, Is.All.NaN, lane);
    }

    private static void Check<TMap>(TMap map, T[] x, Func<double, double> library)
        where TMap : struct, IUnary<T>
    {
        // Half the distance of numbers near pi, twice, and 1.5 units in the last place of a sine near 1.
        double bound = Single ? 3.5e-7 : 6.5e-16;
        foreach ((string lane, T[] y) in LaneLoop.EveryLane(map, x))
        {
            double worst = Near.LargestError(Samples.Exact<T>(y), [.. x.Select(value => library(double.CreateTruncating(value)))]);
            TestContext.Out.WriteLine($"{typeof(TMap).Name}, lane {lane}: {worst:E2}");
            Assert.That(worst, Is.LessThan(bound), lane);
        }
    }

    private readonly struct WithoutTurnsMap : IUnary<T>
    {
        public TLane Invoke<TLane>(TLane x)
            where TLane : struct, ILane<TLane, T> => Functions<TLane, T>.WithoutTurns(x);
    }
}
