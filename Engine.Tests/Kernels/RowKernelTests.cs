using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

/// <summary>Bias, embedding table and normalisation of rows.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class RowKernelTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Awkward rows, and enough rows to be shared out among threads.</summary>
    private static IEnumerable<(int Rows, int Columns)> Shapes() =>
        [.. AwkwardSizes.Positive.Select(columns => (6, columns)), (0, 8), (1, 3000), (401, 129)];

    [Test]
    public void Bias_backward_adds_the_column_sums()
    {
        foreach ((int rows, int columns) in Shapes())
        {
            T[] upstream = Samples.Uniform<T>(3, rows * columns), before = Samples.Uniform<T>(4, columns);
            Trial<T> trial = new($"Bias backward {rows} x {columns}");
            GuardedSpan<T> dy = trial.Input(upstream), dbias = trial.InOut(before);

            trial.Run(workers => Bias.Backward<T>(workers, dy.Span, dbias.Span));

            Near.Values<T>(trial.What, dbias.Span, Samples.Sum(Samples.Exact<T>(before), RowOracle.ColumnSums(Samples.Exact<T>(upstream), columns)), rows);
        }
    }

    [Test]
    public void Gather_picks_the_rows()
    {
        foreach ((int rows, int columns) in Shapes())
        {
            const int Entries = 11;
            T[] data = Samples.Uniform<T>(5, Entries * columns);
            int[] indices = Samples.Indices(7, rows, Entries);
            Trial<T> trial = new($"Gather {rows} x {columns}");
            GuardedSpan<T> table = trial.Input(data), y = trial.Output(rows * columns);

            trial.Run(workers => EmbeddingTable.Gather<T>(workers, table.Span, indices, y.Span));

            Near.Values<T>(trial.What, y.Span, RowOracle.Gather(Samples.Exact<T>(data), indices, columns), 1);
        }
    }

    [Test]
    public void A_normalised_embedding_sum_is_that_of_the_rows_added_up([Values] bool typed)
    {
        foreach ((int rows, int columns) in Shapes())
        {
            if (rows == 0) continue;
            const int Words = 11, Positions = 5;
            T[] words = Samples.Uniform<T>(31, Words * columns), positions = Samples.Uniform<T>(32, Positions * columns), type = typed ? Samples.Uniform<T>(33, columns) : [];
            T[] gamma = Samples.Uniform<T>(34, columns), beta = Samples.Uniform<T>(35, columns), sums = new T[rows * columns], epsilon = [T.CreateTruncating(1e-5)];
            T[] expected = new T[sums.Length], normalized = new T[sums.Length], inverse = new T[rows];
            int[] ids = Samples.Indices(36, rows, Words), places = Samples.Indices(37, rows, Positions);
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] = words[(ids[i / columns] * columns) + (i % columns)] + positions[(places[i / columns] * columns) + (i % columns)];
                if (typed) sums[i] += type[i % columns];
            }
            LayerNorm.Forward<T>(WorkerPool.Single, sums, default, gamma, beta, epsilon[0], expected, normalized, inverse);
            Trial<T> trial = new($"normalised embedding sum {rows} x {columns}");
            GuardedSpan<T> y = trial.Output(sums.Length), n = trial.Output(sums.Length), deviation = trial.Output(rows), alone = trial.Output(sums.Length);

            trial.Run(workers =>
            {
                LayerNorm.Forward(workers, new EmbeddingSum<T>(words, positions, type, ids, places), gamma, beta, epsilon[0], y.Span, n.Span, deviation.Span);
                LayerNorm.Forward(workers, new EmbeddingSum<T>(words, positions, type, ids, places), gamma, beta, epsilon[0], alone.Span, default, default);
            });

            Bits.AreEqual<T>(trial.What, y.Span, expected);
            Bits.AreEqual<T>($"{trial.What}, normalised", n.Span, normalized);
            Bits.AreEqual<T>($"{trial.What}, deviations", deviation.Span, inverse);
            Bits.AreEqual<T>($"{trial.What}, nothing kept", alone.Span, expected);
        }
    }

    [Test]
    public void Scatter_adds_the_rows_back_also_where_an_index_repeats()
    {
        foreach ((int rows, int columns) in Shapes())
        {
            const int Entries = 11;
            T[] upstream = Samples.Uniform<T>(8, rows * columns), before = Samples.Uniform<T>(9, Entries * columns);
            int[] indices = Samples.Indices(10, rows, Entries);
            Trial<T> trial = new($"Scatter {rows} x {columns}");
            GuardedSpan<T> dy = trial.Input(upstream), dtable = trial.InOut(before);

            trial.Run(workers => EmbeddingTable.Scatter<T>(workers, indices, dy.Span, dtable.Span));

            double[] gradient = rows == 0 ? new double[before.Length] : RowOracle.Scatter(indices, Samples.Exact<T>(upstream), Entries);
            Near.Values<T>(trial.What, dtable.Span, Samples.Sum(Samples.Exact<T>(before), gradient), rows);
        }
    }

    [Test]
    public void Gather_refuses_an_index_outside_the_table([Values(-1, 4, int.MinValue, int.MaxValue, 1 << 30)] int index, [Values(1, 2)] int threads)
    {
        T[] table = new T[4 * 4], y = new T[9000 * 4];
        int[] indices = new int[9000];
        indices[8000] = index;
        using WorkerPool workers = new(threads);

        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddingTable.Gather<T>(workers, table, indices, y));
    }

    [Test]
    public void NormalizeRows_is_the_definition()
    {
        foreach ((int rows, int columns) in Shapes())
        {
            T[] data = Samples.Uniform<T>(16, rows * columns);
            Trial<T> trial = new($"NormalizeRows {rows} x {columns}");
            GuardedSpan<T> x = trial.Input(data), y = trial.Output(data.Length), inverse = trial.Output(rows);

            trial.Run(workers => NormalizeRows.Forward<T>(workers, x.Span, y.Span, inverse.Span));

            (double[] expected, double[] norms) = RowOracle.Normalize(Samples.Exact<T>(data), columns);
            Near.Values<T>(trial.What, y.Span, expected, columns);
            Near.Values<T>($"{trial.What}, inverse norms", inverse.Span, norms, columns);
        }
    }

    [Test]
    public void NormalizeRows_backward_adds_the_gradient_of_the_definition()
    {
        foreach ((int rows, int columns) in Shapes())
        {
            if (columns > 1000) continue;
            T[] data = Samples.Uniform<T>(17, rows * columns), upstream = Samples.Uniform<T>(18, rows * columns), before = Samples.Uniform<T>(19, rows * columns);
            (T[] normalized, T[] norms) = (new T[data.Length], new T[rows]);
            NormalizeRows.Forward<T>(WorkerPool.Single, data, normalized, norms);
            Trial<T> trial = new($"NormalizeRows backward {rows} x {columns}");
            GuardedSpan<T> y = trial.Input(normalized), inverse = trial.Input(norms), dy = trial.Input(upstream), dx = trial.InOut(before);

            trial.Run(workers => NormalizeRows.Backward<T>(workers, y.Span, inverse.Span, dy.Span, dx.Span));

            double[] gradient = RowOracle.NormalizeBackward(Samples.Exact<T>(data), columns, Samples.Exact<T>(upstream));
            double largestInverse = double.CreateTruncating(norms.Append(T.One).Max());
            Near.Values<T>(trial.What, dx.Span, Samples.Sum(Samples.Exact<T>(before), gradient), columns, largestInverse);
        }
    }

    [Test]
    public void A_zero_row_stays_zero_when_normalised()
    {
        T[] x = new T[19], y = new T[19], inverse = new T[1];

        NormalizeRows.Forward<T>(WorkerPool.Single, x, y, inverse);

        Assert.That(y, Is.All.EqualTo(T.Zero));
        Assert.That(inverse[0], Is.EqualTo(T.One / T.CreateTruncating(1e-12)));
    }

    [Test]
    public void A_row_is_bit_identical_alone_and_in_any_batch()
    {
        const int Columns = 133, RowCount = 50;
        T[] x = Samples.Uniform<T>(21, RowCount * Columns), unit = new T[x.Length], inverse = new T[RowCount], one = new T[Columns], oneInverse = new T[1];
        NormalizeRows.Forward<T>(WorkerPool.Single, x, unit, inverse);

        for (int row = 0; row < RowCount; row++)
        {
            NormalizeRows.Forward<T>(WorkerPool.Single, x.AsSpan(row * Columns, Columns), one, oneInverse);
            Bits.AreEqual<T>($"row {row}", one, unit.AsSpan(row * Columns, Columns));
        }
    }
}

