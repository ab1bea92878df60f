using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Quantum;

/// <summary>
/// Every function of states refuses every argument one element too short, and every output that lies across another argument: a compression of
/// 5 to 2 qubits, 5 states of 2 qubits, and 5 rows of a circuit.
/// </summary>
public sealed class ArgumentTests
{
    private static readonly WorkerPool One = WorkerPool.Single;

    private static readonly Cascade Plan = new(5, 2, CompressionGate.ControlledU);

    private static readonly Circuit Rotated = new CircuitBuilder(2).RX(0, Angle.Input(0)).RY(1, Angle.Input(2)).RZ(0, Angle.Parameter(1)).Probabilities().Build();

    private static readonly DaruanPlan Edges = new(2, 3, 2, DaruanAnsatz.Real, DaruanReadout.Expectation);

    private static readonly MixingCircuit Mixing = new(data: 1, auxiliary: 0, layers: 1);

    private static IEnumerable<TestCaseData> Functions() =>
    [
        Case("PairCoefficients.Forward", a => PairCoefficients.Forward(Plan, a.In<float>(36), a.Out<float>(18))),
        Case("PairCoefficients.Backward", a => PairCoefficients.Backward(Plan, a.In<float>(36), a.In<float>(18), a.Out<float>(36))),
        Case("Compression.Forward", a => Compression.Forward(One, Plan, a.In<float>(18), a.In<float>(15), a.Out<float>(12))),
        Case("Compression.Backward", a => Compression.Backward(
            One, Plan, a.In<float>(18), a.In<float>(15), a.In<float>(12), a.Out<float>(15), a.Out<float>(18))),
        Case("Compression.Forward, scaled", a => Compression.Forward(One, Plan, a.In<float>(18), a.In<float>(5), a.In<float>(15), a.Out<float>(12))),
        Case("Compression.Backward, scaled", a => Compression.Backward(
            One, Plan, a.In<float>(18), a.In<float>(5), a.In<float>(15), a.In<float>(12), a.Out<float>(15), a.Out<float>(18), a.Out<float>(5))),
        Case("EncodingFactors.Forward", a => EncodingFactors.Forward(a.In<float>(5), a.Out<float>(5))),
        Case("EncodingFactors.Backward", a => EncodingFactors.Backward(a.In<float>(5), a.In<float>(5), a.Out<float>(5))),
        Case("OutcomeMixture.Forward", a => OutcomeMixture.Forward(One, a.In<float>(18), a.In<float>(18), a.In<float>(3), a.Out<float>(18))),
        Case("OutcomeMixture.Backward", a => OutcomeMixture.Backward(
            a.In<float>(18), a.In<float>(18), a.In<float>(3), a.In<float>(18), a.In<float>(18), a.Out<float>(18), a.Out<float>(18), a.Out<float>(3))),
        Case("Readout.Angles", a => Readout.Angles(a.In<float>(6), a.Out<float>(3))),
        Case("Readout.Amplitudes", a => Readout.Amplitudes(a.In<float>(6), a.Out<float>(6))),
        Case("Readout.Expectations", a => Readout.Expectations(a.In<float>(6), a.Out<float>(3))),
        Case("Readout.FromAngles", a => Readout.FromAngles(a.In<float>(3), a.Out<float>(6))),
        Case("Fidelity.Log", a => Fidelity.Log(a.In<float>(6), a.In<float>(6))),
        Case("Fidelity.Forward", a => Fidelity.Forward(One, a.In<float>(20), 2, a.In(0, 1, 2, 3), a.In(4, 3, 2, 1, 0, -1, 1, 2), a.Out<float>(8))),
        Case("Fidelity.Backward", a => Fidelity.Backward(
            One, a.In<float>(20), 2, a.In(0, 1, 2, 3), a.In(4, 3, 2, 1, 0, -1, 1, 2), a.In<float>(8), a.Out<float>(20))),
        Case("FidelityMatrix.Forward", a => FidelityMatrix.Forward(One, a.In<float>(12), a.In<float>(20), 2, a.Out<float>(15))),
        Case("CircuitSimulation.Forward", a => CircuitSimulation.Forward(One, Rotated, 5, a.In<float>(15), a.In<float>(2), a.Out<float>(20))),
        Case("CircuitSimulation.Backward", a => CircuitSimulation.Backward(
            One, Rotated, 5, a.In<float>(15), a.In<float>(2), a.In<float>(20), a.Out<float>(15), a.Out<float>(2))),
        Case("DaruanSums.Forward", a => DaruanSums.Forward(
            One, Edges, new DaruanParameters<float>(a.In<float>(12), a.In<float>(12), a.In<float>(12), a.In<float>(6), a.In<float>(6)), a.In<float>(10), a.Out<float>(15))),
        Case("DaruanSums.Backward", a => DaruanSums.Backward(
            One, Edges, new DaruanParameters<float>(a.In<float>(12), a.In<float>(12), a.In<float>(12), a.In<float>(6), a.In<float>(6)), a.In<float>(10), a.In<float>(15), a.Out<float>(10),
            new(a.Out<float>(12), a.Out<float>(12), a.Out<float>(12), a.Out<float>(6), a.Out<float>(6)))),
        Case("MixingMatrices.Forward", a => MixingMatrices.Forward(One, Mixing, a.In<float>(8), a.In<float>(3), a.Out<float>(8))),
        Case("MixingMatrices.Backward", a => MixingMatrices.Backward(One, Mixing, a.In<float>(8), a.In<float>(3), a.In<float>(8), a.Out<float>(8), a.Out<float>(3))),
        Case("FidelityBound.Costs", a => FidelityBound.Costs(a.In<float>(3), a.In<float>(15), a.In(0, 3, 4), a.Out<float>(3))),
    ];

    [TestCaseSource(nameof(Functions))]
    public void Wrong_arguments_are_refused(Delegate function) => Arguments.AreChecked((Action<Arguments>)function);

    [Test]
    public void No_queries_score_nothing()
    {
        float[] states = new float[8], gradient = [1, 2, 3, 4, 5, 6, 7, 8];

        Fidelity.Forward<float>(One, states, 2, [], [], []);
        Fidelity.Backward<float>(One, states, 2, [], [], [], gradient);
        FidelityMatrix.Forward<float>(One, [], states, 2, []);

        Assert.That(gradient, Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6, 7, 8 }));
        Assert.That(() => Fidelity.Forward<float>(One, states, 2, [], [0], new float[1]), Throws.ArgumentException);
        Assert.That(() => Fidelity.Backward<float>(One, states, 2, [], [0], new float[1], gradient), Throws.ArgumentException);
    }

    [TestCase(0)]
    [TestCase(-3)]
    public void Bounds_of_no_qubits_are_refused(int qubits)
    {
        Assert.That(() => FidelityBound.Reach(qubits, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => FidelityBound.Cost(qubits, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase(2)]
    [TestCase(-2)]
    public void A_row_that_does_not_exist_is_refused(int row)
    {
        float[] states = new float[8];

        Assert.That(() => Fidelity.Forward<float>(One, states, 2, [0], [row], new float[1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Fidelity.Forward<float>(One, states, 2, [row], [0], new float[1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Fidelity.Backward<float>(One, states, 2, [0], [row], new float[1], new float[8]), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void No_qubits_are_refused() =>
        Assert.That(() => FidelityMatrix.Forward<float>(One, [], [], 0, []), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static TestCaseData Case(string name, Action<Arguments> call) => new TestCaseData(call).SetArgDisplayNames(name);
}
