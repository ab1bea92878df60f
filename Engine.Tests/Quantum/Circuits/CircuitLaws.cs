using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Quantum.Circuits;

/// <summary>What holds for every circuit, on random ones.</summary>
public sealed class CircuitLaws
{
    private const double Rounding = 1e-12;

    [Property]
    public bool Probabilities_sum_to_1_and_expectations_are_at_most_1(int seed, byte size, byte gates)
    {
        Random random = new(seed);
        int n = 1 + (size % Circuit.MaxQubits);
        RandomCircuit circuit = RandomCircuit.Draw(random, n, gates % 60);
        circuit.Expect([.. Enumerable.Range(0, 5).Select(_ => DrawObservable(random, n))]).Builder.Probabilities();

        double[] found = CircuitRun.Results<double>(circuit.Circuit, Samples.Normal<double>(random, 3), Samples.Normal<double>(random, 4));

        return found[..5].All(e => Math.Abs(e) <= 1 + Rounding) && found[5..].All(p => p >= 0) && Math.Abs(found[5..].Sum() - 1) < Rounding;
    }

    [Property]
    public bool A_circuit_and_its_inverse_are_nothing(int seed, byte size, byte gates)
    {
        Random random = new(seed);
        int n = 1 + (size % 8);
        Circuit circuit = RandomCircuit.Draw(random, n, gates % 60).Circuit;
        Circuit back = new CircuitBuilder(n).Append(circuit).AppendInverse(circuit).Probabilities().Build(), forth = new CircuitBuilder(n).AppendInverse(circuit).Append(circuit).Probabilities().Build();
        double[] inputs = Samples.Normal<double>(random, 3), parameters = Samples.Normal<double>(random, 4);

        return Math.Abs(CircuitRun.Results<double>(back, inputs, parameters)[0] - 1) < Rounding && Math.Abs(CircuitRun.Results<double>(forth, inputs, parameters)[0] - 1) < Rounding;
    }

    [Property]
    public bool A_fidelity_is_symmetric_and_that_of_the_oracles_states(int seed, byte size)
    {
        Random random = new(seed);
        int n = 1 + (size % 4);
        RandomCircuit map = RandomCircuit.Draw(random, n, 15, inputs: 2, parameters: 1);
        Circuit fidelity = new CircuitBuilder(n).Append(map.Circuit).AppendInverse(map.Circuit, firstInput: 2).Probabilities().Build();
        double[] x = Samples.Normal<double>(random, 2), y = Samples.Normal<double>(random, 2), parameters = [0.4];
        double expected = Math.Pow(CircuitOracle.Dot(map.Oracle(x, parameters).State, map.Oracle(y, parameters).State).Magnitude, 2);

        return Math.Abs(CircuitRun.Results<double>(fidelity, [.. x, .. y], parameters)[0] - expected) < Rounding
            && Math.Abs(CircuitRun.Results<double>(fidelity, [.. y, .. x], parameters)[0] - expected) < Rounding;
    }

    [Property]
    public bool Gates_on_different_qubits_commute(int seed)
    {
        Random random = new(seed);
        RandomCircuit before = RandomCircuit.Draw(random, 5, 20);
        int[] on = RandomCircuit.DrawQubits(random, 5, 4);
        GateKind a = GateKind.All[random.Next(GateKind.All.Count)], b = GateKind.All[random.Next(GateKind.All.Count)];
        Angle[] first = [0.3, Angle.Input(0), 0.7], second = [Angle.Parameter(1), -1.1, 0.2];

        return SameStates(random, before.Circuit, circuit => circuit.Add(a, on[..a.Qubits], first[..a.Angles]).Add(b, on[^b.Qubits..], second[..b.Angles]),
            circuit => circuit.Add(b, on[^b.Qubits..], second[..b.Angles]).Add(a, on[..a.Qubits], first[..a.Angles]));
    }

