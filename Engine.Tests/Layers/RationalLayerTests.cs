using System.Numerics;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Layers;

/// <summary>The rational activation against reference numbers, to 1e-9 in double and 1e-5 in single precision.</summary>
[TestFixture(typeof(float), 1e-5)]
[TestFixture(typeof(double), 1e-9)]
public sealed class RationalLayerTests<T>(double tolerance)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Test]
    public void Reference_numbers_of_swish()
    {
        double[] x = PublishedNumbers.Of("rational_swish", "x");
        double[] found = Forward(RationalStart.Swish, x);
        Assert.That(found, Is.EqualTo(PublishedNumbers.Of("rational_swish", "kernel_absx")).Within(tolerance));
        Assert.That(found, Is.EqualTo(PublishedNumbers.Of("rational_swish", "true")).Within(4e-5));
    }

    /// <summary>The table's values of GELU, which with this denominator are none.</summary>
    [Test]
    public void Reference_numbers_of_the_table_of_gelu()
    {
        double[] x = PublishedNumbers.Of("rational_gelu", "x");
        double[] a = [-0.00153969, 0.51692871, 0.44075827, 0.0972553, -0.00884418, -0.00378675], b = [-0.14171056, -0.06481231, -0.0444695, 0.01283776];
        Tape<T> tape = new(WorkerPool.Single, recording: false);

        Tensor<T> found = RationalActivation.Apply(
            tape, new Tensor<T>(Samples.As<T>(x), new Shape(x.Length, 1)), new Tensor<T>(Samples.As<T>(a), Shape.Vector(6)), new Tensor<T>(Samples.As<T>(b), Shape.Vector(4)));

        Assert.That(Samples.Exact<T>(found.Span), Is.EqualTo(PublishedNumbers.Of("rational_gelu", "kernel_absx")).Within(tolerance));
    }

    [Test]
    public void The_identity_is_x()
    {
        double[] x = Samples.Exact<T>(Samples.Uniform<T>(1, 40, -100, 100));
        Assert.That(Forward(RationalStart.Identity, x), Is.EqualTo(x));
    }

    [Test]
    public void Parameters_are_as_many_as_published()
    {
        ParameterStore<T> activation = new(), network = new();
        _ = new RationalLayer<T>(activation, "act", RationalStart.Swish);
        _ = new KatFeedForward<T>(network, "mlp", 192, 768, 0);
        Assert.That(activation.Count, Is.EqualTo(38));
        Assert.That(network.Count, Is.EqualTo((2 * 38) + (2 * 192 * 768) + 768 + 192));
    }

    [Test]
    public void The_feed_forward_network_is_its_definition_and_keeps_variances()
    {
        ParameterStore<T> store = new();
        KatFeedForward<T> network = new(store, "mlp", 64, 256, 0);
        store.Initialize(seed: 1);
        double[] x = Samples.Exact<T>(Samples.Normal<T>(new Random(1), 200 * 64));
        Tape<T> tape = new(WorkerPool.Single, recording: false);

        double[] found = Samples.Exact<T>(network.Forward(tape, new Tensor<T>(Samples.As<T>(x), new Shape(200, 64)), DropoutSequence.None).Span);

        double[] hidden = RationalOracle.Rows(LinearOracle.Rows(x, Of("fc1.weight"), Of("fc1.bias")), 256, Of("act2.weight_numerator"), Of("act2.weight_denominator"));
        Assert.That(found, Is.EqualTo(LinearOracle.Rows(hidden, Of("fc2.weight"), Of("fc2.bias"))).Within(10 * tolerance));
        Assert.That(found.Average(y => y * y), Is.EqualTo(1).Within(0.1));

        double[] Of(string name) => Samples.Exact<T>(store.Parameters.Single(p => p.Name == $"mlp.{name}").Values.Span);
    }

    private static double[] Forward(RationalStart start, double[] x)
    {
        ParameterStore<T> store = new();
        RationalLayer<T> layer = new(store, "act", start);
        store.Initialize(seed: 1);
        double[] repeated = [.. x.SelectMany(value => Enumerable.Repeat(value, 8))];
        Tape<T> tape = new(WorkerPool.Single, recording: false);
        double[] y = Samples.Exact<T>(layer.Forward(tape, new Tensor<T>(Samples.As<T>(repeated), new Shape(x.Length, 8))).Span);
        return [.. x.Select((_, i) => y[(8 * i) + (i % 8)])];
    }
}
