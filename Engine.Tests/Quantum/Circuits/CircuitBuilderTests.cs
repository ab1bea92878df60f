using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Support;

namespace QEngine.Tests.Quantum.Circuits;

/// <summary>What a circuit says of itself, its angles and its observables.</summary>
public sealed class CircuitBuilderTests
{
    [Test]
    public void A_circuit_counts_what_it_takes_and_gives()
    {
        Circuit circuit = new CircuitBuilder(3).RX(0, Angle.Input(4)).RY(1, 2 * Angle.Parameter(1)).CRZ(0, 2, 0.3).ExpectZ().Expect(PauliString.Parse("X0Y2")).Probabilities(1).Probabilities().Build();

        Assert.That((circuit.Qubits, circuit.Inputs, circuit.Parameters, circuit.Outputs), Is.EqualTo((3, 5, 2, 3 + 1 + 2 + 8)));
    }

    [Test]
    public void A_circuit_does_not_change_when_its_builder_goes_on()
    {
        CircuitBuilder builder = new CircuitBuilder(1).RX(0, 0.4).ExpectZ();
        Circuit circuit = builder.Build();

        builder.RX(0, 1.0).ExpectZ();

        Assert.That(circuit.Outputs, Is.EqualTo(1));
        Assert.That(CircuitRun.Results<double>(circuit, [], [])[0], Is.EqualTo(Math.Cos(0.4)).Within(1e-15));
    }

    [Test]
    public void An_appended_circuit_takes_its_numbers_from_further_on()
    {
        Circuit part = new CircuitBuilder(1).RX(0, Angle.Input(0)).RX(0, Angle.Parameter(0)).Build();

        Circuit circuit = new CircuitBuilder(2).Append(part, firstInput: 2, firstParameter: 1).AppendInverse(part, firstInput: 1).ExpectZ().Build();

        Assert.That((circuit.Inputs, circuit.Parameters), Is.EqualTo((3, 2)));
        Assert.That(CircuitRun.Results<double>(circuit, [9, 0.1, 0.2], [0.4, 0.8]), Is.EqualTo(new[] { Math.Cos(0.2 + 0.8 - 0.1 - 0.4), 1 }).Within(1e-15));
    }

    [Test]
    public void Without_gates_all_qubits_are_0() =>
        Assert.That(CircuitRun.Results<double>(new CircuitBuilder(2).ExpectZ().Expect(PauliString.X(0), default).Probabilities().Build(), [], []), Is.EqualTo(new double[] { 1, 1, 0, 1, 1, 0, 0, 0 }));

    [Test]
    public void Qubit_0_is_the_most_significant()
    {
        Assert.That(CircuitRun.Results<double>(new CircuitBuilder(2).X(0).Probabilities().Build(), [], []), Is.EqualTo(new double[] { 0, 0, 1, 0 }).Within(1e-15));
        Assert.That(CircuitRun.Results<double>(new CircuitBuilder(2).X(0).Probabilities(1, 0).Build(), [], []), Is.EqualTo(new double[] { 0, 1, 0, 0 }).Within(1e-15));
    }

    [Test]
    public void No_number_makes_no_number_of_its_row_alone()
    {
        Circuit circuit = new CircuitBuilder(2).RX(0, Angle.Input(0)).CNOT(0, 1).ExpectZ().Build();

        double[] found = CircuitRun.Results<float>(circuit, [0.5, double.NaN, double.PositiveInfinity, 0.5], [], rows: 4);

        Assert.That(found.Select(double.IsNaN), Is.EqualTo(new[] { false, false, true, true, true, true, false, false }));
    }

    [TestCase(100.0)]
    [TestCase(-2000.0)]
    [TestCase(30000.0)]
    public void Angles_may_be_many_turns(double angle)
    {
        Circuit circuit = new CircuitBuilder(2).RX(0, Angle.Input(0)).H(1).CRZ(0, 1, Angle.Parameter(0)).Expect(PauliString.Z(0), PauliString.X(1)).Build();
        double c = Math.Pow(Math.Cos(angle / 2), 2);
        double[] expected = [Math.Cos(angle), c + ((1 - c) * Math.Cos(angle))];

        Assert.That(CircuitRun.Results<double>(circuit, [angle], [angle]), Is.EqualTo(expected).Within(1e-14));
        Assert.That(CircuitRun.Results<float>(circuit, [angle], [angle]), Is.EqualTo(expected).Within(2e-6));
    }

    [Test]
    public void Angles_are_written_as_formulas()
    {
        Angle x = Angle.Input(3), p = Angle.Parameter(0);

        Assert.That(new[] { x, 2 * p, -x, (0.5 * x) + -1, p + 0.25, 0.125 }.Select(angle => angle.ToString()), Is.EqualTo(new[] { "x3", "2*p0", "-1*x3", "0.5*x3-1", "p0+0.25", "0.125" }));
    }

    [TestCase("Z0")]
    [TestCase("X0Y2")]
    [TestCase("X1Y10Z11")]
    public void Observables_are_read_and_written(string text) => Assert.That(PauliString.Parse(text).ToString(), Is.EqualTo(text));

    [TestCase("")]
    [TestCase("Z")]
    [TestCase("0")]
    [TestCase("I0")]
    [TestCase("Z0Z0")]
    [TestCase("Z12")]
    [TestCase("Z-1")]
    [TestCase("Z 1")]
    [TestCase("X99999999999")]
    [TestCase("X\u0661")]
    public void What_is_no_observable_is_refused(string text) =>
        Assert.That(() => PauliString.Parse(text), Throws.TypeOf<QEngineException>().With.Message.EqualTo($"expected a Pauli string such as X0Y2, each of the qubits 0 to 11 at most once, found '{text}'"));

    [Test]
    public void A_product_of_observables_is_one_of_all_their_qubits()
    {
        Assert.That((PauliString.Y(2) * PauliString.X(0)).ToString(), Is.EqualTo("X0Y2"));
        Assert.That(PauliString.Parse("y2x0"), Is.EqualTo(PauliString.Parse("X0Y2")));
        Assert.That(default(PauliString).ToString(), Is.EqualTo("I"));
    }
}
