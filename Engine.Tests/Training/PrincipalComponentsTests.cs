using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Training;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Training;

public sealed class PrincipalComponentsTests
{
    [Property(MaxTest = 50)]
    public bool Directions_span_what_the_singular_vectors_span(int seed, byte size, byte wanted)
    {
        int columns = 1 + (size % 40), count = 1 + (wanted % columns), rows = columns + 5;
        float[] data = Data(seed, rows, columns);
        PrincipalComponents found = Of(data, columns, count);

        // Eigenvalues of the covariance are the squares of the centred data's singular values over the number of rows.
        var svd = Centred(data, columns).Svd();
        Vector<double> variances = svd.S.PointwisePower(2) / rows;
        double[] expected = [.. Enumerable.Range(0, count).SelectMany(i => svd.VT.Row(i))];
        double gap = count == columns ? 1 : (variances[count - 1] - variances[count]) / variances[0];
        double[] difference = Difference(EigenOracle.Projector(found.Directions, columns), EigenOracle.Projector(expected, columns));
        return difference.All(element => Math.Abs(element) <= 1e-5 / gap)
            && found.Variances.ToArray().Zip(variances).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-5 * variances[0])
            && Math.Abs(found.TotalVariance - variances.Sum()) <= 1e-5 * found.TotalVariance;
    }

    [Property(MaxTest = 50)]
    public bool No_other_space_of_that_size_keeps_more(int seed, byte wanted)
    {
        const int Rows = 60, Columns = 30;
        int count = 1 + (wanted % (Columns - 1));
        float[] data = Data(seed, Rows, Columns);
        SplittableRandom random = new((ulong)seed);
        double[] other = new double[count * Columns];
        foreach (ref double element in other.AsSpan()) element = random.NextGaussian();
        OrthonormalRows.Run<double>(WorkerPool.Single, other, count, Columns, ref random);
        PrincipalComponents found = Of(data, Columns, count);

        double error = ReconstructionError(data, Columns, found.Directions.ToArray()), otherError = ReconstructionError(data, Columns, other);

        // What is lost is what the directions do not hold.
        double lost = found.TotalVariance - found.Variances.ToArray().Sum();
        return error <= otherError * (1 + 1e-6) && Math.Abs((error / Rows) - lost) <= 1e-5 * found.TotalVariance;
    }

    [Property(MaxTest = 30)]
    public bool The_largest_number_of_every_direction_is_positive_whichever_way_the_data_point(int seed, byte wanted)
    {
        const int Rows = 40, Columns = 12;
        float[] data = Data(seed, Rows, Columns);
        int count = 1 + (wanted % Columns);
        PrincipalComponents found = Of(data, Columns, count), turned = Of([.. data.Select(value => -value)], Columns, count);

        return found.Directions.ToArray().Chunk(Columns).All(row => row.Max() == row.Max(Math.Abs))
            && turned.Directions.SequenceEqual(found.Directions);
    }

    [Property(MaxTest = 30)]
    public bool Rotated_data_have_rotated_directions_and_the_same_variances(int seed, byte wanted)
    {
        const int Rows = 80, Columns = 24;
        int count = 1 + (wanted % Columns);
        float[] data = Data(seed, Rows, Columns);
        SplittableRandom random = new((ulong)seed + 1);
        double[] turn = new double[Columns * Columns];
        foreach (ref double element in turn.AsSpan()) element = random.NextGaussian();
        OrthonormalRows.Run<double>(WorkerPool.Single, turn, Columns, Columns, ref random);
        float[] turned = [.. MatrixOracle.Multiply(Rows, Columns, Columns, (i, p) => data[(i * Columns) + p], (p, j) => turn[(p * Columns) + j]).Select(value => (float)value)];
        PrincipalComponents before = Of(data, Columns, count), after = Of(turned, Columns, count);

        double[] directions = before.Directions.ToArray(), expected = MatrixOracle.Multiply(count, Columns, Columns, (i, p) => directions[(i * Columns) + p], (p, j) => turn[(p * Columns) + j]);
        double[] all = Of(data, Columns, Columns).Variances.ToArray();
        double gap = count == Columns ? 1 : (all[count - 1] - all[count]) / all[0];
        return Difference(EigenOracle.Projector(after.Directions, Columns), EigenOracle.Projector(expected, Columns)).All(element => Math.Abs(element) <= 1e-5 / gap)
            && before.Variances.ToArray().Zip(after.Variances.ToArray()).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-5 * all[0]);
    }

    [Test]
    public void The_directions_of_an_axis_aligned_cloud_are_its_axes_with_positive_signs()
    {
        // Variances 4, 1, 0.25 along the axes 2, 0, 1; the mean is (10, 20, 30).
        float[] data = [10, 20, 34, 10, 20, 26, 12, 20, 30, 8, 20, 30, 10, 21, 30, 10, 19, 30, 10, 20, 30, 10, 20, 30];

        PrincipalComponents found = Of(data, 3, 3);

        Assert.That(found.Mean.ToArray(), Is.EqualTo(new[] { 10.0, 20, 30 }));
        Assert.That(found.Directions.ToArray(), Is.EqualTo(new double[] { 0, 0, 1, 1, 0, 0, 0, 1, 0 }).Within(1e-12));
        Assert.That(found.Variances.ToArray(), Is.EqualTo(new[] { 4, 1, 0.25 }).Within(1e-6));
    }

    [Test]
    public void Threads_do_not_change_a_bit()
    {
        // Large enough for every part to be shared out: blocks of rows, panels of columns, the iteration on a block.
        const int Rows = 3000, Columns = 600;
        float[] data = Data(1, Rows, Columns);
        using WorkerPool two = new(2), three = new(3);
        PrincipalComponents first = Of(data, Columns, 40);
        foreach (WorkerPool pool in new[] { two, three })
        {
            PrincipalComponents other = PrincipalComponents.Compute(data, Columns, [.. Enumerable.Range(0, Rows)], 40, pool);
            Bits.AreEqual("directions", other.Directions, first.Directions);
            Bits.AreEqual("variances", other.Variances, first.Variances);
            Bits.AreEqual("mean", other.Mean, first.Mean);
        }
    }

    [TestCase(3, 0, "expected from 1 to 3 of them, the width of the vectors, found 0")]
    [TestCase(3, 4, "expected from 1 to 3 of them, the width of the vectors, found 4")]
    [TestCase(4097, 2, "expected vectors of 1 to 4096 numbers, found 4097")]
    public void Numbers_out_of_range_are_refused(int columns, int count, string message) =>
        Assert.That(() => Of(new float[2 * columns], columns, count), Throws.TypeOf<QEngineException>().With.Message.Contains(message));

    [Test]
    public void Vectors_without_differences_are_refused()
    {
        Assert.That(() => Of([1, 2, 1, 2], 2, 1), Throws.TypeOf<QEngineException>().With.Message.Contains("expected vectors that differ, found 2 that are the same"));
        Assert.That(() => Of([1, 2], 2, 1), Throws.TypeOf<QEngineException>().With.Message.Contains("expected at least 2 vectors, found 1"));
        Assert.That(() => Of([float.MaxValue, 0, float.MinValue, 0, float.MinValue, 1], 2, 1), Throws.TypeOf<QEngineException>().With.Message.Contains("differences fit single precision"));
    }

    private static PrincipalComponents Of(float[] data, int columns, int count) =>
        PrincipalComponents.Compute(data, columns, [.. Enumerable.Range(0, data.Length / columns)], count, WorkerPool.Single);

    /// <summary>A cloud of falling variances along mixed directions, off the origin.</summary>
    private static float[] Data(int seed, int rows, int columns)
    {
        SplittableRandom random = new((ulong)seed);
        double[] mix = new double[columns * columns];
        foreach (ref double element in mix.AsSpan()) element = random.NextGaussian() / Math.Sqrt(columns);
        float[] data = new float[rows * columns];
        double[] row = new double[columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++) row[j] = random.NextGaussian() * Math.Pow(0.9, j);
            for (int j = 0; j < columns; j++)
            {
                double sum = 0.3 * j;
                for (int p = 0; p < columns; p++) sum += row[p] * mix[(p * columns) + j];
                data[(i * columns) + j] = (float)sum;
            }
        }
        return data;
    }

    private static Matrix<double> Centred(float[] data, int columns)
    {
        Matrix<double> x = Matrix<double>.Build.Dense(data.Length / columns, columns, (i, j) => data[(i * columns) + j]);
        Vector<double> mean = x.ColumnSums() / x.RowCount;
        return Matrix<double>.Build.Dense(x.RowCount, columns, (i, j) => x[i, j] - mean[j]);
    }

    private static double ReconstructionError(float[] data, int columns, double[] directions)
    {
        Matrix<double> x = Centred(data, columns), v = Matrix<double>.Build.Dense(directions.Length / columns, columns, (i, j) => directions[(i * columns) + j]);
        Matrix<double> left = x - (x * v.Transpose() * v);
        return left.PointwiseMultiply(left).RowSums().Sum();
    }

    private static double[] Difference(double[] a, double[] b) => [.. a.Zip(b, (left, right) => left - right)];
}
