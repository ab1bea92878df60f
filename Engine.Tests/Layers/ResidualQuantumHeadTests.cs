using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Layers;

/// <summary>The residual readout against the circuit and the encoding that it mixes.</summary>
public sealed class ResidualQuantumHeadTests
{
    [TestCase(10, 4, EncodingScale.None)]
    [TestCase(10, 4, EncodingScale.One)]
    [TestCase(9, 3, EncodingScale.PerInput)]
    [TestCase(10, 7, EncodingScale.None)]
    [TestCase(2, 1, EncodingScale.One)]
    public void The_layer_is_its_definition_and_has_its_derivative(int d, int k, EncodingScale scale)
    {
        ParameterStore<double> store = new();
        Cascade cascade = new(d, k, CompressionGate.ControlledU);
        ResidualQuantumHead<double> head = new(store, cascade, scale);
        store.Initialize(seed: 3);
        for (int i = cascade.Parameters; i < store.Count; i++) store.Values[i] = Math.Sin(i);
        double[] x = Samples.Normal<double>(new Random(1), 3 * d, 0.5), upstream = Samples.Normal<double>(new Random(2), 3 * 2 * k);
        Tape<double> tape = new(WorkerPool.Single, recording: true, store.Gradients);
        Tensor<double> leaf = tape.Leaf(x, new Shape(3, d)), y = head.Forward(tape, leaf);
        double[] found = y.Span.ToArray(), dx = tape.Backward(y, upstream)[leaf].ToArray(), dparameters = [.. store.Gradients];

        Assert.That(found, Is.EqualTo(Naive(x)).Within(1e-10));
        Near.Gradients("x", dx, CentralDifferences.Gradient(x, at => CentralDifferences.Dot(upstream, Naive(at))));
        Near.Gradients("parameters", dparameters, CentralDifferences.Gradient(store.Values, _ => CentralDifferences.Dot(upstream, Naive(x))));
        Assert.That(store.Count, Is.EqualTo(cascade.Parameters + k + (scale == EncodingScale.None ? 0 : scale == EncodingScale.One ? 1 : d)));

        double[] Naive(double[] at)
        {
            ReadOnlySpan<double> raw = store.Values.AsSpan(0, cascade.Parameters), residual = store.Values.AsSpan(cascade.Parameters, k), logs = store.Values.AsSpan(cascade.Parameters + k);
            ComplexCircuit circuit = new(d, k, cascade.Gate, raw);
            List<double> all = [];
            foreach (double[] row in at.Chunk(d))
            {
                double[] v = [.. row];
                for (int i = 0; i < d && !logs.IsEmpty; i++) v[i] /= Math.Exp(logs[i % logs.Length]);
                double[] states = ComplexCircuit.Bloch(circuit.Run(v));
                for (int i = 0; i < k; i++)
                {
                    double r = 1 / (1 + Math.Exp(-residual[i])), z = ((1 - r) * states[k + i]) - (r * Math.Sin(Math.PI / 2 * Math.Tanh(v[i])));
                    (states[i], states[k + i]) = (Math.Sqrt(1 - (z * z)), z);
                }
                all.AddRange(states);
            }
            return [.. all];
        }
    }

    [Property(MaxTest = 50)]
    public bool No_share_is_the_cascade_all_of_it_the_encoding_and_between_is_a_measured_state(int seed, byte size, byte kept)
    {
        int d = 2 + (size % 40), k = 1 + (kept % (d / 2));
        Cascade cascade = new(d, k, CompressionGate.ControlledU);
        ParameterStore<double> store = new();
        ResidualQuantumHead<double> head = new(store, cascade, EncodingScale.None);
        store.Initialize(seed: (ulong)(uint)seed);
        double[] x = Samples.Normal<double>(new Random(seed), d);

        double[] none = Read(-100), half = Read(0), all = Read(100);
        double[] states = ComplexCircuit.Bloch(new ComplexCircuit(d, k, cascade.Gate, store.Values.AsSpan(0, cascade.Parameters)).Run(x));
        return Enumerable.Range(0, k).All(i =>
            Math.Abs(none[k + i] - states[k + i]) < 1e-12
            && Math.Abs(all[k + i] + Math.Sin(Math.PI / 2 * Math.Tanh(x[i]))) < 1e-12
            && Math.Abs(half[k + i] - ((none[k + i] + all[k + i]) / 2)) < 1e-12
            && half[i] >= 0 && Math.Abs(half[k + i]) <= 1 && Math.Abs((half[i] * half[i]) + (half[k + i] * half[k + i]) - 1) < 1e-12);

        double[] Read(double raw)
        {
            store.Values.AsSpan(cascade.Parameters, k).Fill(raw);
            return head.Forward(new Tape<double>(WorkerPool.Single, recording: false), new Tensor<double>(x, new Shape(1, d))).Span.ToArray();
        }
    }

    [TestCase(1)]
    [TestCase(-1)]
    public void A_certain_outcome_has_finite_gradients(double z)
    {
        Tape<float> tape = new(WorkerPool.Single, recording: true);
        Tensor<float> first = tape.Leaf([0, (float)z], new Shape(1, 2)), second = tape.Leaf([-0f, (float)z], new Shape(1, 2)), shares = tape.Leaf([0.5f], new Shape(1, 1));
        Tensor<float> y = MixOutcomes.Apply(tape, first, second, shares);

        Gradients<float> gradients = tape.Backward(y, [1, 1]);

        Assert.That(y.Span.ToArray(), Is.EqualTo(new float[] { 0, (float)z }));
        foreach (Tensor<float> leaf in (Tensor<float>[])[first, second, shares])
            Assert.That(gradients[leaf].ToArray(), Has.All.Matches<float>(float.IsFinite));
    }
}
