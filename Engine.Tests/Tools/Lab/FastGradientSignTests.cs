using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Tools.Lab;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Lab;

/// <summary>The attack on a variational classifier.</summary>
public sealed class FastGradientSignTests
{
    private static readonly int[] Labels = [0, 1, 1, 0, 1];

    [Test]
    public void Every_number_moves_by_epsilon_in_the_direction_of_the_loss()
    {
        VqcLayer<float> network = Make();
        float[] x = Samples.Uniform<float>(1, 5 * 3, 2, 4), attacked = new FastGradientSign(WorkerPool.Single, network.Forward, 0.01f).Attack(x, Labels);
        for (int i = 0; i < x.Length; i++)
        {
            float[] nearer = [.. x], other = [.. x];
            nearer[i] += 0.01f;
            other[i] -= 0.01f;
            Assert.That(attacked[i] - x[i], Is.EqualTo(0.01 * Math.Sign(Loss(network, nearer) - Loss(network, other))).Within(1e-6), $"{i}");
        }
        Assert.That(Loss(network, attacked), Is.GreaterThan(Loss(network, x)));
    }

    [Test]
    public void Nothing_moves_by_nothing()
    {
        float[] x = Samples.Uniform<float>(1, 5 * 3, 2, 4);
        Assert.That(new FastGradientSign(WorkerPool.Single, Make().Forward, 0).Attack(x, Labels), Is.EqualTo(x));
    }

    private static double Loss(VqcLayer<float> network, float[] x)
    {
        Tape<float> tape = new(WorkerPool.Single, recording: false);
        return SoftmaxCrossEntropy.Apply(tape, network.Forward(tape, new Tensor<float>(x, new Shape(5, 3))), Labels).Span[0];
    }

    private static VqcLayer<float> Make()
    {
        ParameterStore<float> store = new();
        VqcLayer<float> network = new(store, "v", features: 3, layers: 1, VqcReadout.Parity);
        store.Initialize(seed: 1);
        return network;
    }
}
