using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Oracles;

namespace QEngine.Tests.Ops.Problems;

internal sealed class ZzPhasesProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("x", size.Rows, Math.Min(17, size.Columns)))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => ZzPhases.Apply(tape, inputs[0]);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Chunk(Size(0).Columns).SelectMany(Phases)];

    private static IEnumerable<double> Phases(double[] x) =>
        [.. x, .. from i in Enumerable.Range(0, x.Length) from j in Enumerable.Range(i + 1, x.Length - i - 1) select (Math.PI - x[i]) * (Math.PI - x[j])];
}

/// <summary>Up to twelve unitaries of up to three qubits; the oracle adds up power series.</summary>
internal sealed class PauliUnitaryProblem(OpSize size, RandomInputs random) : OpProblem(
    random.Normal("theta", Math.Min(12, size.Rows), PauliSum.Strings(Qubits(size)), 0.3))
{
    private readonly int _qubits = Qubits(size);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => PauliUnitary.Apply(tape, _qubits, inputs[0]);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Chunk(Size(0).Columns).SelectMany(theta => UnitaryOracle.Real(UnitaryOracle.Exponential(UnitaryOracle.PauliSum(_qubits, theta))))];

    private static int Qubits(OpSize size) => size.Columns < 4 ? 1 : size.Columns < 10 ? 2 : 3;
}

/// <summary>Matrices of two or three rows, some of them completed by zeros.</summary>
internal sealed class EvolutionProblem(OpSize size, RandomInputs random) : OpProblem(
    random.Normal("x", size.Rows, Math.Min(9, size.Columns)), random.Normal("time", 1, 1), random.Normal("states", size.Rows, 2 * Length(size)))
{
    private readonly int _length = Length(size);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) =>
        Evolution.Apply(tape, Spectra<T>.Of(tape, inputs[0], _length), inputs[1], inputs[2]);

    public override double[] Oracle(double[][] inputs) =>
        [.. inputs[0].Chunk(Size(0).Columns).Zip(inputs[2].Chunk(2 * _length), (x, state) => Evolved(x, inputs[1][0], state)).SelectMany(state => state)];

    private double[] Evolved(double[] x, double time, double[] state) =>
        UnitaryOracle.Parts(CircuitOracle.Product(UnitaryOracle.Exponential(UnitaryOracle.Symmetric(x, _length), time), UnitaryOracle.State(state)));

    private static int Length(OpSize size) => size.Columns <= 4 ? 2 : 3;
}

/// <summary>About half of up to four qubits measured.</summary>
internal sealed class StateProbabilitiesProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("states", size.Rows, 2 << Qubits(size)))
{
    private readonly int _qubits = Qubits(size);

    private int Measured => (_qubits + 1) / 2;

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => StateProbabilities.Apply(tape, inputs[0], _qubits, Measured);

    public override double[] Oracle(double[][] inputs) => [.. inputs[0].Chunk(Size(0).Columns).SelectMany(row => UnitaryOracle.State(row)
        .Chunk(1 << (_qubits - Measured)).Select(part => part.Sum(amplitude => (amplitude * Complex.Conjugate(amplitude)).Real)))];

    private static int Qubits(OpSize size) => Math.Min(4, BitOperations.Log2((uint)size.Columns));
}

/// <summary>States of four amplitudes, two channels, windows of up to four pixels a side.</summary>
internal sealed class StateWeightsProblem(OpSize size, RandomInputs random) : OpProblem(random.Normal("states", 2 * size.Rows, 8))
{
    private readonly int _side = Math.Min(4, size.Columns);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => StateWeights.Apply(tape, inputs[0], channels: 2, _side);

    public override double[] Oracle(double[][] inputs)
    {
        Complex[][] states = [.. inputs[0].Chunk(8).Select(UnitaryOracle.State)];
        return [.. from output in Enumerable.Range(0, states.Length / 2)
            from i in Enumerable.Range(0, _side)
            from j in Enumerable.Range(0, _side)
            from channel in Enumerable.Range(0, 2)
            select (states[(2 * output) + channel][i] * Complex.Conjugate(states[(2 * output) + channel][j])).Real];
    }
}
