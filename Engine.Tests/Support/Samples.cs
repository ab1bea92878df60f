using System.Numerics;
using NormalDistribution = MathNet.Numerics.Distributions.Normal;

namespace QEngine.Tests.Support;

/// <summary>Seeded test data; what is made of a seed alone is the same numbers on every machine and runtime.</summary>
internal static class Samples
{
    /// <summary>Numbers drawn uniformly from [from, to).</summary>
    public static T[] Uniform<T>(int seed, int length, double from = -1, double to = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = new T[length];
        for (int i = 0; i < length; i++) values[i] = T.CreateTruncating(from + ((to - from) * Unit(seed, i)));
        return values;
    }

    /// <summary>The next numbers of a generator, drawn uniformly from [from, to).</summary>
    public static T[] Uniform<T>(Random random, int count, double from, double to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(from + ((to - from) * random.NextDouble())))];

    /// <summary>A number drawn from the standard normal distribution.</summary>
    public static double Normal(Random random) => NormalDistribution.Sample(random, 0, 1);

    /// <summary>Numbers drawn from the normal distribution of mean 0.</summary>
    public static T[] Normal<T>(Random random, int count, double deviation = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(deviation * Normal(random)))];

    /// <summary>States of qubits whose signed angles are given: all x, then all z.</summary>
    public static T[] States<T>(IEnumerable<double> angles)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. angles.Select(a => T.CreateTruncating(Math.Sin(a))), .. angles.Select(a => T.CreateTruncating(Math.Cos(a)))];

    /// <summary>Integers drawn uniformly from 0 to <paramref name="below"/> - 1.</summary>
    public static int[] Indices(int seed, int length, int below)
    {
        int[] values = new int[length];
        for (int i = 0; i < length; i++) values[i] = (int)(Unit(seed, i) * below);
        return values;
    }

    /// <summary>The same numbers in double, for an oracle.</summary>
    public static double[] Exact<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] exact = new double[values.Length];
        for (int i = 0; i < exact.Length; i++) exact[i] = double.CreateTruncating(values[i]);
        return exact;
    }

    /// <summary>Numbers in double in the precision of a kernel.</summary>
    public static T[] As<T>(double[] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(values, T.CreateTruncating);

    /// <summary>Offsets of packed sequences with the given lengths.</summary>
    public static int[] Offsets(params int[] lengths)
    {
        int[] offsets = new int[lengths.Length + 1];
        for (int i = 0; i < lengths.Length; i++) offsets[i + 1] = offsets[i] + lengths[i];
        return offsets;
    }

    /// <summary>Elementwise sum, for gradients that are added to what was there.</summary>
    public static double[] Sum(double[] a, double[] b)
    {
        double[] sum = new double[a.Length];
        for (int i = 0; i < sum.Length; i++) sum[i] = a[i] + b[i];
        return sum;
    }

    // The finaliser of SplitMix64 (Steele, Lea and Flood, 2014) over a counter.
    private static double Unit(int seed, int index)
    {
        ulong z = ((ulong)(uint)seed << 32) + (uint)index + 0x9E3779B97F4A7C15;
        for (int round = 0; round < 2; round++)
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
        }
        return (z >> 11) * Math.ScaleB(1, -53);
    }
}
