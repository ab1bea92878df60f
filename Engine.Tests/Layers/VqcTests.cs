using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Layers;

/// <summary>The variational classifier against its gates' matrices.</summary>
public sealed class VqcTests
{
    [TestCase("Parity", 2, 1)]
    [TestCase("Parity", 3, 2)]
    [TestCase("Z", 3, 1)]
    public void The_layer_is_its_definition_and_has_its_derivative(string readout, int features, int layers)
    {
        (ParameterStore<double> store, VqcLayer<double> layer) = Make(Enum.Parse<VqcReadout>(readout), features, layers);
        store.Values[^1] = 0.3;
        double[] x = Samples.Uniform<double>(1, 3 * features, 0, 6), upstream = Samples.Uniform<double>(2, 3 * 2);
        Tape<double> tape = new(WorkerPool.Single, recording: true, store.Gradients);
        Tensor<double> leaf = tape.Leaf(x, new Shape(3, features)), y = layer.Forward(tape, leaf);
        double[] found = y.Span.ToArray(), dx = tape.Backward(y, upstream)[leaf].ToArray(), dparameters = [.. store.Gradients];

        Assert.That(found, Is.EqualTo(Naive(x)).Within(1e-12));
        Near.Gradients("x", dx, CentralDifferences.Gradient(x, at => CentralDifferences.Dot(upstream, Naive(at))));
        Near.Gradients("parameters", dparameters, CentralDifferences.Gradient(store.Values, _ => CentralDifferences.Dot(upstream, Naive(x))));

        double[] Naive(double[] at) => [.. at.Chunk(features).SelectMany(row => Logits(readout, row, layers, store.Values))];
    }

    /// <summary>2 n (layers + 1) angles and a number a class.</summary>
    [Test]
    public void Parameters_are_as_many_as_published() =>
        Assert.That(Make(VqcReadout.Parity, features: 2, layers: 4).Store.Count, Is.EqualTo((2 * 2 * 5) + 2));

    [Test]
    public void Impossible_sizes_are_refused()
    {
        Assert.That(() => new VqcLayer<float>(new(), "v", 2, 1, VqcReadout.Parity, classes: 3), Throws.ArgumentException.With.Message.Contains("expected classes 2, found 3"));
        Assert.That(() => new VqcLayer<float>(new(), "v", 2, 1, VqcReadout.Z, classes: 3), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new VqcLayer<float>(new(), "v", 0, 1, VqcReadout.Parity), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new VqcLayer<float>(new(), "v", 2, -1, VqcReadout.Parity), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static (ParameterStore<double> Store, VqcLayer<double> Layer) Make(VqcReadout readout, int features, int layers)
    {
        ParameterStore<double> store = new();
        VqcLayer<double> layer = new(store, "v", features, layers, readout);
        store.Initialize(seed: 1);
        return (store, layer);
    }

    private static double[] Logits(string readout, double[] x, int layers, double[] parameters)
    {
        int n = x.Length, p = 0;
        CircuitOracle state = new(n);
        for (int repetition = 0; repetition < 2; repetition++)
        {
            for (int i = 0; i < n; i++) state.Apply(CircuitOracle.Gate("h"), i);
            for (int i = 0; i < n; i++) state.Apply(CircuitOracle.Gate("rz", 2 * x[i]), i);
            // CNOT, RZ, CNOT is a rotation about Z Z.
            for (int i = 0; i < n; i++)
                for (int j = i + 1; j < n; j++) state.Apply(CircuitOracle.Gate("rzz", 2 * (Math.PI - x[i]) * (Math.PI - x[j])), i, j);
        }
        for (int layer = 0; layer <= layers; layer++)
        {
            if (layer > 0 && n > 1) for (int q = 0; q < (n == 2 ? 1 : n); q++) state.Apply([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1], q, (q + 1) % n);
            for (int q = 0; q < n; q++)
            {
                state.Apply(CircuitOracle.Gate("ry", parameters[p++]), q);
                state.Apply(CircuitOracle.Gate("rz", parameters[p++]), q);
            }
        }
        if (readout == "Z") return [state.Expectation("Z0") + parameters[p], state.Expectation("Z1") + parameters[p + 1]];
        double parity = state.Expectation(string.Concat(Enumerable.Range(0, n).Select(q => $"Z{q}")));
        return [parity + parameters[p], -parity + parameters[p + 1]];
    }
}
