using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

/// <summary>NT-Xent against its definition.</summary>
public sealed class NtXentLossTests
{
    [TestCase(1)]
    [TestCase(5)]
    public void The_loss_is_its_definition_and_has_its_derivative(int items)
    {
        double[] views = Samples.Uniform<double>(items, 2 * items * 4);
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double> leaf = tape.Leaf(views, new Shape(2 * items, 4));
        Tensor<double> loss = new NtXentLoss<double>(0.07).Apply(tape, leaf);

        double[] gradient = tape.Backward(loss)[leaf].ToArray();

        Assert.That(loss.Span[0], Is.EqualTo(Naive(views)).Within(1e-12));
        Near.Gradients("views", gradient, CentralDifferences.Gradient(views, Naive));
    }

    [Test]
    public void Views_alone_and_other_temperatures_are_refused()
    {
        Tape<float> tape = new(WorkerPool.Single, recording: false);
        foreach (int rows in (int[])[0, 1, 3])
            Assert.That(() => new NtXentLoss<float>(1).Apply(tape, new Tensor<float>(new float[2 * rows], new Shape(rows, 2))), Throws.TypeOf<QEngineException>());
        foreach (double temperature in (double[])[0, -1, double.NaN])
            Assert.That(() => new NtXentLoss<float>(temperature), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static double Naive(double[] views)
    {
        double[][] rows = [.. views.Chunk(4)];
        return Enumerable.Range(0, rows.Length).Average(i =>
        {
            double[] others = [.. Enumerable.Range(0, rows.Length).Where(j => j != i).Select(j => Math.Exp(Cosine(rows[i], rows[j]) / 0.07))];
            return Math.Log(others.Sum()) - (Cosine(rows[i], rows[(i + (rows.Length / 2)) % rows.Length]) / 0.07);
        });
    }

    private static double Cosine(double[] a, double[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
