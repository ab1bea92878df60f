using System.Numerics;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Layers;

/// <summary>Classifiers whose data are Hamiltonians, against reference numbers and power series.</summary>
public sealed class DataEvolutionTests
{
    [Test]
    public void Reference_numbers()
    {
        Check<double>(1e-9);
        Check<float>(1e-5);

        static void Check<T>(double within)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            ParameterStore<T> store = new();
            ReuploadingLinear<T> layer = new(store, "l", qubits: 2, repetitions: 2, outputs: 4);
            store.Allocate();
            Samples.As<T>([.. Enumerable.Range(1, 30).Select(k => 0.02 * k), 0, 0, 0, 0]).CopyTo(store.Values, 0);
            Tensor<T> x = new(Samples.As<T>([.. Enumerable.Range(1, 9).Select(k => 0.1 * k)]), new Shape(1, 9));

            double[] found = Samples.Exact<T>(layer.Forward(new(WorkerPool.Single, recording: false), x).Span);

            Assert.That(found, Is.EqualTo(PublishedNumbers.Of("dru_linear_2q_reps2", "probs")).Within(within), typeof(T).Name);
        }
    }

    [Test]
    public void The_linear_layer_is_its_definition_and_has_its_derivative()
    {
        ParameterStore<double> store = new();
        ReuploadingLinear<double> layer = new(store, "l", qubits: 2, repetitions: 3, outputs: 3);

        Check(store, layer.Forward, columns: 11, outputs: 3, (x, values) =>
        {
            double[] probabilities = UnitaryOracle.Reuploaded(2, x, [1 / 3.0, 1 / 3.0, 1 / 3.0], [.. values[..45].Chunk(15)]);
            return [.. probabilities[..3].Select((p, i) => p + values[45 + i])];
        });
    }

    [TestCase(1, 2)]
    [TestCase(2, 3)]
    public void The_classifier_is_its_definition_and_has_its_derivative(int measured, int classes)
    {
        ParameterStore<double> store = new();
        HamiltonianClassifier<double> classifier = new(store, "h", qubits: 2, layers: 2, measured, classes);

        Check(store, classifier.Forward, columns: 16, classes, (x, values) =>
        {
            double[][] layers = [.. values.Chunk(16)];
            double[] all = UnitaryOracle.Reuploaded(2, x, [.. layers.Select(layer => -layer[0] / 2)], [.. layers.Select(layer => layer[1..])]);
            return [.. all.Chunk(4 >> measured).Select(part => part.Sum()).Take(classes)];
        });
    }

    /// <summary>10,240 and 20,480 numbers.</summary>
    [TestCase(10, 10_240)]
    [TestCase(20, 20_480)]
    public void Parameters_are_as_many_as_published(int layers, int count)
    {
        ParameterStore<float> store = new();
        _ = new HamiltonianClassifier<float>(store, "h", qubits: 5, layers, measured: 4, classes: 8);
        Assert.That(store.Count, Is.EqualTo(count));
    }

    /// <summary>The largest, 128 x 128: states keep their length, as far as eigenvectors of 256 rows are orthogonal.</summary>
    [Test]
    public void Seven_qubits_keep_states_normalised()
    {
        Check<double>(1e-12);
        Check<float>(1e-4);

        static void Check<T>(double within)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            ParameterStore<T> store = new();
            DataEvolution<T> evolution = new(store, "e", qubits: 7, layers: 1, scale: 1, trainsTime: false);
            store.Initialize(seed: 1);
            Tensor<T> x = new(Samples.Uniform<T>(1, 2 * 12_544), new Shape(2, 12_544));

            foreach (double[] state in Samples.Exact<T>(evolution.Forward(new(WorkerPool.Single, recording: false), x).Span).Chunk(256))
                Assert.That(state.Sum(part => part * part), Is.EqualTo(1).Within(within), typeof(T).Name);
        }
    }

    [Test]
    public void Impossible_sizes_are_refused()
    {
        Assert.That(() => new DataEvolution<float>(new(), "e", 8, 1, 1, true), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new DataEvolution<float>(new(), "e", 2, 0, 1, true), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new HamiltonianClassifier<float>(new(), "h", 2, 1, measured: 2, classes: 5), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ReuploadingLinear<float>(new(), "l", 2, 1, outputs: 5), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static void Check(
        ParameterStore<double> store, Func<Tape<double>, Tensor<double>, Tensor<double>> forward, int columns, int outputs, Func<double[], double[], double[]> definition)
    {
        store.Initialize(seed: 1);
        for (int i = 0; i < store.Count; i++) store.Values[i] *= 0.5;
        double[] x = Samples.Uniform<double>(1, 3 * columns, 0, 1), upstream = Samples.Uniform<double>(2, 3 * outputs);
        Tape<double> tape = new(WorkerPool.Single, recording: true, store.Gradients);
        Tensor<double> leaf = tape.Leaf(x, new Shape(3, columns)), y = forward(tape, leaf);
        double[] found = y.Span.ToArray(), dx = tape.Backward(y, upstream)[leaf].ToArray(), dparameters = [.. store.Gradients];

        Assert.That(found, Is.EqualTo(Naive(x)).Within(1e-11));
        Near.Gradients("x", dx, CentralDifferences.Gradient(x, at => CentralDifferences.Dot(upstream, Naive(at))));
        Near.Gradients("parameters", dparameters, CentralDifferences.Gradient(store.Values, _ => CentralDifferences.Dot(upstream, Naive(x))));

        double[] Naive(double[] at) => [.. at.Chunk(columns).SelectMany(row => definition(row, store.Values))];
    }
}
