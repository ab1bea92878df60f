using System.Numerics;
using NUnit.Framework;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using ComplexMatrix = MathNet.Numerics.LinearAlgebra.Complex.DenseMatrix;
using ComplexVector = MathNet.Numerics.LinearAlgebra.Complex.DenseVector;
using Operator = MathNet.Numerics.LinearAlgebra.Matrix<System.Numerics.Complex>;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;
using State = MathNet.Numerics.LinearAlgebra.Vector<System.Numerics.Complex>;

namespace QEngine.Tests.Quantum;

/// <summary>The oracle is quantum mechanics: its gates are unitary, its measurement a distribution.</summary>
public sealed class ComplexCircuitTests
{
    private const double Tolerance = 1e-12;

    [Property]
    public bool Single_qubit_gates_are_unitary(int seed)
    {
        Operator unitary = RandomUnitary(new Random(seed));
        return IsIdentity(unitary * unitary.ConjugateTranspose()) && IsIdentity(unitary.ConjugateTranspose() * unitary);
    }

    [Property]
    public bool Controlled_gates_are_unitary(int seed)
    {
        Operator gate = ComplexCircuit.Controlled(RandomUnitary(new Random(seed)));
        return IsIdentity(gate * gate.ConjugateTranspose());
    }

    [Property]
    public bool Alpha_is_half_the_phase_of_the_determinant(int seed)
    {
        // det U = e^(2 i alpha), because rotations have determinant 1.
        Random random = new(seed);
        double alpha = ComplexCircuit.Angle(Samples.Normal(random));
        Operator unitary = ComplexCircuit.Unitary(alpha, random.NextDouble(), random.NextDouble(), random.NextDouble());
        return (unitary.Determinant() - Complex.Exp(2 * Complex.ImaginaryOne * alpha)).Magnitude < Tolerance;
    }

    [Test]
    public void Cnot_twice_is_nothing() => Assert.That(IsIdentity(ComplexCircuit.Cnot * ComplexCircuit.Cnot));

    [TestCase(0, 0, 0, 0)]
    [TestCase(0, 1, 0, 1)]
    [TestCase(1, 0, 1, 1)]
    [TestCase(1, 1, 1, 0)]
    public void Cnot_has_its_truth_table(int control, int target, int controlAfter, int targetAfter)
    {
        State after = ComplexCircuit.Cnot * ComplexCircuit.Join(Basis(control), Basis(target));

        Assert.That((after - ComplexCircuit.Join(Basis(controlAfter), Basis(targetAfter))).L2Norm(), Is.Zero);
    }

    [Property]
    public bool Probabilities_sum_to_1_after_any_gate(int seed)
    {
        Random random = new(seed);
        State joint = ComplexCircuit.Join(ComplexCircuit.Encode(Samples.Normal(random)), ComplexCircuit.Encode(Samples.Normal(random)));
        Operator gate = ComplexCircuit.Controlled(RandomUnitary(random)) * RandomUnitary(random).KroneckerProduct(RandomUnitary(random));
        (double zero, double one) = ComplexCircuit.MeasureTarget(gate * joint);
        return zero >= 0 && one >= 0 && Math.Abs(zero + one - 1) < Tolerance;
    }

    [Property]
    public bool A_gate_on_the_control_alone_leaves_the_targets_probabilities(int seed)
    {
        Random random = new(seed);
        State joint = ComplexCircuit.Join(ComplexCircuit.Encode(Samples.Normal(random)), ComplexCircuit.Encode(Samples.Normal(random)));
        Operator gate = RandomUnitary(random).KroneckerProduct(ComplexMatrix.CreateIdentity(2));
        return Math.Abs(ComplexCircuit.MeasureTarget(joint).One - ComplexCircuit.MeasureTarget(gate * joint).One) < Tolerance;
    }

    private static Operator RandomUnitary(Random random) => ComplexCircuit.Unitary(
        ComplexCircuit.Angle(Samples.Normal(random)),
        ComplexCircuit.Angle(Samples.Normal(random)),
        ComplexCircuit.Angle(Samples.Normal(random)),
        ComplexCircuit.Angle(Samples.Normal(random)));

    private static State Basis(int bit) => ComplexVector.OfArray([1 - bit, bit]);

    private static bool IsIdentity(Operator matrix) => (matrix - ComplexMatrix.CreateIdentity(matrix.RowCount)).FrobeniusNorm() < Tolerance;
}
