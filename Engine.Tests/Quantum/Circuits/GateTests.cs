using System.Numerics;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace QEngine.Tests.Quantum.Circuits;

/// <summary>Every gate of the catalog against its matrix, on every choice of qubits, in every order, among other gates.</summary>
public sealed class GateTests
{
    private const int Qubits = 3;

    private static readonly string[] Observables = RandomCircuit.AllObservables(Qubits);

    public static IEnumerable<string> Names => GateKind.All.Select(kind => kind.Name);

    public static IEnumerable<string> Rotations => GateKind.All.Where(kind => kind.Angles == 1).Select(kind => kind.Name);

    [TestCaseSource(nameof(Names))]
    public void It_does_what_its_matrix_does(string name)
    {
        foreach (int[] on in Places(name))
        {
            Random random = new(on[0] + (10 * on.Length));
            RandomCircuit circuit = RandomCircuit.Draw(random, Qubits, 12).Add(Kind(name), on, Angles(name));
            circuit.AddGates(random, 5).Expect(Observables).Builder.Probabilities().Probabilities(2, 0);
            double[] inputs = Rounded(Samples.Normal<double>(random, 3)), parameters = Rounded(Samples.Normal<double>(random, 4));

            CircuitOracle oracle = circuit.Oracle(inputs, parameters);
            double[] expected = [.. Observables.Select(oracle.Expectation), .. oracle.Probabilities(0, 1, 2), .. oracle.Probabilities(2, 0)];
            string what = $"{name} on {string.Join(", ", on)}";
            Near.Values<double>(what, CircuitRun.Results<double>(circuit.Circuit, inputs, parameters), expected, depth: 100);
            Near.Values<float>(what, Samples.As<float>(CircuitRun.Results<float>(circuit.Circuit, inputs, parameters)), expected, depth: 100);
        }
    }

    [TestCaseSource(nameof(Names))]
    public void Its_inverse_undoes_it(string name)
    {
        foreach (int[] on in Places(name))
        {
            Random random = new(on[0]);
            Circuit prepared = RandomCircuit.Draw(random, Qubits, 10).Circuit, gate = new CircuitBuilder(Qubits).Add(Kind(name), on, Angles(name)).Build();
            Circuit there = new CircuitBuilder(Qubits).Append(prepared).Append(gate).AppendInverse(gate).AppendInverse(prepared).Probabilities().Build();
            double[] inputs = Samples.Normal<double>(random, 3), parameters = Samples.Normal<double>(random, 4);

            Near.Values<double>(name, CircuitRun.Results<double>(there, inputs, parameters), [1, 0, 0, 0, 0, 0, 0, 0], depth: 100);
        }
    }

    [TestCaseSource(nameof(Rotations))]
    public void Its_derivative_is_that_of_its_generator(string name)
    {
        foreach (int[] on in Places(name))
        {
            Random random = new(on[0]);
            RandomCircuit circuit = RandomCircuit.Draw(random, Qubits, 10, inputs: 1, parameters: 1);
            double[] inputs = [0.3], parameters = [0.7, 1.1], upstream = Samples.Normal<double>(random, Observables.Length);
            CircuitOracle after = circuit.Oracle(inputs, parameters);
            circuit.Add(Kind(name), on, Angle.Parameter(1)).Expect(Observables);

            (double[] _, double[] found) = CircuitRun.Gradients<double>(circuit.Circuit, inputs, parameters, upstream);

            // d<O>/dt = i/2 <[G, O]> = Im <O psi|G psi> after the gate.
            after.Apply(CircuitOracle.Gate(name, parameters[1]), on);
            Complex[] generated = CircuitOracle.Product(after.OnAll(CircuitOracle.Generator(name), on), after.State);
            double expected = Observables.Select((o, i) => upstream[i] * CircuitOracle.Dot(CircuitOracle.Product(after.Observable(o), after.State), generated).Imaginary).Sum();
            Near.Gradients($"{name} on {string.Join(", ", on)}", [found[1]], [expected]);
        }
    }

    /// <summary>
    /// A generator's eigenvalues differ by 2, so two shifts tell the derivative; a controlled one's by 1 and 2, so it takes four
    /// (Wierichs et al., arXiv 2107.12390).
    /// </summary>
    [TestCaseSource(nameof(Rotations))]
    public void Its_derivative_is_that_of_the_shift_rule(string name)
    {
        Random random = new(7);
        RandomCircuit circuit = RandomCircuit.Draw(random, Qubits, 10, inputs: 1, parameters: 1).Add(Kind(name), Places(name).Last(), Angle.Parameter(1));
        circuit.AddGates(random, 10).Expect("Z0", "X1Y2", "Y0");
        double[] inputs = [0.3], upstream = [0.4, -1.2, 0.7];

        (double[] _, double[] found) = CircuitRun.Gradients<double>(circuit.Circuit, inputs, [0.7, 1.1], upstream);

        double Shifted(double by) => CentralDifferences.Dot(upstream, CircuitRun.Results<double>(circuit.Circuit, inputs, [0.7, 1.1 + by]));
        double Difference(double shift) => Shifted(shift) - Shifted(-shift);
        double two = Difference(Math.PI / 2) / 2, root = Math.Sqrt(2);
        double four = (((root + 1) * Difference(Math.PI / 2)) - ((root - 1) * Difference(3 * Math.PI / 2))) / (4 * root);
        Assert.That(found[1], Is.EqualTo(name[0] == 'c' ? four : two).Within(1e-12));
    }

    [Test]
    public void A_unitary_of_one_qubit_is_taken_up_to_its_phase_only()
    {
        Random random = new(3);
        Complex phase = Complex.FromPolarCoordinates(1, 2.5);
        Complex[][] matrices = [CircuitOracle.I, [-1, 0, 0, -1], CircuitOracle.X, CircuitOracle.Y, CircuitOracle.Z, CircuitOracle.Gate("h"), CircuitOracle.RandomUnitary(random, 2)];
        foreach (Complex[] matrix in matrices)
        {
            Complex[] turned = [.. matrix.Select(x => phase * x)];
            CircuitOracle oracle = new(1);
            oracle.Apply(CircuitOracle.Gate("rx", 0.4), 0);
            oracle.Apply(matrix, 0);

            double[] found = CircuitRun.Results<double>(new CircuitBuilder(1).RX(0, 0.4).Unitary(0, turned).Expect(PauliString.X(0), PauliString.Y(0), PauliString.Z(0)).Build(), [], []);

            Near.Values<double>("unitary", found, [oracle.Expectation("X0"), oracle.Expectation("Y0"), oracle.Expectation("Z0")], depth: 10);
        }
    }

    private static GateKind Kind(string name) => GateKind.All.Single(kind => kind.Name == name);

    private static IEnumerable<int[]> Places(string name) => Kind(name).Qubits == 1
        ? Enumerable.Range(0, Qubits).Select(q => (int[])[q])
        : from a in Enumerable.Range(0, Qubits) from b in Enumerable.Range(0, Qubits) where a != b select (int[])[a, b];

    private static Angle[] Angles(string name) => [.. Enumerable.Range(0, Kind(name).Angles).Select(i => i == 1 ? Angle.Input(0) : (Angle)(0.4 + i))];

    private static double[] Rounded(double[] values) => [.. values.Select(x => (double)(float)x)];
}
