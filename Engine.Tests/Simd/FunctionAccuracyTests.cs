using MathNet.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Simd;
using QEngine.Tests.Support;
using QEngine.Workers;

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
    public void Atan_in_single_precision() => Single(new AtanMap<float>(), Math.Atan, Near.AtanSingleUlps, stride: 4099);

    [Test]
    [Category("Slow")]
    public void Atan_in_single_precision_exhaustively() => Exhaustive<AtanMap<float>>(Math.Atan, Near.AtanSingleUlps);

    [Test]
    public void Atan_in_double_precision() => Double(new AtanMap<double>(), Reference.Atan, 24, Near.AtanDoubleUlps);

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
    public void Exp_in_single_precision()
    {
        float[] x = [.. Samples.Uniform<float>(2, 50_000, -87.3, 88.7), .. Samples.Uniform<float>(3, 20_000, -1, 1), .. Samples.Uniform<float>(4, 2000, -0.001, 0.001)];
        Check("Exp", new ExpMap<float>(), x, [.. x.Select(value => Math.Exp(value))], Near.ExpUlps);
    }

    [Test]
    public void Log_in_single_precision()
    {
        float[] x = [.. Enumerable.Range(0, 0x7F800000 / 30_011).Select(i => BitConverter.Int32BitsToSingle(1 + (i * 30_011))), .. Samples.Uniform<float>(5, 50_000, 0.5, 2)];
        Check("Log", new LogMap<float>(), x, [.. x.Select(value => Math.Log(value))], Near.LogUlps);
    }

    [Test]
    [Category("Slow")]
    public void Exp_in_single_precision_exhaustively()
    {
        // Both signs, to the ends of the normal results.
        Exhaustive<ExpMap<float>>(Math.Exp, Near.ExpUlps, 100 << 23, BitConverter.SingleToInt32Bits(88.7228f));
        Exhaustive<ExpMap<float>>(Math.Exp, Near.ExpUlps, unchecked((int)0x80000000) + (100 << 23), BitConverter.SingleToInt32Bits(-87.3365f));
    }

    [Test]
    [Category("Slow")]
    public void Log_in_single_precision_exhaustively() => Exhaustive<LogMap<float>>(Math.Log, Near.LogUlps, 1, 0x7F800000);

    [Test]
    public void Exp_and_Log_in_double_precision()
    {
        double[] exponents = [.. Samples.Uniform<double>(6, 20_000, -708, 709), .. Samples.Uniform<double>(7, 20_000, -1, 1), .. Samples.Uniform<double>(8, 2000, -1e-6, 1e-6)];
        double[] arguments = [.. exponents.Select(Math.Exp), .. Samples.Uniform<double>(9, 20_000, 0.5, 2), 5e-324, 1e-310, 2.3e-308, double.MaxValue];

        Double(new ExpMap<double>(), exponents, Math.Exp, Near.ExpUlps);
        Double(new LogMap<double>(), arguments, Math.Log, Near.LogUlps);
    }

    [Test]
    public void Sine_and_cosine_in_single_precision()
    {
        // Also close to the multiples of pi/2, where a result is small.
        float[] size = [.. Enumerable.Range(0, BitConverter.SingleToInt32Bits(MathF.PI) / 20_011).Select(i => BitConverter.Int32BitsToSingle(1 + (i * 20_011))), .. AroundQuarterTurns()];
        float[] x = [.. size, .. size.Select(value => -value)];

        Check("Sin", new SinMap<float>(), x, [.. x.Select(value => Math.Sin(value) * (Math.Abs(value) > Math.PI ? -1 : 1))], Near.SinCosUlps);
        Check("Cos", new CosMap<float>(), x, [.. x.Select(value => Math.Cos(value))], Near.SinCosUlps);
    }

    [Test]
    [Category("Slow")]
    public void Sine_and_cosine_in_single_precision_exhaustively()
    {
        int end = BitConverter.SingleToInt32Bits(MathF.PI);
        Exhaustive<SinMap<float>>(Math.Sin, Near.SinCosUlps, 0, end);
        Exhaustive<CosMap<float>>(Math.Cos, Near.SinCosUlps, 0, end);
    }

    [Test]
    public void Sine_and_cosine_in_double_precision()
    {
        double[] x = [.. Samples.Uniform<double>(1, 20_000, -Math.PI, Math.PI), .. Samples.Uniform<double>(2, 5000, -1e-6, 1e-6), .. AroundQuarterTurns().Select(value => value * (1 - 1e-7)), Math.PI, -Math.PI, Math.PI / 2];

        Double(new SinMap<double>(), x, Math.Sin, Near.SinCosUlps);
        Double(new CosMap<double>(), x, Math.Cos, Near.SinCosUlps);
    }

    private static IEnumerable<float> AroundQuarterTurns() => new[] { MathF.PI / 4, MathF.PI / 2, 3 * MathF.PI / 4, MathF.PI }
        .SelectMany(turn => Enumerable.Range(0, 300).Select(i => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(turn) - i)));

    /// <summary>Judged by the C library's function, which is itself half a unit off and is not asked for more.</summary>
    private static void Double<TMap>(TMap map, double[] x, Func<double, double> library, double bound)
        where TMap : struct, IUnary<double>
    {
        foreach ((string lane, double[] y) in LaneLoop.EveryLane(map, x))
        {
            (double worst, int at) = (0, 0);
            for (int i = 0; i < x.Length; i++)
            {
                double expected = library(x[i]), size = Math.Abs(expected), error = Math.Abs(y[i] - expected) / (Math.BitIncrement(size) - size);
                if (!(error <= worst)) (worst, at) = (error, i);
            }
            TestContext.Out.WriteLine($"{typeof(TMap).Name}, lane {lane}: {worst:F3} ulp from the library at {x[at]:R}");
            Assert.That(worst, Is.LessThanOrEqualTo(bound + 0.5), $"{typeof(TMap).Name}, lane {lane}: at {x[at]:R}");
        }
    }

    private static void Exhaustive<TMap>(Func<double, double> exact, double bound, int from = SingleFrom, int to = SingleTo)
        where TMap : struct, IUnary<float>
    {
        float[] x = new float[1 << 20], y = new float[x.Length];
        double worst = 0;
        for (long start = from; start < to; start += x.Length)
        {
            for (int i = 0; i < x.Length; i++) x[i] = BitConverter.Int32BitsToSingle((int)Math.Min(start + i, to - 1));
            Elementwise.Apply<TMap, float>(WorkerPool.Single, default, x, y);
            for (int i = 0; i < x.Length; i++) worst = Math.Max(worst, Ulps(y[i], exact(x[i])));
        }
        TestContext.Out.WriteLine($"{typeof(TMap).Name}: {worst:F3} ulp");
        Assert.That(worst, Is.LessThanOrEqualTo(bound));
    }

    private static void Single<TMap>(TMap map, Func<double, double> exact, double bound, int stride)
        where TMap : struct, IUnary<float>
    {
        List<float> x = [];
        for (int bits = SingleFrom; bits < SingleTo; bits += stride) x.Add(BitConverter.Int32BitsToSingle(bits));
        Check(typeof(TMap).Name, map, [.. x], [.. x.Select(value => exact(value))], bound);
    }

    private static void Check<TMap>(string what, TMap map, float[] x, double[] expected, double bound)
        where TMap : struct, IUnary<float>
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
        where TMap : struct, IUnary<double>
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
