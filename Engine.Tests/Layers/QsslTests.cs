using System.Numerics;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Layers;

/// <summary>QSSL's representation networks against reference numbers, to 1e-9 in double and 1e-5 in single precision.</summary>
[TestFixture(typeof(float), 1e-5)]
[TestFixture(typeof(double), 1e-9)]
public sealed class QsslTests<T>(double tolerance)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [TestCase("Ring", 4, "qssl_ring_n4")]
    [TestCase("Ring", 8, "qssl_ring_n8")]
    [TestCase("AllToAll", 4, "qssl_alltoall_3layers_n4")]
    [TestCase("AllToAll", 8, "qssl_alltoall_3layers_n8")]
    public void Reference_numbers(string representation, int n, string name)
    {
        (ParameterStore<T> store, QsslNetwork<T> network) = Make(representation, n);
        Samples.As<T>(Angles(n)).CopyTo(store.Values, 0);

        Assert.That(Forward(network, n, Logits(n)), Is.EqualTo(PublishedNumbers.Of(name, "Z")).Within(tolerance));
    }

    /// <summary>The derivatives of controlled rotations, not what the two-term shift rule makes of them.</summary>
    [Test]
    public void Reference_gradients()
    {
        (ParameterStore<T> store, QsslNetwork<T> network) = Make("Ring", 4);
        Samples.As<T>(Angles(4)).CopyTo(store.Values, 0);
        Tape<T> tape = new(WorkerPool.Single, recording: true, store.Gradients);
        double within = Math.Max(tolerance, 1e-8);
        for (int output = 0; output < 4; output++)
        {
            tape.Reset();
            Array.Clear(store.Gradients);
            T[] upstream = new T[4];
            upstream[output] = T.One;

            Tensor<T> leaf = tape.Leaf(Samples.As<T>(Logits(4)), new Shape(1, 4));
            double dx = double.CreateTruncating(tape.Backward(network.Forward(tape, leaf), upstream)[leaf][0]);

            foreach ((string name, int index) in ((string, int)[])[("theta[0] RY q0 layer0", 0), ("theta[4] CRX 0->1 layer0", 4), ("theta[7] CRX 3->0 layer0", 7), ("theta[12] CRX 0->1 layer1", 12)])
                Assert.That(double.CreateTruncating(store.Gradients[index]), Is.EqualTo(Golden(name, "four_term")).Within(within), name);
            // By the angle x = pi / (1 + e^-logit), whose derivative by the logit is x (1 - x / pi), x = pi / 5.
            Assert.That(dx, Is.EqualTo(Golden("x[0] RX", "finite_diff") * Math.PI / 5 * 0.8).Within(within), "x[0]");

            double Golden(string name, string rule) => PublishedNumbers.Root.GetProperty("qssl_ring_n4_grad").GetProperty(name).GetProperty(rule)[output].GetDouble();
        }
    }

    [TestCase("Ring", 32)]
    [TestCase("AllToAll", 32)]
    [TestCase("Classical", 144)]
    public void Parameters_are_as_many_as_published(string representation, int count) => Assert.That(Make(representation, 8).Store.Count, Is.EqualTo(count));

    [Test]
    public void The_classical_network_is_two_linear_maps_with_leaky_ReLU()
    {
        (ParameterStore<T> store, QsslNetwork<T> network) = Make("Classical", 8);
        double[] values = Samples.Exact<T>(store.Values), x = Samples.Exact<T>(Samples.Uniform<T>(1, 24, -2, 2));

        double[] y = [.. x.Select(value => Math.PI / (1 + Math.Exp(-value)))];
        for (int layer = 0; layer < 2; layer++)
            y = [.. LinearOracle.Rows(y, values[(72 * layer)..((72 * layer) + 64)], values[((72 * layer) + 64)..(72 * (layer + 1))]).Select(value => value < 0 ? 0.01 * value : value)];

        Assert.That(Forward(network, 8, x), Is.EqualTo(y).Within(tolerance));
    }

    [Test]
    public void Widths_that_no_circuit_has_are_refused([Values(1, 13)] int width) =>
        Assert.That(() => new QsslNetwork<T>(new(), "q", width, QsslRepresentation.Ring), Throws.TypeOf<ArgumentOutOfRangeException>());

    private static double[] Angles(int n) => [.. Enumerable.Range(0, 4 * n).Select(k => (0.1 * (k + 1)) - (0.05 * (k % 3)))];

    /// <summary>Of the angles pi (i + 1) / (n + 1).</summary>
    private static double[] Logits(int n) => [.. Enumerable.Range(1, n).Select(i => Math.Log((double)i / (n + 1 - i)))];

    private static (ParameterStore<T> Store, QsslNetwork<T> Network) Make(string representation, int width)
    {
        ParameterStore<T> store = new();
        QsslNetwork<T> network = new(store, "q", width, Enum.Parse<QsslRepresentation>(representation));
        store.Initialize(seed: 1);
        return (store, network);
    }

    private static double[] Forward(QsslNetwork<T> network, int width, double[] x)
    {
        Tape<T> tape = new(WorkerPool.Single, recording: false);
        return Samples.Exact<T>(network.Forward(tape, new Tensor<T>(Samples.As<T>(x), new Shape(x.Length / width, width))).Span);
    }
}
