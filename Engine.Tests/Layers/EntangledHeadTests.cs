using System.Numerics;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Layers;

/// <summary>States of embeddings against the matrices of their gates, and against what they are in simple cases.</summary>
public sealed class EntangledHeadTests
{
    [TestCase(1, 1, EncodingScale.None)]
    [TestCase(3, 1, EncodingScale.One)]
    [TestCase(2, 3, EncodingScale.None)]
    [TestCase(7, 3, EncodingScale.None)]
    [TestCase(6, 2, EncodingScale.PerInput)]
    [TestCase(9, 4, EncodingScale.One)]
    public void The_layer_is_its_definition_and_has_its_derivative(int inputs, int qubits, EncodingScale scale)
    {
        ParameterStore<double> store = new();
        EntangledHead<double> head = new(store, inputs, qubits, scale);
        store.Initialize(seed: 3);
        RandomParameters.Fill(store, seed: 4);
        double[] x = Samples.Normal<double>(new Random(1), 3 * inputs), upstream = Samples.Normal<double>(new Random(2), 3 * (2 << qubits));
        Tape<double> tape = new(WorkerPool.Single, recording: true, store.Gradients);
        Tensor<double> leaf = tape.Leaf(x, new Shape(3, inputs)), y = head.Forward(tape, leaf);
        double[] found = y.Span.ToArray(), dx = tape.Backward(y, upstream)[leaf].ToArray(), dparameters = [.. store.Gradients];

        Assert.That(found, Is.EqualTo(Naive(x)).Within(1e-12));
        Near.Gradients("x", dx, CentralDifferences.Gradient(x, at => CentralDifferences.Dot(upstream, Naive(at))));
        if (store.Count > 0) Near.Gradients("parameters", dparameters, CentralDifferences.Gradient(store.Values, _ => CentralDifferences.Dot(upstream, Naive(x))));

        double[] Naive(double[] at) => [.. at.Chunk(inputs).SelectMany(row => State(row, qubits, store.Values, scale))];
    }

    /// <summary>3 n angles for each block between layers, and the scales.</summary>
    [TestCase(384, 6, EncodingScale.None, 3 * 6 * 63)]
    [TestCase(384, 7, EncodingScale.One, (3 * 7 * 54) + 1)]
    [TestCase(12, 6, EncodingScale.PerInput, (3 * 6) + 12)]
    [TestCase(6, 6, EncodingScale.None, 0)]
    public void Parameters_are_as_many_as_said(int inputs, int qubits, EncodingScale scale, int parameters)
    {
        ParameterStore<float> store = new();
        _ = new EntangledHead<float>(store, inputs, qubits, scale);
        Assert.That(store.Count, Is.EqualTo(parameters));
    }

    /// <summary>One layer entangles nothing: it is the paper's encoding without compression, compared by the fidelity of product states.</summary>
    [Property(MaxTest = 30)]
    public bool As_many_inputs_as_qubits_are_the_quantum_head_that_keeps_all(int seed, byte size)
    {
        int n = 1 + (size % 10);
        double[] x = Samples.Normal<double>(new Random(seed), 2 * n);
        Tape<double> tape = new(WorkerPool.Single, recording: false);
        double[] states = Represent(tape, new EntangledHead<double>(new(), n, n, EncodingScale.None), x, n);
        double[] products = Represent(tape, new QuantumHead<double>(new(), new Cascade(n, n, CompressionGate.ControlledU)), x, n);
        double expected = Fidelity.Log<double>(products.AsSpan(0, 2 * n), products.AsSpan(2 * n)), least = Math.Log(StateFidelity.Least);
        return Math.Abs(Score(states, 2 << n) - Math.Max(expected, least)) < 1e-9 * Math.Max(1, 1e-8 / Math.Exp(Math.Max(expected, least)));
    }

    [Property(MaxTest = 30)]
    public bool Amplitudes_have_the_square_of_the_cosine(int seed, byte size)
    {
        int d = 1 + (size % 100), qubits = 7;
        double[] x = Samples.Normal<double>(new Random(seed), 2 * d);
        Tape<double> tape = new(WorkerPool.Single, recording: false);
        double[] states = Represent(tape, new AmplitudeHead<double>(d, qubits), x, d);
        double cosine = SimilarityOracle.Cosine<double>(x.AsSpan(0, d), x.AsSpan(d));
        return states.Length == 2 * (2 << qubits) && Math.Abs(Math.Exp(Score(states, 2 << qubits)) - Math.Max(1e-9, cosine * cosine)) < 1e-12;
    }

    [Test]
    public void Impossible_sizes_are_refused()
    {
        Assert.That(() => new EntangledHead<float>(new(), 0, 2, EncodingScale.None), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new EntangledHead<float>(new(), 2, 0, EncodingScale.None), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new EntangledHead<float>(new(), 2, 13, EncodingScale.None), Throws.TypeOf<ArgumentOutOfRangeException>());
        Tape<float> tape = new(WorkerPool.Single, recording: false);
        Assert.That(() => new AmplitudeHead<float>(3, 2).Forward(tape, new(new float[4], new Shape(1, 4))), Throws.TypeOf<QEngineException>().With.Message.Contains("3 columns"));
        Assert.That(() => new EntangledHead<float>(new(), 3, 2, EncodingScale.None).Forward(tape, new(new float[4], new Shape(1, 4))), Throws.TypeOf<QEngineException>().With.Message.Contains("3 columns"));
    }

    private static double[] Represent(Tape<double> tape, IHead<double> head, double[] x, int inputs) =>
        head.Forward(tape, new Tensor<double>(x, new Shape(x.Length / inputs, inputs))).Span.ToArray();

    private static double Score(double[] states, int width)
    {
        double[] score = new double[1];
        StateFidelity.All<double>(WorkerPool.Single, states.AsSpan(0, width), states.AsSpan(width), width / 2, score);
        return score[0];
    }

    /// <summary>Gate by gate as matrices of all qubits; parameters are theta and then ln tau.</summary>
    private static double[] State(double[] x, int qubits, double[] parameters, EncodingScale scale)
    {
        int angles = 3 * qubits * ((x.Length - 1) / qubits), p = 0;
        CircuitOracle state = new(qubits);
        for (int i = 0; i < x.Length; i++)
        {
            if (i > 0 && i % qubits == 0)
            {
                for (int q = 0; q < qubits; q++, p += 3) state.Apply(CircuitOracle.Gate("rot", parameters[p], parameters[p + 1], parameters[p + 2]), q);
                for (int q = 0; q < qubits && qubits > 1; q++) state.Apply(CircuitOracle.Gate("cx"), q, (q + 1) % qubits);
            }
            double logScale = scale switch { EncodingScale.One => parameters[angles], EncodingScale.PerInput => parameters[angles + i], _ => 0 };
            state.Apply(CircuitOracle.Gate("ry", Math.PI / 2 * (1 + Math.Tanh(x[i] / Math.Exp(logScale)))), i % qubits);
        }
        return [.. state.State.Select(amplitude => amplitude.Real), .. state.State.Select(amplitude => amplitude.Imaginary)];
    }
}
