using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class SoftmaxTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static IEnumerable<(int Rows, int Classes)> Shapes() =>
        [.. AwkwardSizes.Positive.Select(classes => (3, classes)), (0, 6), (1, 5000), (64, 1030)];

    [Test]
    public void CrossEntropy_is_the_definition()
    {
        foreach ((int rows, int classes) in Shapes())
        {
            T[] data = Samples.Uniform<T>(1, rows * classes, -10, 10);
            int[] labels = Samples.Indices(2, rows, classes);
            Trial<T> trial = new($"CrossEntropy {rows} x {classes}");
            GuardedSpan<T> logits = trial.Input(data), probabilities = trial.Output(data.Length), losses = trial.Output(rows);

            trial.Run(workers => Softmax.CrossEntropyForward<T>(workers, logits.Span, labels, probabilities.Span, losses.Span));

            // A logit of 10 is rounded at 10 units; that error passes through the exponential.
            Near.Values<T>(trial.What, probabilities.Span, SoftmaxOracle.Probabilities(Samples.Exact<T>(data), classes), classes, magnitude: 10);
            Near.Values<T>(trial.What, losses.Span, rows == 0 ? [] : SoftmaxOracle.Losses(Samples.Exact<T>(data), labels), classes, magnitude: 10);
        }
    }

    [Test]
    public void Backward_adds_the_gradient_of_the_definition()
    {
        foreach ((int rows, int classes) in Shapes())
        {
            if (rows == 0) continue;
            T[] data = Samples.Uniform<T>(3, rows * classes, -3, 3), before = Samples.Uniform<T>(4, rows * classes), p = new T[data.Length], losses = new T[rows];
            int[] labels = Samples.Indices(5, rows, classes);
            T weight = T.CreateTruncating(0.37);
            Softmax.CrossEntropyForward<T>(WorkerPool.Single, data, labels, p, losses);
            Trial<T> trial = new($"CrossEntropy backward {rows} x {classes}");
            GuardedSpan<T> probabilities = trial.Input(p), dlogits = trial.InOut(before);

            trial.Run(workers => Softmax.CrossEntropyBackward<T>(workers, probabilities.Span, labels, weight, dlogits.Span));

            double[] gradient = SoftmaxOracle.Backward(Samples.Exact<T>(data), labels, double.CreateTruncating(weight));
            Near.Values<T>(trial.What, dlogits.Span, Samples.Sum(Samples.Exact<T>(before), gradient), classes);
        }
    }

    [Test]
    public void Huge_logits_do_not_overflow_and_excluded_classes_have_probability_0()
    {
        T huge = T.CreateTruncating(1e30);
        T[] logits = [huge, huge, T.NegativeInfinity, -huge], p = new T[4], losses = new T[1];

        Softmax.CrossEntropyForward<T>(WorkerPool.Single, logits, [1], p, losses);

        T half = T.CreateTruncating(0.5);
        Assert.That(p, Is.EqualTo(new[] { half, half, T.Zero, T.Zero }));
    }

    [Test]
    public void A_row_is_bit_identical_alone_and_in_any_batch()
    {
        const int Rows = 40, Classes = 1001;
        T[] logits = Samples.Uniform<T>(6, Rows * Classes, -5, 5), p = new T[logits.Length], losses = new T[Rows], one = new T[Classes], loss = new T[1];
        int[] labels = Samples.Indices(7, Rows, Classes);
        Softmax.CrossEntropyForward<T>(WorkerPool.Single, logits, labels, p, losses);

        for (int row = 0; row < Rows; row++)
        {
            Softmax.CrossEntropyForward<T>(WorkerPool.Single, logits.AsSpan(row * Classes, Classes), labels.AsSpan(row, 1), one, loss);
            Bits.AreEqual<T>($"row {row}", one, p.AsSpan(row * Classes, Classes));
            Bits.AreEqual<T>($"loss {row}", loss, losses.AsSpan(row, 1));
        }
    }
}

[TestFixture]
public sealed class SoftmaxGradientTests
{
    [Test]
    public void Backward_agrees_with_central_differences()
    {
        const double Weight = 0.7;
        double[] logits = Samples.Uniform<double>(1, 5 * 7, -3, 3), p = new double[logits.Length], dlogits = new double[logits.Length];
        int[] labels = [0, 6, 3, 3, 1];
        Softmax.CrossEntropyForward<double>(WorkerPool.Single, logits, labels, p, new double[5]);

        Softmax.CrossEntropyBackward<double>(WorkerPool.Single, p, labels, Weight, dlogits);

        Near.Gradients("logits", dlogits, CentralDifferences.Gradient(logits, x =>
        {
            double[] losses = new double[5];
            Softmax.CrossEntropyForward<double>(WorkerPool.Single, x, labels, new double[x.Length], losses);
            return Weight * losses.Sum();
        }));
    }
}
