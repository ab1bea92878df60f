using NUnit.Framework;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Tools.Lab;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Lab;

/// <summary>The loop that trains the networks of the lab.</summary>
public sealed class LabNetworkTests
{
    [Test]
    public void A_line_is_learned()
    {
        Examples line = Line();
        LabNetwork network = new(Run(), Linear);
        double[] losses = network.Train(line, new LabTraining(200, 8, 0.05));

        Assert.That(losses, Has.Length.EqualTo(200));
        Assert.That(losses[^1], Is.LessThan(1e-6).And.LessThan(losses[0]));
        Assert.That(line.MeanSquaredError(network.Predict(line.Inputs, 2)), Is.LessThan(1e-6));
        Assert.That(network.Trainable, Is.EqualTo(3));
    }

    [Test]
    public void Classes_that_a_plane_parts_are_told_apart()
    {
        SplittableRandom random = new(3);
        float[] inputs = [.. Enumerable.Range(0, 120).Select(_ => (float)random.NextGaussian())];
        int[] labels = [.. Enumerable.Range(0, 60).Select(i => inputs[2 * i] > inputs[(2 * i) + 1] ? 1 : 0)];
        Examples points = Examples.ToClassify(inputs, new Shape(1, 2), labels);
        LabNetwork network = new(Run(), store =>
        {
            LinearLayer<float> linear = Mlp.Linear(store, "linear", 2, 2);
            return (tape, x, _) => linear.Forward(tape, x);
        });
        double before = points.Accuracy(network.Predict(inputs, 2));
        network.Train(points, new LabTraining(100, 20, 0.1));

        Assert.That(points.Accuracy(network.Predict(inputs, 2)), Is.GreaterThan(0.95).And.GreaterThanOrEqualTo(before));
        Assert.That(points.Accuracy([.. labels.SelectMany(label => (float[])[1 - label, label])]), Is.EqualTo(1));
        Assert.That(points.Accuracy([.. labels.SelectMany(_ => (float[])[0, 0])]), Is.EqualTo(labels.Count(label => label == 0) / 60.0));
    }

    [Test]
    public void The_same_seed_has_the_same_bits_at_any_number_of_threads()
    {
        using WorkerPool one = new(1), two = new(2);
        Assert.That(Losses(Run(5, one)), Is.EqualTo(Losses(Run(5, two))));
        Assert.That(Losses(Run(6, one)), Is.Not.EqualTo(Losses(Run(5, two))));

        static double[] Losses(LabRun run) => new LabNetwork(run, store =>
        {
            Mlp mlp = new(store, "mlp", 2, 7, 1);
            return (tape, x, _) => mlp.Forward(tape, x);
        }).Train(Line(), new LabTraining(5, 7, 0.01));
    }

    [Test]
    public void The_best_parameters_may_be_kept()
    {
        LabNetwork network = new(Run(), Linear);
        // A rate that throws it back and forth.
        double[] losses = network.Train(Line(), new LabTraining(30, 40, 0.9) { KeepsBest = true });
        LabNetwork again = new(Run(), Linear);
        again.Train(Line(), new LabTraining(1 + Array.IndexOf(losses, losses.Min()), 40, 0.9));

        Assert.That(losses[^1], Is.GreaterThan(losses.Min()));
        Assert.That(network.Store.Values, Is.EqualTo(again.Store.Values));
    }

    [Test]
    public void A_rate_falls_by_half_a_cosine()
    {
        LabTraining constant = new(10, 1, 0.2), cosine = constant with { IsCosine = true };
        Assert.That((constant.RateOf(0), constant.RateOf(9)), Is.EqualTo((0.2, 0.2)));
        Assert.That(cosine.RateOf(0), Is.EqualTo(0.2));
        Assert.That(cosine.RateOf(5), Is.EqualTo(0.1).Within(1e-15));
        Assert.That(cosine.RateOf(9), Is.GreaterThan(0).And.LessThan(0.01));
    }

    [Test]
    public void Progress_rises_to_the_end()
    {
        List<double> shares = [];
        new LabNetwork(new LabRun(1, WorkerPool.Shared, shares.Add), Linear).Train(Line(), new LabTraining(2, 10, 0.1));
        Assert.That(shares, Is.EqualTo(new[] { 0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875 }).Within(1e-12));
    }

    [Test]
    public void Examples_have_to_fit()
    {
        Assert.That(() => Examples.ToRegress(new float[5], new Shape(1, 2), new float[3], Shape.Scalar), Throws.ArgumentException);
        Assert.That(() => Examples.ToClassify(new float[5], new Shape(1, 2), [0, 1]), Throws.ArgumentException);
    }

    private static LabRun Run(ulong seed = 1, WorkerPool? workers = null) => new(seed, workers ?? WorkerPool.Shared, _ => { });

    private static Forward Linear(ParameterStore<float> store)
    {
        LinearLayer<float> linear = Mlp.Linear(store, "linear", 2, 1);
        return (tape, x, _) => linear.Forward(tape, x);
    }

    /// <summary>Forty points of y = 2 a - b + 0.5.</summary>
    private static Examples Line()
    {
        SplittableRandom random = new(7);
        float[] inputs = [.. Enumerable.Range(0, 80).Select(_ => (float)random.NextGaussian())];
        float[] targets = [.. Enumerable.Range(0, 40).Select(i => (2 * inputs[2 * i]) - inputs[(2 * i) + 1] + 0.5f)];
        return Examples.ToRegress(inputs, new Shape(1, 2), targets, Shape.Scalar);
    }
}
