using QEngine.Memory;

namespace QEngine.Benchmarks;

/// <summary>Inputs with fixed seeds in buffers aligned to cache lines, as the engine's own are.</summary>
internal static class Inputs
{
    /// <summary>Standard normal numbers.</summary>
    internal static AlignedBuffer<float> Gaussian(int length, ulong seed)
    {
        SplittableRandom random = new(seed);
        AlignedBuffer<float> buffer = new(length);
        foreach (ref float element in buffer.Span) element = (float)random.NextGaussian();
        return buffer;
    }

    /// <summary>Zeros.</summary>
    internal static AlignedBuffer<float> Zeros(int length)
    {
        AlignedBuffer<float> buffer = new(length);
        buffer.Span.Clear();
        return buffer;
    }

    /// <summary>Integers from 0 to <paramref name="count"/> - 1.</summary>
    internal static int[] Indices(int length, int count, ulong seed)
    {
        SplittableRandom random = new(seed);
        int[] indices = new int[length];
        foreach (ref int index in indices.AsSpan()) index = random.NextInt(count);
        return indices;
    }

    /// <summary>The same numbers in double precision.</summary>
    internal static double[] Wide(ReadOnlySpan<float> numbers)
    {
        double[] wide = new double[numbers.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = numbers[i];
        return wide;
    }

    /// <summary>Element by element.</summary>
    internal static double[] Sum(double[] x, ReadOnlySpan<float> added)
    {
        double[] sum = new double[x.Length];
        for (int i = 0; i < sum.Length; i++) sum[i] = x[i] + added[i];
        return sum;
    }
}
