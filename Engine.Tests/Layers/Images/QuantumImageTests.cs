using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Layers;

/// <summary>The image layers with circuits in them, against circuits multiplied out gate by gate.</summary>
public sealed class QuantumImageTests
{
    private static readonly HqnnSettings Small = new() { Image = new(8, 6, 1), KernelSize = 3, FirstChannels = 2, SecondChannels = 3, Circuits = 2, Qubits = 3, Depth = 2, Classes = 4 };

    [TestCase(2, 2, 1)]
    [TestCase(3, 3, 1)]
    [TestCase(2, 1, 2)]
    public void Quanvolution_measures_a_circuit_of_every_patch(int size, int stride, int depth)
    {
        ImageWindows windows = new(new ImageShape(5, 4, 1), size, stride);
        QuanvolutionLayer<double>? layer = null;
        LayerRun run = new(store => (layer = new(store, "q", windows, depth, trains: true)).Forward);
        double[] x = Samples.Uniform<double>(1, 3 * 20, 0, 1);

        double[] expected = [.. ImageOracle.Patches(x, windows).Chunk(size * size).SelectMany(patch => Circuit(patch, run.Values("q.theta"), "Z"))];

        Assert.That(run.Forward(x, 3), Is.EqualTo(expected).Within(1e-12));
        Assert.That(layer!.Output, Is.EqualTo(new ImageShape(windows.Rows, windows.Columns, size * size)));
        if (size == 2) run.CheckGradients(x, 3, Samples.Uniform<double>(2, expected.Length));
    }

    [Test]
    public void Quanvolution_as_first_published_has_nothing_to_train()
    {
        QuanvolutionLayer<double>? layer = null;
        LayerRun run = new(store => (layer = new(store, "q", new ImageWindows(new ImageShape(4, 4, 1), 2, 2), 1, trains: false)).Forward);
        double[] x = Samples.Uniform<double>(1, 16, 0, 1);
        Tape<double> tape = new(WorkerPool.Single, recording: true, run.Store.Gradients);

        Assert.That(run.Store.Parameters.Single().Frozen);
        Assert.That(layer!.Forward(tape, new Tensor<double>(x, new Shape(1, 16))).NeedsGradient, Is.False);
        Assert.That(run.Forward(x, 1), Has.All.InRange(-1.0, 1.0));
    }

