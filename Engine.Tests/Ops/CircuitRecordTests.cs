using System.Numerics;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Quantum.Circuits;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Ops;

/// <summary>Circuits that a network ran, with their numbers.</summary>
public sealed class CircuitRecordTests
{
    [Test]
    public void The_circuit_of_a_layer_has_its_parameters_and_the_inputs_of_the_first_row()
    {
        ParameterStore<double> store = new();
        VqcLayer<double> layer = new(store, "vqc", features: 3, layers: 2, VqcReadout.Z, classes: 3);
        store.Initialize(seed: 5);
        double[] x = [0.3, 1.2, 2.5, 1, 2, 3];
        Tape<double> tape = Recording(out Tensor<double> rows, x, new Shape(2, 3));

        double[] logits = layer.Forward(tape, rows).Span[..3].ToArray();
        BoundCircuit circuit = CircuitRecord.Of(tape).Single();

        // The biases are 0 at first: logits are what is measured.
        Assert.That(Measured(circuit), Is.EqualTo(logits).Within(1e-12));
        Assert.That(circuit.Parameters, Has.Length.EqualTo(store.Count - 3));
    }

    [Test]
    public void The_circuit_of_states_makes_them()
    {
        ParameterStore<double> store = new();
        EntangledHead<double> head = new(store, inputs: 5, qubits: 2, EncodingScale.None);
        store.Initialize(seed: 7);
        Tape<double> tape = Recording(out Tensor<double> rows, [0.3, 1.2, -2.5, 1, 2], new Shape(1, 5));

        double[] states = head.Forward(tape, rows).Span.ToArray(), made = new double[8];
        BoundCircuit circuit = CircuitRecord.Of(tape).Single();
        CircuitSimulation.States<double>(WorkerPool.Single, circuit.Circuit, 1, circuit.Inputs, circuit.Parameters, made);

        Assert.That(made, Is.EqualTo(states).Within(1e-15));
    }

    [Test]
    public void A_circuit_of_several_steps_is_there_once_with_its_first_inputs()
    {
        Circuit circuit = new CircuitBuilder(1).RX(0, Angle.Input(0)).RY(0, Angle.Parameter(0)).ExpectZ().Build();
        Tape<double> tape = Recording(out Tensor<double> x, [0.5], Shape.Scalar);
        Tensor<double> one = tape.Leaf([1], Shape.Scalar), other = tape.Leaf([2], Shape.Scalar);

        Tensor<double> y = CircuitExpectation.Apply(tape, circuit, x, one);
        y = CircuitExpectation.Apply(tape, circuit, y, one);
        CircuitExpectation.Apply(tape, circuit, y, other);
        IReadOnlyList<BoundCircuit> kept = CircuitRecord.Of(tape);

        Assert.That(kept.Select(each => each.Parameters[0]), Is.EqualTo(new[] { 1.0, 2.0 }));
        Assert.That(kept[0].Inputs, Is.EqualTo(new[] { 0.5 }));
    }

    [TestCase(nameof(DaruanAnsatz.Pz))]
    [TestCase(nameof(DaruanAnsatz.Rpz))]
    [TestCase(nameof(DaruanAnsatz.Px))]
    [TestCase(nameof(DaruanAnsatz.Real))]
    [TestCase(nameof(DaruanAnsatz.Mix))]
    public void Edges_sum_up_to_the_layer(string name)
    {
        foreach (bool trainsData in (bool[])[false, true]) CheckEdges(Enum.Parse<DaruanAnsatz>(name), trainsData);
    }

    [Test]
    public void A_mixing_circuit_starts_in_the_state_of_zeros()
    {
        MixingCircuit mixing = new(data: 2, auxiliary: 0, layers: 1);
        Random random = new(3);
        Tape<double> tape = Recording(out Tensor<double> x, Samples.Normal<double>(random, 16), new Shape(4, 4));
        Tensor<double> y = MixingWeights.Apply(tape, mixing, x, tape.Leaf(Samples.Normal<double>(random, mixing.Angles), Shape.Vector(mixing.Angles)));

        double[] column = [.. Enumerable.Range(0, 4).Select(row => y.Span[4 * row])];
        Assert.That(Measured(CircuitRecord.Of(tape).Single()), Is.EqualTo(column).Within(1e-12));
    }

    [Test]
    public void Nothing_is_kept_of_no_rows_or_without_circuits()
    {
        Circuit circuit = new CircuitBuilder(1).RX(0, Angle.Input(0)).ExpectZ().Build();
        Tape<double> tape = Recording(out Tensor<double> x, [], new Shape(0, 1));
        CircuitExpectation.Apply(tape, circuit, x, new([], Shape.Vector(0)));
        Activations.Tanh(tape, x);

        Assert.That(tape.Recorded, Is.EqualTo(2));
        Assert.That(CircuitRecord.Of(tape), Is.Empty);
    }

    private static void CheckEdges(DaruanAnsatz ansatz, bool trainsData)
    {
        ParameterStore<double> store = new();
        QkanLayer<double> layer = new(store, "qkan", 3, 2, new() { Ansatz = ansatz, TrainsData = trainsData });
        store.Initialize(seed: 7);
        Random random = new(8);
        for (int i = 0; i < store.Count; i++) store.Values[i] += 0.3 * Samples.Normal(random);
        double[] x = [0.3, -0.8, 0.6];
        double[] expected = layer.Forward(new Tape<double>(WorkerPool.Single, recording: false), new(x, new Shape(1, 3))).Span.ToArray();
        Tape<double> tape = Recording(out Tensor<double> row, x, new Shape(1, 3));
        layer.Forward(tape, row);

        IReadOnlyList<BoundCircuit> edges = CircuitRecord.Of(tape);

        Assert.That(edges.Select(edge => edge.Name), Is.EqualTo(new[] { "edge-0-0", "edge-0-1", "edge-0-2", "edge-1-0", "edge-1-1", "edge-1-2" }));
        double[] sums = [.. Enumerable.Range(0, 2).Select(output => edges.Skip(3 * output).Take(3).Sum(edge => Measured(edge)[0]))];
        Assert.That(sums, Is.EqualTo(expected).Within(1e-12));
    }

    private static Tape<T> Recording<T>(out Tensor<T> x, T[] values, Shape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tape<T> tape = new(WorkerPool.Single, recording: true) { KeepsCircuits = true };
        x = tape.Leaf(values, shape);
        return tape;
    }

    private static double[] Measured(BoundCircuit circuit) => CircuitRun.Results<double>(circuit.Circuit, circuit.Inputs, circuit.Parameters);
}
