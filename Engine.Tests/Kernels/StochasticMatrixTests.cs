using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Quantum.Circuits;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

/// <summary>What makes doubly stochastic matrices of any: Sinkhorn's normalisation, squares of an orthogonal matrix, a unitary.</summary>
[TestFixture(typeof(float), 1e-5)]
[TestFixture(typeof(double), 1e-12)]
public sealed class StochasticMatrixTests<T>(double tolerance)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The reference has eight decimals.</summary>
    private double Printed => Math.Max(tolerance, 6e-9);

    [Test]
    public void Reference_numbers()
    {
        T[] m = Samples.As<T>(PublishedNumbers.Of("dsm", "M")), y = new T[16];

        Sinkhorn.Forward(WorkerPool.Single, 4, 3, m, y);
        Assert.That(Samples.Exact<T>(y), Is.EqualTo(PublishedNumbers.Of("dsm", "sinkhorn_exp_K3_rowfirst")).Within(Printed));
        Sinkhorn.Forward(WorkerPool.Single, 4, 21, m, y);
        Assert.That(Samples.Exact<T>(y), Is.EqualTo(PublishedNumbers.Of("dsm", "sinkhorn_K21")).Within(Printed));
        OrthogonalSquares.Forward(WorkerPool.Single, 4, m, y);
        Assert.That(Samples.Exact<T>(y), Is.EqualTo(PublishedNumbers.Of("dsm", "QR_squared")).Within(Printed));
    }

    [Test]
    public void Many_steps_of_Sinkhorn_and_squares_of_Q_are_doubly_stochastic()
    {
        foreach (int n in (int[])[1, 2, 5, 8, 17, 40])
        {
            T[] x = Samples.Uniform<T>(n, 3 * n * n), y = new T[x.Length];
            Sinkhorn.Forward(WorkerPool.Single, n, 201, x, y);
            AssertDoublyStochastic(y, n);
            OrthogonalSquares.Forward(WorkerPool.Single, n, x, y);
            AssertDoublyStochastic(y, n);
        }
    }

    [Test]
    public void Large_scores_do_no_harm()
    {
        T[] y = new T[9];
        Sinkhorn.Forward(WorkerPool.Single, 3, 21, Samples.As<T>([5000, -5000, 0, -3000, 0, 4000, 100, 4000, -100]), y);
        AssertDoublyStochastic(y, 3);
    }

    /// <summary>Columns that are zero or repeat others: the result is doubly stochastic all the same, and gradients are numbers.</summary>
    [Test]
    public void Columns_that_depend_on_others_are_replaced()
    {
        foreach (double[] x in (double[][])[new double[16], [1, 1, 0, 2, 1, 1, 0, 2, 1, 1, 0, 2, 1, 1, 0, 2], [1, 2, 0, 3, 0, 1, 0, 1, 2, 0, 0, 2, 1, 1, 0, 2]])
        {
            T[] y = new T[16], dx = new T[16];
            OrthogonalSquares.Forward(WorkerPool.Single, 4, Samples.As<T>(x), y);
            OrthogonalSquares.Backward(WorkerPool.Single, 4, Samples.As<T>(x), Samples.Uniform<T>(1, 16), dx);
            AssertDoublyStochastic(y, 4);
            Assert.That(dx.All(T.IsFinite));
        }
    }

    /// <summary>A factor of a column leaves Q as it is.</summary>
    [Test]
    public void Squares_of_Q_do_not_see_the_lengths_of_columns()
    {
        double[] x = Samples.Exact<T>(Samples.Uniform<T>(3, 25));
        T[] y = new T[25], scaled = new T[25];
        OrthogonalSquares.Forward(WorkerPool.Single, 5, Samples.As<T>(x), y);
        OrthogonalSquares.Forward(WorkerPool.Single, 5, Samples.As<T>([.. x.Select((value, i) => value * (2 + (i % 5)))]), scaled);
        Assert.That(Samples.Exact<T>(scaled), Is.EqualTo(Samples.Exact<T>(y)).Within(20 * tolerance));
    }

    [Test]
    public void A_unitary_makes_the_matrix_of_its_definition()
    {
        MixingCircuit mixing = new(data: 2, auxiliary: 2, layers: 2);
        T[] x = Samples.Uniform<T>(1, 2 * 16), factors = Samples.Uniform<T>(2, mixing.Angles), y = new T[x.Length];

        MixingMatrices.Forward(WorkerPool.Single, mixing, x, factors, y);

        double[] expected = [.. Samples.Exact<T>(x).Chunk(16).SelectMany(one => MixingOracle.Matrix(mixing, one, Samples.Exact<T>(factors)))];
        Assert.That(Samples.Exact<T>(y), Is.EqualTo(expected).Within(10 * tolerance));
        AssertDoublyStochastic(y, 4);
    }

    /// <summary>98 angles for two qubits of data and four others in two layers, as published, and the identity where they are 0.</summary>
    [Test]
    public void A_unitary_has_the_published_angles_and_is_the_identity_at_zero()
    {
        MixingCircuit mixing = new(data: 2, auxiliary: 4, layers: 2);
        T[] y = new T[16];
        MixingMatrices.Forward<T>(WorkerPool.Single, mixing, new T[16], Samples.Uniform<T>(2, mixing.Angles), y);
        Assert.That(mixing.Angles, Is.EqualTo(98));
        Assert.That(Samples.Exact<T>(y), Is.EqualTo(Enumerable.Range(0, 16).Select(i => i % 5 == 0 ? 1.0 : 0)).Within(tolerance));
    }

    private void AssertDoublyStochastic(T[] y, int n)
    {
        foreach (double[] one in Samples.Exact<T>(y).Chunk(n * n))
        {
            for (int line = 0; line < n; line++)
            {
                Assert.That(one.Skip(line * n).Take(n).Sum(), Is.EqualTo(1).Within(20 * tolerance), $"row {line} of {n}");
                Assert.That(one.Where((_, i) => i % n == line).Sum(), Is.EqualTo(1).Within(Math.Max(20 * tolerance, 1e-9)), $"column {line} of {n}");
            }
            Assert.That(one, Is.All.GreaterThanOrEqualTo(0));
        }
    }
}
