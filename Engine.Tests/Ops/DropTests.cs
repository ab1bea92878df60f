using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Ops;

internal sealed class DropTests
{
    private const int Count = 100_000;

    private static readonly float[] Rates = [0.001f, 0.1f, 0.5f, 0.9f];

    [TestCaseSource(nameof(Rates))]
    public void The_rate_is_respected_and_the_mean_kept(float rate)
    {
        double[] y = Apply(Ones(Count), new Dropout(rate, 1));

        double deviation = Math.Sqrt(rate * (1 - rate) / Count);
        Assert.That(y.Count(value => value == 0) / (double)Count, Is.EqualTo(rate).Within(5 * deviation));
        Assert.That(y.Average(), Is.EqualTo(1).Within(5 * deviation / (1 - rate)));
        Assert.That(y.Where(value => value != 0), Is.All.EqualTo(1 / (1 - (double)rate)).Within(1e-12));
    }

    [TestCaseSource(nameof(Rates))]
    public void Every_place_is_dropped_equally_often(float rate)
    {
        const int Places = 300, Seeds = 2_000;
        int[] dropped = new int[Places];
        for (int seed = 0; seed < Seeds; seed++)
        {
            double[] y = Apply(Ones(Places), new Dropout(rate, Seed(seed)));
            for (int i = 0; i < Places; i++) dropped[i] += y[i] == 0 ? 1 : 0;
        }

        double expected = Seeds * (double)rate, variance = expected * (1 - rate);
        double chiSquare = dropped.Sum(count => (count - expected) * (count - expected) / variance);
        Assert.That(chiSquare, Is.EqualTo(Places).Within(5 * Math.Sqrt(2 * Places)));
    }

    [Test]
    public void Masks_of_different_seeds_are_independent()
    {
        double[][] masks = [.. Enumerable.Range(0, 5).Select(seed => Apply(Ones(Count), new Dropout(0.5f, (ulong)seed)))];
        for (int i = 0; i < masks.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double both = masks[i].Zip(masks[j], (a, b) => a == 0 && b == 0 ? 1.0 : 0).Average();
                Assert.That(both, Is.EqualTo(0.25).Within(5 * Math.Sqrt(0.25 * 0.75 / Count)), $"seeds {i} and {j}");
            }
        }
    }

    [Property]
    public bool The_same_seed_gives_the_same_mask_and_another_seed_another(ulong seed)
    {
        double[] first = Apply(Ones(500), new Dropout(0.5f, seed));
        return first.SequenceEqual(Apply(Ones(500), new Dropout(0.5f, seed)))
            && !first.SequenceEqual(Apply(Ones(500), new Dropout(0.5f, seed + 1)))
            && !first.SequenceEqual(Apply(Ones(500), new Dropout(0.5f, seed ^ (1ul << 40))));
    }

    [Property]
    public bool The_backward_pass_uses_the_mask_of_the_forward_pass(ulong seed, byte rate, ushort count)
    {
        Dropout dropout = new(rate / 256f, seed);
        int n = 1 + (count % 1000);
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double> x = tape.Leaf(Ones(n), Shape.Vector(n)), y = Drop.Apply(tape, x, dropout);

        return tape.Backward(y, Ones(n))[x].SequenceEqual(y.Span);
    }

    [Test]
    public void Without_dropout_the_input_itself_is_returned()
    {
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        Tensor<double> x = tape.Leaf([1, 2], Shape.Vector(2)), y = Drop.Apply(tape, x, Dropout.None);

        Assert.That((y.Array, y.Offset, y.Slot), Is.EqualTo((x.Array, x.Offset, x.Slot)));
        Assert.That(tape.Recorded, Is.Zero);
    }

    private static ulong Seed(int number) => new SplittableRandom((ulong)number).NextBits();

    private static double[] Ones(int count)
    {
        double[] ones = new double[count];
        Array.Fill(ones, 1);
        return ones;
    }

    private static double[] Apply(double[] x, Dropout dropout) =>
        Drop.Apply(new Tape<double>(WorkerPool.Single, recording: false), new Tensor<double>(x, Shape.Vector(x.Length)), dropout).Span.ToArray();
}