    [Property]
    public bool Rotations_about_one_axis_add_up_and_commute_with_what_is_diagonal_there(int seed)
    {
        Random random = new(seed);
        Circuit before = RandomCircuit.Draw(random, 3, 20).Circuit;
        Angle a = Angle.Input(0), b = Angle.Parameter(0);
        double constant = Samples.Normal(random);

        return SameStates(random, before, c => c.RX(1, a).RX(1, constant), c => c.RX(1, a + constant))
            && SameStates(random, before, c => c.RZ(0, a).CNOT(0, 1), c => c.CNOT(0, 1).RZ(0, a))
            && SameStates(random, before, c => c.RX(1, a).CNOT(0, 1), c => c.CNOT(0, 1).RX(1, a))
            && SameStates(random, before, c => c.RZZ(0, 1, a).CRZ(1, 2, b), c => c.CRZ(1, 2, b).RZZ(0, 1, a))
            && SameStates(random, before, c => c.RXX(0, 1, a).RYY(0, 1, b).RZZ(0, 1, constant), c => c.RZZ(0, 1, constant).RYY(0, 1, b).RXX(0, 1, a))
            && SameStates(random, before, c => c.SWAP(0, 2).RX(0, a).CNOT(2, 1), c => c.RX(2, a).CNOT(0, 1).SWAP(0, 2))
            && SameStates(random, before, c => c.RX(0, 4 * Math.PI).CRX(0, 1, 4 * Math.PI).CNOT(0, 1).CNOT(0, 1), _ => { });
    }

    [Property]
    public bool The_batch_is_its_rows_to_the_bit(int seed, byte size, byte count)
    {
        Random random = new(seed);
        int n = 1 + (size % 5), rows = 1 + (count % 40);
        RandomCircuit drawn = RandomCircuit.Draw(random, n, 20);
        drawn.Expect(DrawObservable(random, n)).Builder.Probabilities(0);
        Circuit circuit = drawn.Circuit;
        double[] inputs = Samples.Normal<double>(random, rows * circuit.Inputs), parameters = Samples.Normal<double>(random, 4), upstream = Samples.Normal<double>(random, 3 * rows);
        double[] results = CircuitRun.Results<float>(circuit, inputs, parameters, rows), gradients = CircuitRun.Gradients<float>(circuit, inputs, parameters, upstream, rows).Inputs;

        return Enumerable.Range(0, rows).All(row =>
        {
            double[] its = inputs[(row * circuit.Inputs)..((row + 1) * circuit.Inputs)];
            return Bits.Same<double>(CircuitRun.Results<float>(circuit, its, parameters), results.AsSpan(3 * row, 3))
                && Bits.Same<double>(CircuitRun.Gradients<float>(circuit, its, parameters, upstream[(3 * row)..(3 * (row + 1))]).Inputs, gradients.AsSpan(row * circuit.Inputs, circuit.Inputs));
        });
    }

    [TestCase(3, 1000)]
    [TestCase(9, 130)]
    [TestCase(12, 20)]
    public void Threads_do_not_change_a_bit(int qubits, int rows)
    {
        Random random = new(qubits);
        RandomCircuit drawn = RandomCircuit.Draw(random, qubits, 60);
        drawn.Builder.ExpectZ().Probabilities(0, 1);
        double[] inputs = Samples.Normal<double>(random, 3 * rows), parameters = Samples.Normal<double>(random, 4), upstream = Samples.Normal<double>(random, rows * drawn.Circuit.Outputs);
        Circuit circuit = drawn.Circuit;
        double[] results = CircuitRun.Results<float>(circuit, inputs, parameters, rows);
        (double[] dinputs, double[] dparameters) = CircuitRun.Gradients<float>(circuit, inputs, parameters, upstream, rows);
        using WorkerPool pool = new(3);

        for (int run = 0; run < 3; run++)
        {
            Bits.AreEqual<double>("results", CircuitRun.Results<float>(circuit, inputs, parameters, rows, pool), results);
            (double[] again, double[] shared) = CircuitRun.Gradients<float>(circuit, inputs, parameters, upstream, rows, pool);
            Bits.AreEqual<double>("gradients of the inputs", again, dinputs);
            Bits.AreEqual<double>("gradients of the parameters", shared, dparameters);
        }
    }

    private static string DrawObservable(Random random, int qubits) =>
        string.Concat(RandomCircuit.DrawQubits(random, qubits, 1 + random.Next(qubits)).Select(q => $"{"XYZ"[random.Next(3)]}{q}"));

    /// <summary>Whether two ends make the same state of what comes before: the fidelity of both is 1.</summary>
    private static bool SameStates(Random random, Circuit before, Action<CircuitBuilder> one, Action<CircuitBuilder> other)
    {
        CircuitBuilder first = new CircuitBuilder(before.Qubits).Append(before), second = new CircuitBuilder(before.Qubits).Append(before);
        one(first);
        other(second);
        Circuit both = new CircuitBuilder(before.Qubits).Append(first.Build()).AppendInverse(second.Build()).Probabilities().Build();
        return Math.Abs(CircuitRun.Results<double>(both, Samples.Normal<double>(random, 3), Samples.Normal<double>(random, 4))[0] - 1) < Rounding;
    }
}
