using System.Numerics;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;
using State = MathNet.Numerics.LinearAlgebra.Vector<System.Numerics.Complex>;

namespace QEngine.Tests.Quantum;

/// <summary>The Bloch-form kernels against the literal complex circuit.</summary>
[TestFixture(CompressionGate.ControlledU, PairAngles.All)]
[TestFixture(CompressionGate.ControlledU, PairAngles.Effective)]
[TestFixture(CompressionGate.Cnot, PairAngles.All)]
[TestFixture(CompressionGate.Cnot, PairAngles.Effective)]
public sealed class CompressionOracleTests(CompressionGate gate, PairAngles angles)
{
    private const double DoubleTolerance = 1e-10, FloatTolerance = 1e-5;

    private static readonly (int Input, int Output)[] Sizes =
    [
        (1, 1), (2, 1), (3, 1), (40, 1), (3, 2), (5, 2), (8, 8), (10, 6), (12, 4), (17, 16), (33, 16), (41, 17), (64, 31), (100, 33),
        (768, 768), (768, 384), (768, 256), (768, 128), (768, 64),
    ];

    [TestCaseSource(nameof(Sizes))]
    public void Double_states_are_the_circuits((int Input, int Output) size) => Assert.That(StateError<double>(size), Is.LessThan(DoubleTolerance));

    [TestCaseSource(nameof(Sizes))]
    public void Float_states_are_the_circuits((int Input, int Output) size) => Assert.That(StateError<float>(size), Is.LessThan(FloatTolerance));

    [TestCaseSource(nameof(Sizes))]
    public void Fidelities_are_the_circuits((int Input, int Output) size)
    {
        Assert.That(FidelityError<double>(size), Is.LessThan(DoubleTolerance), "double");
        Assert.That(FidelityError<float>(size), Is.LessThan(FloatTolerance), "float");
    }

    private double StateError<T>((int Input, int Output) size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Rows = 3;
        Random random = new(size.Input + (1000 * size.Output));
        Head<T> head = Head<T>.Random(random, size.Input, size.Output, gate, angles);
        T[] embeddings = Samples.Normal<T>(random, Rows * size.Input);
        ComplexCircuit circuit = head.Circuit();
        double[] expected = [.. embeddings.Chunk(size.Input).SelectMany(row => ComplexCircuit.Bloch(circuit.Run(Samples.Exact(row))))];

        double error = Near.LargestError(Samples.Exact(head.States(embeddings)), expected);

        TestContext.Out.WriteLine($"{typeof(T).Name} {gate} {angles} {size.Input} -> {size.Output}: largest error {error:e2}");
        return error;
    }

    /// <summary>Of a query, itself moved a little and a stranger, so that large and tiny fidelities both occur.</summary>
    private double FidelityError<T>((int Input, int Output) size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(7 + size.Input + (1000 * size.Output));
        Head<T> head = Head<T>.Random(random, size.Input, size.Output, gate, angles);
        T[] query = Samples.Normal<T>(random, size.Input), step = Samples.Normal<T>(random, size.Input, 0.02);
        T[] embeddings = [.. query, .. query.Zip(step, (a, b) => a + b), .. Samples.Normal<T>(random, size.Input)];
        T[] scores = new T[2];

        Fidelity.Forward<T>(WorkerPool.Single, head.States(embeddings), size.Output, [0], [1, 2], scores);

        ComplexCircuit circuit = head.Circuit();
        State[][] qubits = [.. embeddings.Chunk(size.Input).Select(row => circuit.Run(Samples.Exact(row)))];
        double[] expected = [ComplexCircuit.Fidelity(qubits[0], qubits[1]), ComplexCircuit.Fidelity(qubits[0], qubits[2])];
        return Near.LargestError([.. Samples.Exact(scores).Select(Math.Exp)], expected);
    }
}