    [TestCase(1, 13, 1)]
    [TestCase(4, 1, 1)]
    [TestCase(2, 4, 1)]
    public void Windows_that_no_circuit_has_are_refused(int size, int channels, int depth) =>
        Assert.That(
            () => new QuanvolutionLayer<double>(new(), "q", new ImageWindows(new ImageShape(4, 4, channels), size, 1), depth, trains: true), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void Circuits_side_by_side_are_one_network([Values] bool isTraining)
    {
        LayerRun run = new(store =>
        {
            ParallelCircuits<double> layer = new(store, "p", inputs: 4, circuits: 3, qubits: 2, depth: 2, outputs: 5);
            return (tape, x) => layer.Forward(tape, x, isTraining);
        });
        double[] x = Samples.Uniform<double>(1, 6 * 4);

        double[] expected = new double[6 * 5];
        for (int c = 0; c < 3; c++)
        {
            double[] encoded = LinearOracle.Rows(x, run.Values($"p.encoder.{c}.weight"), run.Values($"p.encoder.{c}.bias"));
            (double[] mean, double[] variance) = isTraining ? ImageOracle.Moments(encoded, 2) : (run.Values($"p.bn.{c}.running_mean"), run.Values($"p.bn.{c}.running_var"));
            double[] features = [.. ImageOracle.Normalized(encoded, mean, variance, 1e-5, run.Values($"p.bn.{c}.weight"), run.Values($"p.bn.{c}.bias")).Select(Math.Tanh)];
            double[] measured = [.. features.Chunk(2).SelectMany(row => Circuit(row, run.Values($"p.theta.{c}"), "Y"))];
            expected = Samples.Sum(expected, LinearOracle.Rows(measured, run.Values($"p.decoder.{c}.weight"), c == 0 ? run.Values("p.decoder.0.bias") : new double[5]));
        }

        Assert.That(run.Forward(x, 6), Is.EqualTo(expected).Within(1e-11));
        if (isTraining) run.CheckGradients(x, 6, Samples.Uniform<double>(2, 30));
    }

    [Test]
    public void Gradients_of_the_whole_network_are_those_of_central_differences([Values] bool isClassical)
    {
        LayerRun run = Network(Small with { IsClassical = isClassical }, isTraining: true);
        run.CheckGradients(Samples.Uniform<double>(1, 5 * Small.Image.Length), 5, Samples.Uniform<double>(2, 5 * 4));
    }

    /// <summary>Of convolutions 416 and 12,832, of their normalisation 96, of 20 units and ten logits 31,380, 40 and 210, of four circuits 180.</summary>
    [TestCase(false, 416 + 12_832 + 96 + 31_380 + 40 + 210 + 180)]
    [TestCase(true, 416 + 12_832 + 96 + 31_380 + 40 + 210)]
    public void Parameters_are_about_as_many_with_and_without_circuits(bool isClassical, int count)
    {
        ParameterStore<float> store = new();
        _ = new HqnnParallel<float>(store, "h", new() { IsClassical = isClassical });
        Assert.That(store.Parameters.Where(p => !p.Frozen).Sum(p => p.Shape.Length), Is.EqualTo(count));
    }

    [Test]
    public void An_image_alone_gives_what_it_gives_in_a_batch()
    {
        LayerRun run = Network(Small, isTraining: false);
        double[] x = Samples.Uniform<double>(1, 5 * Small.Image.Length), together = run.Infer(x, 5);

        for (int i = 0; i < 5; i++)
            Bits.AreEqual<double>($"image {i}", run.Infer(x[(i * Small.Image.Length)..((i + 1) * Small.Image.Length)], 1), together.AsSpan(i * 4, 4));
    }

    [Test]
    public void The_transfer_head_reads_the_probabilities_of_all_outcomes([Values] bool isTraining)
    {
        LayerRun run = Head(isTraining, DropoutSequence.None);
        double[] x = Samples.Uniform<double>(1, 7 * 5, -2, 2);

        double[] probabilities = [.. x.Chunk(5).SelectMany(Outcomes)];
        double[] hidden = LinearOracle.Rows(probabilities, run.Values("t.fc1.weight"), run.Values("t.fc1.bias"));
        (double[] mean, double[] variance) = isTraining ? ImageOracle.Moments(hidden, 6) : (run.Values("t.bn.running_mean"), run.Values("t.bn.running_var"));
        double[] positive = [.. ImageOracle.Normalized(hidden, mean, variance, 1e-5, run.Values("t.bn.weight"), run.Values("t.bn.bias")).Select(value => Math.Max(0, value))];
        double[] expected = LinearOracle.Rows(positive, run.Values("t.fc2.weight"), run.Values("t.fc2.bias"));

        Assert.That(probabilities.Chunk(32).Select(row => row.Sum()), Is.All.EqualTo(1).Within(1e-12));
        Assert.That(run.Forward(x, 7), Is.EqualTo(expected).Within(1e-11));
        if (isTraining) run.CheckGradients(x, 7, Samples.Uniform<double>(2, 7 * 3));
    }

    [Test]
    public void Dropout_changes_the_head_in_training()
    {
        DropoutSequence dropout = DropoutSequence.ForTraining();
        double[] x = Samples.Uniform<double>(1, 7 * 5, -2, 2);

        Assert.That(Dropped(1), Is.EqualTo(Dropped(1)).And.Not.EqualTo(Dropped(2)));

        double[] Dropped(ulong seed)
        {
            dropout.Begin(seed);
            return Head(isTraining: true, dropout).Forward(x, 7);
        }
    }

    [Test]
    public void The_autoencoder_is_its_definition()
    {
        LayerRun run = new(store => new AutoencoderLayer<double>(store, "a", inputs: 6, code: 3).Forward);
        double[] x = Samples.Uniform<double>(1, 4 * 6, 0, 1);

        double[] code = [.. LinearOracle.Rows(x, run.Values("a.encoder.weight"), run.Values("a.encoder.bias")).Select(value => Math.Max(0, value))];
        double[] expected = [.. LinearOracle.Rows(code, run.Values("a.decoder.weight"), run.Values("a.decoder.bias")).Select(value => 1 / (1 + Math.Exp(-value)))];

        Assert.That(run.Forward(x, 4), Is.EqualTo(expected).Within(1e-13));
        run.CheckGradients(x, 4, Samples.Uniform<double>(2, 24));
    }

    private static LayerRun Network(HqnnSettings settings, bool isTraining) => new(store =>
    {
        HqnnParallel<double> network = new(store, "h", settings);
        return (tape, x) => network.Forward(tape, x, isTraining);
    });

    private static LayerRun Head(bool isTraining, DropoutSequence dropout) => new(store =>
    {
        QuantumTransferHead<double> head = new(store, "t", qubits: 5, hidden: 6, dropout: 0.5, classes: 3);
        return (tape, x) => head.Forward(tape, x, dropout, isTraining);
    });

    /// <summary>What is measured of every qubit behind layers of rotations and a ring of CNOTs.</summary>
    private static double[] Circuit(double[] x, double[] theta, string pauli)
    {
        int n = x.Length;
        CircuitOracle circuit = new(n);
        for (int q = 0; q < n; q++) circuit.Apply(CircuitOracle.Gate("rx", Math.PI * x[q]), q);
        foreach (double[] layer in theta.Chunk(3 * n))
        {
            for (int q = 0; q < n; q++)
            {
                circuit.Apply(CircuitOracle.Gate("rz", layer[3 * q]), q);
                circuit.Apply(CircuitOracle.Gate("ry", layer[(3 * q) + 1]), q);
                circuit.Apply(CircuitOracle.Gate("rz", layer[(3 * q) + 2]), q);
            }
            for (int q = 0; q < n; q++) circuit.Apply(CircuitOracle.Gate("cx"), q, (q + 1) % n);
        }
        return [.. Enumerable.Range(0, n).Select(q => circuit.Expectation($"{pauli}{q}"))];
    }

    private static double[] Outcomes(double[] x)
    {
        CircuitOracle circuit = new(5);
        for (int q = 0; q < 5; q++)
        {
            circuit.Apply(CircuitOracle.Gate("ry", x[q]), q);
            circuit.Apply(CircuitOracle.Gate("h"), q);
        }
        for (int q = 0; q < 4; q++) circuit.Apply(CircuitOracle.Gate("cx"), q, q + 1);
        return circuit.Probabilities(0, 1, 2, 3, 4);
    }
}
