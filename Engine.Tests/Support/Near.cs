using System.Numerics;
using NUnit.Framework;

namespace QEngine.Tests.Support;

/// <summary>
/// The one place where tolerances live. Test data is of order 1, so an error is measured against the largest
/// expected magnitude, at least 1, and grows with the number of roundings on the way to a result.
/// </summary>
internal static class Near
{
    /// <summary>Largest error of a hand-written gradient against central differences in double, relative.</summary>
    public const double Gradient = 1e-6;

    /// <summary>Largest error of <c>Functions.Tanh</c> in single precision, in units in the last place, as its documentation promises.</summary>
    public const double TanhSingleUlps = 2;

    /// <summary>The same in double precision.</summary>
    public const double TanhDoubleUlps = 2;

    /// <summary>Largest error of <c>Functions.Erf</c> in single precision, in units in the last place, as its documentation promises.</summary>
    public const double ErfSingleUlps = 2;

    /// <summary>The same in double precision.</summary>
    public const double ErfDoubleUlps = 3;

    /// <summary>Largest error of <c>Functions.Atan</c> in single precision, in units in the last place, as its documentation promises.</summary>
    public const double AtanSingleUlps = 2;

    /// <summary>The same in double precision.</summary>
    public const double AtanDoubleUlps = 2;

    /// <summary>Largest error of <c>Functions.Exp</c>, in units in the last place, as its documentation promises.</summary>
    public const double ExpUlps = 1.5;

    /// <summary>Largest error of <c>Functions.Log</c>, in units in the last place, as its documentation promises.</summary>
    public const double LogUlps = 1;

    /// <summary>Largest error of <c>Functions.SinCos</c>, in units in the last place, as its documentation promises.</summary>
    public const double SinCosUlps = 1.5;

    // Roundings that a result has beside its sum: an exponential, a division, a square root, the store.
    private const double Fixed = 8;

    // Random rounding errors add up like a random walk; twice its deviation on top of the fixed part.
    private const double PerRootOfDepth = 2;

    /// <summary>Half the distance from 1 to the next number.</summary>
    public static double UnitRoundoff<T>() => typeof(T) == typeof(float) ? Math.ScaleB(1, -24) : Math.ScaleB(1, -53);

    /// <summary>The allowed relative error of a sum of <paramref name="depth"/> terms.</summary>
    public static double Rounding<T>(int depth) => (Fixed + (PerRootOfDepth * Math.Sqrt(depth))) * UnitRoundoff<T>();

    /// <summary>Asserts that results are those of an oracle up to rounding.</summary>
    /// <param name="what">Names the case in the failure message: kernel, shape, seed.</param>
    /// <param name="actual">Results.</param>
    /// <param name="expected">The oracle's results, in double.</param>
    /// <param name="depth">Terms added up for one result.</param>
    /// <param name="magnitude">The size of intermediate values where it is above 1 and above every result's.</param>
    public static void Values<T>(string what, ReadOnlySpan<T> actual, ReadOnlySpan<double> expected, int depth, double magnitude = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Within(what, actual, expected, Rounding<T>(depth), magnitude);

    /// <summary>Asserts that a gradient agrees with central differences.</summary>
    public static void Gradients(string what, ReadOnlySpan<double> actual, ReadOnlySpan<double> expected) =>
        Within(what, actual, expected, Gradient, 1);

    /// <summary>The largest absolute difference; infinite where either is NaN.</summary>
    public static double LargestError(ReadOnlySpan<double> found, ReadOnlySpan<double> expected)
    {
        if (found.Length != expected.Length) throw new ArgumentException($"expected {expected.Length} values, found {found.Length}");
        double largest = 0;
        for (int i = 0; i < found.Length; i++)
        {
            double error = Math.Abs(found[i] - expected[i]);
            largest = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(largest, error);
        }
        return largest;
    }

    /// <summary>The largest absolute difference, relative to the largest expected value.</summary>
    public static double RelativeError(double[] found, double[] expected)
    {
        double size = expected.Select(Math.Abs).DefaultIfEmpty(0).Max();
        return size == 0 ? LargestError(found, expected) : LargestError(found, expected) / size;
    }

    private static void Within<T>(string what, ReadOnlySpan<T> actual, ReadOnlySpan<double> expected, double relative, double magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.That(actual.Length, Is.EqualTo(expected.Length), $"{what}: length");
        foreach (double value in expected)
            if (double.IsFinite(value)) magnitude = Math.Max(magnitude, Math.Abs(value));

        (int index, double worst) = (0, 0);
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Distance(double.CreateTruncating(actual[i]), expected[i]);
            if (error > worst) (index, worst) = (i, error);
        }
        string found = actual.Length == 0 ? "nothing" : $"expected {expected[index]:R}, found {actual[index]}";
        Assert.That(worst, Is.LessThanOrEqualTo(relative * magnitude), $"{what}, {typeof(T).Name}: worst at index {index} of {actual.Length}: {found}");
    }

    private static double Distance(double actual, double expected)
    {
        if (actual.Equals(expected)) return 0;
        double distance = Math.Abs(actual - expected);
        return double.IsNaN(distance) ? double.PositiveInfinity : distance;
    }
}
