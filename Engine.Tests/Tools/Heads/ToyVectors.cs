using QEngine.Kernels;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Heads;

/// <summary>Vectors of which a few numbers mean something and the others are louder noise: what a head has to find is known.</summary>
internal static class ToyVectors
{
    public const int Columns = 24, Meaning = 3;

    /// <summary>[rows, columns]: the meaning of each row, turned into all columns, and noise in the space beside it.</summary>
    public static float[] Of(double[][] meanings, ulong seed, double noise = 1.5)
    {
        SplittableRandom random = new(seed);
        double[] turn = Turn();
        float[] vectors = new float[meanings.Length * Columns];
        double[] row = new double[Columns];
        for (int i = 0; i < meanings.Length; i++)
        {
            for (int j = 0; j < Columns; j++) row[j] = j < Meaning ? meanings[i][j] : noise * random.NextGaussian();
            for (int j = 0; j < Columns; j++)
                for (int p = 0; p < Columns; p++) vectors[(i * Columns) + j] += (float)(row[p] * turn[(p * Columns) + j]);
        }
        return vectors;
    }

    /// <summary>Random directions of meaning.</summary>
    public static double[][] Meanings(int count, ulong seed)
    {
        SplittableRandom random = new(seed);
        double[][] meanings = new double[count][];
        for (int i = 0; i < count; i++) meanings[i] = [random.NextGaussian(), random.NextGaussian(), random.NextGaussian()];
        return meanings;
    }

    /// <summary>Pairs whose score is the cosine of their meanings, as lines of a file.</summary>
    public static string Scored(double[][] meanings, int pairs, Func<int, string> name)
    {
        SplittableRandom random = new(9);
        return string.Concat(Enumerable.Range(0, pairs).Select(_ =>
        {
            int first = random.NextInt(meanings.Length), second = (first + 1 + random.NextInt(meanings.Length - 1)) % meanings.Length;
            return FormattableString.Invariant($"{name(first)}\t{name(second)}\t{Cosine(meanings[first], meanings[second]):R}\n");
        }));
    }

    private static double Cosine(double[] a, double[] b) =>
        a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(x => x * x));

    private static double[] Turn()
    {
        SplittableRandom random = new(77);
        double[] turn = new double[Columns * Columns];
        foreach (ref double element in turn.AsSpan()) element = random.NextGaussian();
        OrthonormalRows.Run<double>(WorkerPool.Single, turn, Columns, Columns, ref random);
        return turn;
    }
}
