using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

/// <summary>Trains of cores multiplied out again, element by element.</summary>
public sealed class TensorTrainTests
{
    private static readonly (int[] Outputs, int[] Inputs)[] Factors =
        [([7], [5]), ([2, 3], [4, 2]), ([3, 1, 4], [2, 5, 2]), ([2, 2, 3, 2], [3, 2, 2, 1]), ([6, 6], [6, 6]), ([1, 8], [8, 1])];

    [Test]
    public void Full_ranks_reproduce_the_matrix()
    {
        foreach ((int[] outputs, int[] inputs) in Factors)
        {
            TensorTrainShape shape = new(outputs, inputs, int.MaxValue);
            double[] matrix = Samples.Uniform<double>(1, shape.Outputs * shape.Inputs);

            double[][] cores = TensorTrain.Decompose(new WorkerPool(2), shape, matrix);

            Assert.That(Multiplied(shape, cores), Is.EqualTo(matrix).Within(1e-12), string.Join(" x ", outputs));
            Assert.That(cores.Sum(core => core.Length), Is.EqualTo(shape.Count));
        }
    }

    /// <summary>Of two sites the error is what is cut of the singular values of the reordered matrix.</summary>
    [Test]
    public void The_error_of_two_sites_is_the_tail_of_the_singular_values([Range(1, 12)] int rank)
    {
        TensorTrainShape shape = new([3, 4], [4, 5], rank);
        double[] matrix = Samples.Uniform<double>(2, 12 * 20);
        Matrix<double> reordered = Matrix<double>.Build.Dense(12, 20, (a, b) => matrix[((((a / 4) * 4) + (b / 5)) * 20) + ((a % 4) * 5) + (b % 5)]);
        double tail = reordered.Svd(false).S.Skip(rank).Sum(s => s * s);

        double[] found = Multiplied(shape, TensorTrain.Decompose(WorkerPool.Single, shape, matrix));

        Assert.That(found.Zip(matrix, (a, b) => (a - b) * (a - b)).Sum(), Is.EqualTo(tail).Within(1e-10));
    }

    /// <summary>216 x 216 in three sites of 6 x 6: 2 36 r + 36 r^2 numbers.</summary>
    [Test]
    public void Numbers_are_as_many_as_published([Values(1, 4, 30)] int rank) =>
        Assert.That(new TensorTrainShape([6, 6, 6], [6, 6, 6], rank).Count, Is.EqualTo((2 * 36 * rank) + (36 * rank * rank)));

    /// <summary>Oseledets, theorem 2.2: the squared error is at most the sum of what each cut alone would lose.</summary>
    [Test]
    public void The_error_of_three_sites_is_within_its_bound([Range(1, 24)] int rank)
    {
        TensorTrainShape shape = new([2, 3, 4], [3, 4, 2], rank);
        double[] matrix = Samples.Uniform<double>(3, 24 * 24), tensor = new double[24 * 24];
        int[] order = shape.Order();
        for (int i = 0; i < order.Length; i++) tensor[order[i]] = matrix[i];
        double bound = Tail(6) + Tail(6 * 12);

        double[] found = Multiplied(shape, TensorTrain.Decompose(WorkerPool.Single, shape, matrix));

        Assert.That(found.Zip(matrix, (a, b) => (a - b) * (a - b)).Sum(), Is.LessThanOrEqualTo(bound + 1e-10));

        double Tail(int rows) =>
            Matrix<double>.Build.Dense(rows, tensor.Length / rows, (a, b) => tensor[(a * (tensor.Length / rows)) + b]).Svd(false).S.Skip(rank).Sum(s => s * s);
    }

    [Test]
    public void Wrong_shapes_are_refused()
    {
        Assert.That(() => new TensorTrainShape([], [], 1), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new TensorTrainShape([2, 3], [2], 1), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new TensorTrainShape([2, 0], [2, 2], 1), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new TensorTrainShape([2], [2], 0), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => TensorTrain.Decompose(WorkerPool.Single, new([2], [2], 1), new double[3]), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => TensorTrain.Decompose(WorkerPool.Single, new([2, 2], [2, 2], 1), [.. Enumerable.Repeat(double.NaN, 16)]), Throws.TypeOf<QEngineException>());
    }

    /// <summary>W[o, i] = the product of the cores' matrices at the digits of o and i.</summary>
    internal static double[] Multiplied(TensorTrainShape shape, double[][] cores)
    {
        int[] order = shape.Order();
        return [.. order.Select(place =>
        {
            double[] row = [1];
            int stride = order.Length;
            for (int site = 0; site < shape.Sites; site++)
            {
                stride /= shape.SiteSize(site);
                (int digit, int before, int behind) = (place / stride % shape.SiteSize(site), shape.Rank(site), shape.Rank(site + 1));
                row = [.. Enumerable.Range(0, behind).Select(d => Enumerable.Range(0, before).Sum(c => row[c] * cores[site][(((digit * behind) + d) * before) + c]))];
            }
            return row[0];
        })];
    }
}