[TestFixture]
public sealed class RowKernelGradientTests
{
    private const int Columns = 7;

    private static readonly double[] X = Samples.Uniform<double>(1, 6 * Columns), Upstream = Samples.Uniform<double>(2, 6 * Columns);

    [Test]
    public void Bias_backward_agrees_with_central_differences()
    {
        double[] bias = Samples.Uniform<double>(3, Columns), dbias = new double[Columns];

        Bias.Backward<double>(WorkerPool.Single, Upstream, dbias);

        Near.Gradients("bias", dbias, CentralDifferences.Gradient(bias, b =>
        {
            double[] y = (double[])X.Clone();
            for (int i = 0; i < y.Length; i++) y[i] += b[i % b.Length];
            return CentralDifferences.Dot(Upstream, y);
        }));
    }

    [Test]
    public void Scatter_agrees_with_central_differences()
    {
        int[] indices = [3, 0, 3, 1];
        double[] table = Samples.Uniform<double>(4, 5 * Columns), dtable = new double[table.Length], upstream = Upstream[..(4 * Columns)];

        EmbeddingTable.Scatter<double>(WorkerPool.Single, indices, upstream, dtable);

        Near.Gradients("table", dtable, CentralDifferences.Gradient(table, t =>
        {
            double[] y = new double[4 * Columns];
            EmbeddingTable.Gather<double>(WorkerPool.Single, t, indices, y);
            return CentralDifferences.Dot(upstream, y);
        }));
    }

    [Test]
    public void NormalizeRows_backward_agrees_with_central_differences()
    {
        double[] y = new double[X.Length], inverse = new double[6], dx = new double[X.Length];
        NormalizeRows.Forward<double>(WorkerPool.Single, X, y, inverse);

        NormalizeRows.Backward<double>(WorkerPool.Single, y, inverse, Upstream, dx);

        Near.Gradients("rows", dx, CentralDifferences.Gradient(X, x =>
        {
            double[] moved = new double[x.Length];
            NormalizeRows.Forward<double>(WorkerPool.Single, x, moved, new double[6]);
            return CentralDifferences.Dot(Upstream, moved);
        }));
    }
}
