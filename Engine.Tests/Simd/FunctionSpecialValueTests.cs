using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Simd;
using QEngine.Tests.Support;

namespace QEngine.Tests.Simd;

/// <summary>Zeros, infinities, NaN, the smallest and the largest arguments, with every lane.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class FunctionSpecialValueTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T Large = T.CreateTruncating(1e30), MinusOne = -T.One;

    [Test]
    public void Tanh_of_special_values() => Check(new TanhMap<T>(), [
        (T.Zero, T.Zero), (T.NegativeZero, T.NegativeZero), (T.PositiveInfinity, T.One), (T.NegativeInfinity, MinusOne), (T.NaN, T.NaN),
        (Large, T.One), (-Large, MinusOne), (T.Epsilon, T.Epsilon), (-T.Epsilon, -T.Epsilon), (T.CreateTruncating(25), T.One), (T.CreateTruncating(-25), MinusOne)]);

    [Test]
    public void Erf_of_special_values() => Check(new ErfMap<T>(), [
        (T.Zero, T.Zero), (T.NegativeZero, T.NegativeZero), (T.PositiveInfinity, T.One), (T.NegativeInfinity, MinusOne), (T.NaN, T.NaN),
        (Large, T.One), (-Large, MinusOne), (T.Epsilon, T.Epsilon), (-T.Epsilon, -T.Epsilon), (T.CreateTruncating(6), T.One), (T.CreateTruncating(-6), MinusOne)]);

    [Test]
    public void Atan_of_special_values() => Check(new AtanMap<T>(), [
        (T.Zero, T.Zero), (T.NegativeZero, T.NegativeZero), (T.PositiveInfinity, T.Pi / (T.One + T.One)), (T.NegativeInfinity, -T.Pi / (T.One + T.One)), (T.NaN, T.NaN),
        (Large, T.Pi / (T.One + T.One)), (-Large, -T.Pi / (T.One + T.One)), (T.Epsilon, T.Epsilon), (-T.Epsilon, -T.Epsilon)]);

    [Test]
    public void Exp_of_special_values() => Check(new ExpMap<T>(), [
        (T.Zero, T.One), (T.NegativeZero, T.One), (T.NegativeInfinity, T.Zero), (T.PositiveInfinity, T.PositiveInfinity), (T.NaN, T.NaN),
        (-Large, T.Zero), (Large, T.PositiveInfinity), (T.Epsilon, T.One), (-T.Epsilon, T.One)]);

    [Test]
    public void Exp_of_a_negative_number_is_at_most_1()
    {
        T[] x = [.. Enumerable.Range(1, 1000).Select(i => T.CreateTruncating(-i * 1e-6))];

        foreach ((string lane, T[] y) in LaneLoop.EveryLane(new ExpMap<T>(), x)) Assert.That(y.Max(), Is.LessThanOrEqualTo(T.One), lane);
    }

    [Test]
    public void Log_of_special_values() => Check(new LogMap<T>(), [
        (T.One, T.Zero), (T.Zero, T.NegativeInfinity), (T.NegativeZero, T.NegativeInfinity), (T.NegativeInfinity, T.NaN), (-T.Epsilon, T.NaN), (T.PositiveInfinity, T.PositiveInfinity), (T.NaN, T.NaN), (MinusOne, T.NaN)]);

    [Test]
    public void Exp_ends_where_results_stop_being_normal_numbers()
    {
        bool single = typeof(T) == typeof(float);
        T largest = T.CreateTruncating(single ? 88.72283172607422 : 709.782712893384), smallest = T.CreateTruncating(single ? -87.33654022216797 : -708.3964185322641);
        T[] x = [largest, T.BitIncrement(largest), smallest, T.BitDecrement(smallest)];

        foreach ((string lane, T[] y) in LaneLoop.EveryLane(new ExpMap<T>(), x))
        {
            Assert.That(T.IsFinite(y[0]) && y[0] > T.ScaleB(T.One, single ? 127 : 1023), lane);
            Assert.That(y[1], Is.EqualTo(T.PositiveInfinity), lane);
            Assert.That(double.CreateTruncating(y[2]), Is.EqualTo(double.CreateTruncating(T.ScaleB(T.One, single ? -126 : -1022))).Within(0.001).Percent, lane);
            Assert.That(y[3], Is.EqualTo(T.Zero), lane);
        }
    }

    [Test]
    public void Sine_and_cosine_of_special_values()
    {
        Check(new SinMap<T>(), [(T.Zero, T.Zero), (T.NegativeZero, T.NegativeZero), (T.NaN, T.NaN), (T.Epsilon, T.Epsilon), (-T.Epsilon, -T.Epsilon), (T.Pi / (T.One + T.One), T.One), (-T.Pi / (T.One + T.One), MinusOne)]);
        Check(new CosMap<T>(), [(T.Zero, T.One), (T.NegativeZero, T.One), (T.NaN, T.NaN), (T.Epsilon, T.One), (-T.Epsilon, T.One), (T.Pi, MinusOne), (-T.Pi, MinusOne)]);
    }

    [Test]
    public void Sine_has_the_sign_of_its_angle_and_neither_is_above_1()
    {
        T[] x = [T.Zero, T.NegativeZero, T.Pi, -T.Pi, T.BitDecrement(T.Pi), .. Samples.Uniform<T>(1, 3000, -Math.PI, Math.PI)];

        foreach ((string lane, T[] y) in LaneLoop.EveryLane(new SinMap<T>(), x))
        {
            Assert.That(y.Select(T.IsNegative), Is.EqualTo(x.Select(T.IsNegative)), lane);
            Assert.That(y.Max(T.Abs), Is.LessThanOrEqualTo(T.One), lane);
        }
        foreach ((string lane, T[] y) in LaneLoop.EveryLane(new CosMap<T>(), x)) Assert.That(y.Max(T.Abs), Is.LessThanOrEqualTo(T.One), lane);
    }

    [Test]
    public void Log_of_subnormal_numbers()
    {
        T[] x = [.. Enumerable.Range(0, typeof(T) == typeof(float) ? 23 : 52).Select(power => T.ScaleB(T.Epsilon, power))];

        foreach ((string lane, T[] y) in LaneLoop.EveryLane(new LogMap<T>(), x))
            for (int i = 0; i < x.Length; i++) Assert.That(double.CreateTruncating(y[i]), Is.EqualTo(Math.Log(double.CreateTruncating(x[i]))).Within(1e-5).Percent, lane);
    }

    [Test]
    public void An_element_does_not_depend_on_its_neighbours()
    {
        T[] strange = [T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.CreateTruncating(1e38), T.CreateTruncating(-1e38), T.Epsilon, T.Zero, T.CreateTruncating(1e18), T.CreateTruncating(-1000)];
        T[] plain = [.. Samples.Uniform<T>(9, 400, -20, 20), .. Samples.Uniform<T>(10, 100, 0, 2)], mixed = new T[2 * plain.Length];
        for (int i = 0; i < plain.Length; i++) (mixed[2 * i], mixed[(2 * i) + 1]) = (plain[i], strange[i % strange.Length]);

        Same(new ExpMap<T>());
        Same(new LogMap<T>());
        Same(new TanhMap<T>());
        Same(new ErfMap<T>());
        Same(new AtanMap<T>());
        Same(new SinMap<T>());
        Same(new CosMap<T>());
        Same(new Gelu<T>());

        void Same<TMap>(TMap map)
            where TMap : struct, IUnary<T>
        {
            foreach (((string lane, T[] alone), (_, T[] among)) in LaneLoop.EveryLane(map, plain).Zip(LaneLoop.EveryLane(map, mixed)))
                Bits.AreEqual<T>($"{typeof(TMap).Name}, lane {lane}", [.. among.Where((_, i) => i % 2 == 0)], alone);
        }
    }

    [Test]
    public void Subnormal_arguments_keep_their_slope()
    {
        T[] x = [.. Enumerable.Range(0, 15).Select(power => T.ScaleB(T.Epsilon, power) + (power > 2 ? T.Epsilon : T.Zero))];
        double slope = 2 / Math.Sqrt(Math.PI);

        foreach ((string lane, T[] y) in LaneLoop.EveryLane(new TanhMap<T>(), x)) Bits.AreEqual<T>($"tanh, lane {lane}", y, x);
        foreach ((string lane, T[] y) in LaneLoop.EveryLane(new AtanMap<T>(), x)) Bits.AreEqual<T>($"atan, lane {lane}", y, x);
        foreach ((string lane, T[] y) in LaneLoop.EveryLane(new ErfMap<T>(), x))
            for (int i = 0; i < x.Length; i++)
                Assert.That(double.CreateTruncating(y[i] / T.Epsilon), Is.EqualTo(slope * double.CreateTruncating(x[i] / T.Epsilon)).Within(1), $"erf, lane {lane}, in multiples of the smallest number");
    }

    [Test]
    public void Tanh_erf_and_atan_are_odd_and_stay_within_their_limits_up_to_the_last_place()
    {
        T[] x = Samples.Uniform<T>(1, 3001, 0, 10), negative = [.. x.Select(value => -value)];

        Odd(new TanhMap<T>(), T.One);
        Odd(new ErfMap<T>(), T.One);
        Odd(new AtanMap<T>(), T.Pi / (T.One + T.One));

        void Odd<TMap>(TMap map, T largest)
            where TMap : struct, IUnary<T>
        {
            foreach (((string lane, T[] y), (_, T[] mirrored)) in LaneLoop.EveryLane(map, x).Zip(LaneLoop.EveryLane(map, negative)))
            {
                Bits.AreEqual<T>($"{typeof(TMap).Name}, lane {lane}", [.. mirrored.Select(value => -value)], y);
                Assert.That(y.Max(), Is.LessThanOrEqualTo(largest), $"{typeof(TMap).Name}, lane {lane}");
            }
        }
    }

    private static void Check<TMap>(TMap map, (T X, T Y)[] pairs)
        where TMap : struct, IUnary<T>
    {
        foreach ((string lane, T[] y) in LaneLoop.EveryLane(map, [.. pairs.Select(pair => pair.X)]))
            for (int i = 0; i < y.Length; i++)
            {
                (T x, T expected) = pairs[i];
                Assert.That(y[i], Is.EqualTo(expected), $"{typeof(TMap).Name} of {x}, lane {lane}");
                if (T.IsZero(expected)) Assert.That(T.IsNegative(y[i]), Is.EqualTo(T.IsNegative(expected)), $"sign of {typeof(TMap).Name} of {x}, lane {lane}");
            }
    }
}
