using System.Numerics;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Simd;
using QEngine.Tests.Simd;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Quantum;

/// <summary>Sine and cosine of (pi/2) tanh u and 1 - tanh^2 u, in units in the last place of each, with every lane.</summary>
public sealed class TanhAngleTests
{
    // Units in the last place, as TanhAngle states.
    private const double Bound = 4;

    private const decimal HalfPi = 1.5707963267948966192313216916m;

    [Test]
    public void Single_precision_is_near_everywhere()
    {
        // From 2^-20, where the sine is (pi/2) u, to 32.
        List<float> u = [];
        for (int bits = 107 << 23; bits < 132 << 23; bits += 9973) u.AddRange(BitConverter.Int32BitsToSingle(bits), -BitConverter.Int32BitsToSingle(bits));
        float[] x = [.. u];
        Check("sine", LaneLoop.EveryLane(new SinOfTanh<float>(), x), [.. x.Select(v => Math.Sin(Math.PI / 2 * Math.Tanh(v)))]);
        // The cosine is the sine of what is missing to a quarter turn: no digits are lost.
        Check("cosine", LaneLoop.EveryLane(new CosOfTanh<float>(), x), [.. x.Select(v => Math.Sin(Math.PI / (Math.Exp(2 * Math.Abs((double)v)) + 1)))]);
        Check("slope", LaneLoop.EveryLane(new SlopeOfTanh<float>(), x), [.. x.Select(v => 1 / (Math.Cosh(v) * Math.Cosh(v)))]);

        static void Check(string what, IEnumerable<(string Lane, float[] Y)> found, double[] expected)
        {
            foreach ((string lane, float[] y) in found)
                AssertWithin($"single {what}, lane {lane}", y.Zip(expected, (a, e) => Math.Abs((a - e) / Math.ScaleB(1, Math.ILogB(e) - 23))).Max());
        }
    }

    [Test]
    public void Double_precision_is_near_everywhere()
    {
        Random random = new(1);
        double[] x = [.. Samples.Uniform<double>(random, 1500, -10, 3.5).Select(power => Math.Pow(2, power)), .. Samples.Uniform<double>(random, 1500, 0.001, 12)];
        decimal[] tanh = [.. x.Select(Reference.Tanh)];
        Check("sine", LaneLoop.EveryLane(new SinOfTanh<double>(), x), [.. tanh.Select(t => Sine(HalfPi * t))]);
        Check("cosine", LaneLoop.EveryLane(new CosOfTanh<double>(), x), [.. tanh.Select(t => Sine(HalfPi * (1 - t)))]);
        Check("slope", LaneLoop.EveryLane(new SlopeOfTanh<double>(), x), [.. tanh.Select(t => (1 - t) * (1 + t))]);

        static void Check(string what, IEnumerable<(string Lane, double[] Y)> found, decimal[] expected)
        {
            foreach ((string lane, double[] y) in found) AssertWithin($"double {what}, lane {lane}", y.Zip(expected, Ulps).Max());
        }
    }

    [Test]
    public void Ends_are_exact_and_NaN_stays()
    {
        Ends<float>();
        Ends<double>();
    }

    // Four units of sine and cosine each, of half the rounding unit of 1: at most 8 (sin + cos), below 12.
    [Property]
    public bool Single_precision_stays_on_the_quarter(float u) => float.IsNaN(u) || OnTheQuarter(u, 12 * Math.Pow(2, -24));

    [Property]
    public bool Double_precision_stays_on_the_quarter(double u) => double.IsNaN(u) || OnTheQuarter(u, 12 * Math.Pow(2, -53));

    private static bool OnTheQuarter<T>(T u, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (T value in (T[])[u, -u, T.Exp(-T.Abs(u)), T.One / u])
        {
            (double sin, double cos, double slope) = One(value);
            (double mirrored, double sameCos, double sameSlope) = One(-value);
            if (Math.Abs(sin) > 1 || cos is <= 0 or > 1 || slope is <= 0 or > 1 || sin != -mirrored || cos != sameCos || slope != sameSlope) return false;
            if (Math.Abs((sin * sin) + (cos * cos) - 1) > tolerance) return false;
        }
        return true;
    }

    private static void Ends<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (double end in (double[])[double.PositiveInfinity, double.NegativeInfinity, 1e30, -1e30, 50, -50])
        {
            (double sin, double cos, double slope) = One(T.CreateTruncating(end));
            Assert.That(sin, Is.EqualTo(Math.Sign(end)), $"sine at {end}");
            Assert.That(cos, Is.GreaterThan(0).And.LessThan(1e-33), $"cosine at {end}");
            Assert.That(slope, Is.GreaterThan(0).And.LessThan(1e-33), $"slope at {end}");
        }
        Assert.That(One(T.Zero), Is.EqualTo((0.0, 1.0, 1.0)));
        (double nan, double nanCos, double nanSlope) = One(T.NaN);
        Assert.That((double[])[nan, nanCos, nanSlope], Is.All.NaN);
    }

    private static (double Sin, double Cos, double Slope) One<T>(T u)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LaneScalar<T> sin = TanhAngle<LaneScalar<T>, T>.SinCos(new(u), out LaneScalar<T> cos, out LaneScalar<T> slope);
        return (double.CreateTruncating(sin.Sum()), double.CreateTruncating(cos.Sum()), double.CreateTruncating(slope.Sum()));
    }

    /// <summary>The sine by its series, 0 to pi/2.</summary>
    private static decimal Sine(decimal angle)
    {
        decimal sum = 0, term = angle, square = angle * angle;
        for (int n = 1; Math.Abs(term) > 1e-28m; n += 2)
        {
            sum += term;
            term *= -square / ((n + 1) * (n + 2));
        }
        return sum;
    }

    private static double Ulps(double actual, decimal expected)
    {
        int shift = 52 - Math.ILogB((double)expected);
        decimal scaled = expected;
        for (int i = 0; i < shift; i++) scaled *= 2;
        return Math.Abs((double)((decimal)(long)Math.ScaleB(actual, shift) - scaled));
    }

    private static void AssertWithin(string what, double worst)
    {
        TestContext.Out.WriteLine($"{what}: {worst:F3} ulp");
        Assert.That(worst, Is.LessThanOrEqualTo(Bound), what);
    }

    private readonly struct SinOfTanh<T> : IUnary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public TLane Invoke<TLane>(TLane x)
            where TLane : struct, ILane<TLane, T> => TanhAngle<TLane, T>.SinCos(x, out _, out _);
    }

    private readonly struct CosOfTanh<T> : IUnary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public TLane Invoke<TLane>(TLane x)
            where TLane : struct, ILane<TLane, T>
        {
            TanhAngle<TLane, T>.SinCos(x, out TLane cos, out _);
            return cos;
        }
    }

    private readonly struct SlopeOfTanh<T> : IUnary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public TLane Invoke<TLane>(TLane x)
            where TLane : struct, ILane<TLane, T>
        {
            TanhAngle<TLane, T>.SinCos(x, out _, out TLane slope);
            return slope;
        }
    }
}
