using System.Numerics;
using NormalDistribution = MathNet.Numerics.Distributions.Normal;

namespace QEngine.Tests.Quantum;

/// <summary>Random numbers for the tests of this layer, and errors between arrays.</summary>
internal static class Samples
{
    public static double Normal(Random random) => NormalDistribution.Sample(random, 0, 1);

    public static T[] Normal<T>(Random random, int count, double deviation = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(deviation * Normal(random)))];

    public static T[] Uniform<T>(Random random, int count, double from, double to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(from + ((to - from) * random.NextDouble())))];

    /// <summary>States of qubits whose signed angles are given: all x, then all z.</summary>
    public static T[] States<T>(IEnumerable<double> angles)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. angles.Select(a => T.CreateTruncating(Math.Sin(a))), .. angles.Select(a => T.CreateTruncating(Math.Cos(a)))];

    public static double[] Wide<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = double.CreateTruncating(values[i]);
        return wide;
    }

    public static double[] Wide<T>(T[] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Wide((ReadOnlySpan<T>)values);

    /// <summary>Largest absolute difference; infinite where either is NaN.</summary>
    public static double LargestError(double[] found, double[] expected)
    {
        if (found.Length != expected.Length) throw new ArgumentException($"{found.Length} values for {expected.Length}");
        double largest = 0;
        for (int i = 0; i < found.Length; i++)
        {
            double error = Math.Abs(found[i] - expected[i]);
            largest = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(largest, error);
        }
        return largest;
    }

    /// <summary>Largest absolute difference, relative to the largest expected value.</summary>
    public static double RelativeError(double[] found, double[] expected)
    {
        double size = expected.Select(Math.Abs).DefaultIfEmpty(0).Max();
        return size == 0 ? LargestError(found, expected) : LargestError(found, expected) / size;
    }
}
