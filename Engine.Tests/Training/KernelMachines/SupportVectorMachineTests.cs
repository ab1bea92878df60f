using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Training;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Training.KernelMachines;

/// <summary>Support-vector machines against the conditions of optimality and against trying all solutions of small problems.</summary>
public sealed class SupportVectorMachineTests
{
    /// <summary>Two points at 1 and -1: f(x) = x.</summary>
    [Test]
    public void Two_points_are_separated_in_the_middle()
    {
        SupportVectorMachine machine = SupportVectorMachine.Train([1, -1, -1, 1], [1, -1], cost: 10, tolerance: 1e-9);

        Assert.That(machine.Coefficients.ToArray(), Is.EqualTo((double[])[0.5, -0.5]).Within(1e-12));
        Assert.That(machine.Bias, Is.Zero.Within(1e-12));
        Assert.That(machine.Decide([0.7, -0.7]), Is.EqualTo(0.7).Within(1e-12));
    }

    [Property(MaxTest = 60)]
    public bool A_small_problem_is_solved_as_by_trying_all_solutions(int seed, byte points, byte cost)
    {
        Random random = new(seed);
        int n = 2 + (points % 4);
        double c = 0.1 + (cost % 40 / 4.0);
        double[] kernel = GaussianKernel.Matrix(Samples.Normal<double>(random, 2 * n), 2, gamma: 0.7);
        int[] labels = Labels(random, n);

        SupportVectorMachine machine = SupportVectorMachine.Train(kernel, labels, c, tolerance: 1e-10);

        double[] a = [.. labels.Select((y, k) => y * machine.Coefficients[k])];
        return Math.Abs(SupportVectorOracle.Objective(kernel, labels, a) - SupportVectorOracle.Least(kernel, labels, c)) < 1e-8 * Math.Max(1, c);
    }

    /// <summary>y f is at least 1 where a is 0, at most 1 where it is C, and 1 in between, all up to the tolerance.</summary>
    [Property(MaxTest = 40)]
    public bool The_conditions_of_optimality_hold(int seed, byte points, bool isQuantum)
    {
        const double Cost = 2, Tolerance = 1e-4;
        Random random = new(seed);
        int n = 2 + (points % 40);
        double[] x = Samples.Uniform<double>(random, 2 * n, 0, 6);
        double[] kernel = isQuantum ? new ZzKernel(WorkerPool.Single, 2).Matrix(x, x) : GaussianKernel.Matrix(x, 2, gamma: 1);
        int[] labels = Labels(random, n);

        SupportVectorMachine machine = SupportVectorMachine.Train(kernel, labels, Cost, Tolerance);

        double balance = 0;
        for (int k = 0; k < n; k++)
        {
            double a = labels[k] * machine.Coefficients[k], margin = labels[k] * machine.Decide(kernel.AsSpan(k * n, n));
            balance += machine.Coefficients[k];
            if (a is < 0 or > Cost || (a < Cost && margin < 1 - Tolerance) || (a > 0 && margin > 1 + Tolerance)) return false;
        }
        return Math.Abs(balance) < 1e-9;
    }

    [TestCase(1)]
    [TestCase(-1)]
    public void One_class_alone_is_always_decided_for(int label)
    {
        SupportVectorMachine machine = SupportVectorMachine.Train([1, 0.5, 0.5, 1], [label, label], cost: 1);
        Assert.That(machine.Decide([0.3, 0.1]), Is.EqualTo(label));
    }

    /// <summary>The same point with both labels: no curvature along the pair.</summary>
    [Test]
    public void A_point_with_both_labels_ends_at_the_cost()
    {
        SupportVectorMachine machine = SupportVectorMachine.Train([1, 1, 1, 1], [1, -1], cost: 3);
        Assert.That(machine.Coefficients.ToArray(), Is.EqualTo((double[])[3, -3]));
        Assert.That(machine.Bias, Is.Zero);
    }

    [Test]
    public void Impossible_arguments_are_refused()
    {
        Assert.That(() => SupportVectorMachine.Train([1, 0, 0], [1, -1], 1), Throws.ArgumentException.With.Message.Contains("expected kernel of 4 elements, found 3"));
        Assert.That(() => SupportVectorMachine.Train([1, 0, 0, 1], [1, 0], 1), Throws.ArgumentException.With.Message.Contains("expected labels 1 or -1, found 0 at index 1"));
        Assert.That(() => SupportVectorMachine.Train([1, double.NaN, 0, 1], [1, -1], 1), Throws.ArgumentException.With.Message.Contains("found NaN at index 1"));
        Assert.That(() => SupportVectorMachine.Train([1, 0, 0, 1], [1, -1], 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => SupportVectorMachine.Train([1, 0, 0, 1], [1, -1], 1, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    /// <summary>Both labels at least once.</summary>
    private static int[] Labels(Random random, int n) => [1, -1, .. Enumerable.Range(2, n - 2).Select(_ => random.Next(2) == 0 ? 1 : -1)];
}
