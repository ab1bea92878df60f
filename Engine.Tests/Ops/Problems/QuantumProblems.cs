using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Oracles;

namespace QEngine.Tests.Ops.Problems;

/// <summary>The oracle is the complex circuit itself, gate by gate.</summary>
internal sealed class QuantumCompressionProblem(
    OpSize size, RandomInputs random, CompressionGate gate, double keep, PairAngles angles = PairAngles.All) : OpProblem(
    random.Normal("x", size.Rows, size.Columns),
    random.Normal("raw", 1, new Cascade(size.Columns, Kept(size.Columns, keep), gate, angles).Parameters, deviation: 0.5))
{
    private readonly Cascade _cascade = new(size.Columns, Kept(size.Columns, keep), gate, angles);

    /// <summary>A nearly certain outcome: x = sqrt(1 - z^2) has no derivative at |z| = 1.</summary>
    public override bool NearKink => Outcomes(Values(0), Values(1)).Any(p => Math.Min(p, 1 - p) < 4e-3);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => QuantumCompression.Apply(tape, _cascade, inputs[0], inputs[1]);

    public override double[] Oracle(double[][] inputs)
    {
        ComplexCircuit circuit = Circuit(inputs[1]);
        return [.. inputs[0].Chunk(Size(0).Columns).SelectMany(row => ComplexCircuit.Bloch(circuit.Run(row)))];
    }

    private static int Kept(int columns, double keep) => Math.Max(1, (int)(columns * keep));

    private ComplexCircuit Circuit(double[] raw) => new(
        _cascade.InputQubits, _cascade.OutputQubits, gate, angles == PairAngles.All ? raw : AngleSets.All(_cascade, raw));

    private List<double> Outcomes(double[] x, double[] raw)
    {
        ComplexCircuit circuit = Circuit(raw);
        List<double> outcomes = [];
        foreach (double[] row in x.Chunk(Size(0).Columns)) circuit.Run(row, outcomes);
        return outcomes;
    }
}

/// <summary>The circuit of numbers that are divided by their scale first.</summary>
internal sealed class ScaledCompressionProblem(OpSize size, RandomInputs random, int scales) : OpProblem(
    random.Normal("x", size.Rows, size.Columns),
    random.Normal("raw", 1, 12 * (size.Columns - Kept(size.Columns)), deviation: 0.5),
    random.Normal("logScale", 1, scales, deviation: 0.5))
{
    private readonly Cascade _cascade = new(size.Columns, Kept(size.Columns), CompressionGate.ControlledU);

    /// <summary>A nearly certain outcome, as above.</summary>
    public override bool NearKink
    {
        get
        {
            List<double> outcomes = [];
            ComplexCircuit circuit = Circuit(Values(1));
            foreach (double[] row in Divided(Values(0), Values(2))) circuit.Run(row, outcomes);
            return outcomes.Any(p => Math.Min(p, 1 - p) < 4e-3);
        }
    }

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => QuantumCompression.Apply(tape, _cascade, inputs[0], inputs[1], inputs[2]);

    public override double[] Oracle(double[][] inputs)
    {
        ComplexCircuit circuit = Circuit(inputs[1]);
        return [.. Divided(inputs[0], inputs[2]).SelectMany(row => ComplexCircuit.Bloch(circuit.Run(row)))];
    }

    private static int Kept(int columns) => (columns + 1) / 2;

    private ComplexCircuit Circuit(double[] raw) => new(_cascade.InputQubits, _cascade.OutputQubits, _cascade.Gate, raw);

    private IEnumerable<double[]> Divided(double[] x, double[] logScale) =>
        x.Chunk(Size(0).Columns).Select(row => row.Select((value, i) => value / Math.Exp(logScale[i % logScale.Length])).ToArray());
}

/// <summary>One of two qubits is measured: probabilities of both outcomes, and the real state that has them.</summary>
internal sealed class MixOutcomesProblem(OpSize size, RandomInputs random) : OpProblem(
    random.Uniform("first", size.Rows, 2 * size.Columns, -0.95, 0.95),
    random.Uniform("second", size.Rows, 2 * size.Columns, -0.95, 0.95),
    random.Uniform("shares", 1, size.Columns, 0, 1))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => MixOutcomes.Apply(tape, inputs[0], inputs[1], inputs[2]);

    public override double[] Oracle(double[][] inputs)
    {
        int k = inputs[2].Length, rows = inputs[0].Length / (2 * k);
        double[] y = new double[inputs[0].Length];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < k; i++)
            {
                int x = (2 * row * k) + i, z = x + k;
                double zero = ((1 - inputs[2][i]) * (1 + inputs[0][z]) / 2) + (inputs[2][i] * (1 + inputs[1][z]) / 2), one = 1 - zero;
                (y[x], y[z]) = (2 * Math.Sqrt(zero) * Math.Sqrt(one), zero - one);
            }
        }
        return y;
    }
}

/// <summary>Columns divided by e^s.</summary>
internal sealed class DivideByScaleProblem(OpSize size, RandomInputs random, int scales) : OpProblem(
    random.Normal("x", size.Rows, size.Columns), random.Normal("logScale", 1, scales))
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => DivideByScale.Apply(tape, inputs[0], inputs[1]);

    public override double[] Oracle(double[][] inputs) =>
        [.. inputs[0].Select((x, i) => x * Math.Exp(-inputs[1][i % Size(0).Columns % inputs[1].Length]))];
}
