using MathNet.Numerics;
using NUnit.Framework;
using QEngine.Simd;
using QEngine.Tests.Support;

namespace QEngine.Tests.Simd;

/// <summary>Largest errors of the elementary functions, in units in the last place, with every lane.</summary>
[TestFixture]
public sealed class FunctionAccuracyTests
{
    // 2^-12 to 16 in single precision: below, both functions are linear to the last place; above, they are 1.
    private const int SingleFrom = 115 << 23, SingleTo = 131 << 23;

    [Test]
    public void Tanh_in_single_precision() => Single(new TanhMap<float>(), Math.Tanh, Near.TanhSingleUlps, stride: 4099);

    [Test]
    public void Erf_in_single_precision() => Single(new ErfMap<float>(), SpecialFunctions.Erf, Near.ErfSingleUlps, stride: 4099);

    [Test]
    [Category("Slow")]
    public void Tanh_in_single_precision_exhaustively() => Exhaustive<TanhMap<float>>(Math.Tanh, Near.TanhSingleUlps);

    [Test]
    [Category("Slow")]
    public void Erf_in_single_precision_exhaustively() => Exhaustive<ErfMap<float>>(SpecialFunctions.Erf, Near.ErfSingleUlps);

    [Test]
    public void Tanh_in_double_precision() => Double(new TanhMap<double>(), Reference.Tanh, 24, Near.TanhDoubleUlps);

    [Test]
    public void Erf_in_double_precision() => Double(new ErfMap<double>(), Reference.Erf, 6, Near.ErfDoubleUlps);

    [Test]
    public void Exp_Log_and_SinCos_in_single_precision()
    {
        float[] exponents = [.. Samples.Uniform<float>(2, 5000, -87, 88), .. Samples.Uniform<float>(3, 2000, -1, 1), .. Samples.Uniform<float>(4, 2000, -0.001, 0.001)];
        Check("Exp", new ExpMap<float>(), exponents, [.. exponents.Select(x => Math.Exp(x))], Near.PlatformUlps);
        Single(new LogMap<float>(), Math.Log, Near.PlatformUlps, stride: 65_537);
        // Angles up to pi/2 on either side, which is what the encoding uses; beyond, a zero of sine has no relative accuracy.
        float[] angles = Samples.Uniform<float>(1, 5000, -1.5, 1.5);
        Check("Sin", new SinMap<float>(), angles, [.. angles.Select(x => Math.Sin(x))], Near.PlatformUlps);
        Check("Cos", new CosMap<float>(), angles, [.. angles.Select(x => Math.Cos(x))], Near.PlatformUlps);
    }

    private static void Exhaustive<TMap>(Func<double, double> exact, double bound)
        where TMap : struct, IMap<float>
    {
        float[] x = new float[1 << 20], y = new float[x.Length];
        double worst = 0;
        for (int start = SingleFrom; start < SingleTo; start += x.Length)
        {
            for (int i = 0; i < x.Length; i++) x[i] = BitConverter.Int32BitsToSingle(start + i);
            Map.Run<TMap, float>(default, x, y);
            for (int i = 0; i < x.Length; i++) worst = Math.Max(worst, Ulps(y[i], exact(x[i])));
        }
        TestContext.Out.WriteLine($"{typeof(TMap).Name}: {worst:F3} ulp");
        Assert.That(worst, Is.LessThanOrEqualTo(bound));
    }

    private static void Single<TMap>(TMap map, Func<double, double> exact, double bound, int stride)
        where TMap : struct, IMap<float>
    {
        List<float> x = [];
        for (int bits = SingleFrom; bits < SingleTo; bits += stride) x.Add(BitConverter.Int32BitsToSingle(bits));
        Check(typeof(TMap).Name, map, [.. x], [.. x.Select(value => exact(value))], bound);
    }

    private static void Check<TMap>(string what, TMap map, float[] x, double[] expected, double bound)
        where TMap : struct, IMap<float>
    {
        foreach ((string lane, float[] y) in LaneLoop.EveryLane(map, x))
        {
            (double worst, int at) = (0, 0);
            for (int i = 0; i < x.Length; i++)
            {
                double error = Ulps(y[i], expected[i]);
                if (!(error <= worst)) (worst, at) = (error, i);
            }
            TestContext.Out.WriteLine($"{what}, lane {lane}: {worst:F3} ulp at {x[at]:R}");
            Assert.That(worst, Is.LessThanOrEqualTo(bound), $"{what}, lane {lane}: at {x[at]:R}");
        }
    }

    private static void Double<TMap>(TMap map, Func<double, decimal> exact, double end, double bound)
        where TMap : struct, IMap<double>
    {
        // Half of the arguments spread over the exponents, half over the values.
        double[] x = [.. Samples.Uniform<double>(1, 4000, -10, Math.Log2(end)).Select(power => Math.Pow(2, power)), .. Samples.Uniform<double>(2, 4000, 0.001, end)];
        decimal[] expected = [.. x.Select(exact)];
        foreach ((string lane, double[] y) in LaneLoop.EveryLane(map, x))
        {
            (double worst, int at) = (0, 0);
            for (int i = 0; i < x.Length; i++)
            {
                double error = Math.Abs(Reference.Ulps(y[i], expected[i]));
                if (error > worst) (worst, at) = (error, i);
            }
            TestContext.Out.WriteLine($"{typeof(TMap).Name}, lane {lane}: {worst:F3} ulp at {x[at]:R}");
            Assert.That(worst, Is.LessThanOrEqualTo(bound), $"lane {lane}: at {x[at]:R}");
        }
    }

    /// <summary>Distance of a single from the true value, in units of the true value's last place.</summary>
    private static double Ulps(float actual, double expected)
    {
        float size = Math.Abs((float)expected);
        return Math.Abs(actual - expected) / ((double)MathF.BitIncrement(size) - size);
    }
}
