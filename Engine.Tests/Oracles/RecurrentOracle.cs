using QEngine.Layers;
using QEngine.Quantum;

namespace QEngine.Tests.Oracles;

/// <summary>Recurrent cells by their definitions: one sequence, one step after another, in double precision.</summary>
/// <param name="weights">Values of a parameter by its name.</param>
internal abstract class RecurrentOracle(Func<string, double[]> weights)
{
    protected double[] Hidden { get; set; } = [];

    protected double[] Memory { get; set; } = [];

    /// <summary>What the last step of every sequence results in.</summary>
    public double[] Last(double[] x, int steps, int inputs) => [.. x.Chunk(steps * inputs).SelectMany(sequence =>
    {
        Start();
        // All of them, in order: Last alone would take the last step only.
        double[][] results = [.. sequence.Chunk(inputs).Select(Step)];
        return results[^1];
    })];

    protected abstract void Start();

    protected abstract double[] Step(double[] x);

    protected double[] Of(string name) => weights(name);

    protected double[] Linear(double[] x, string weight, string bias) => LinearOracle.Rows(x, Of(weight), Of(bias));

    protected static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    protected double[] Remember(double[] forget, double[] input, double[] candidate, double[] output)
    {
        Memory = [.. Memory.Select((c, k) => (Sigmoid(forget[k]) * c) + (Sigmoid(input[k]) * Math.Tanh(candidate[k])))];
        return [.. Memory.Select((c, k) => Sigmoid(output[k]) * Math.Tanh(c))];
    }
}

internal sealed class LstmOracle(int hidden, Func<string, double[]> weights) : RecurrentOracle(weights)
{
    protected override void Start() => (Hidden, Memory) = (new double[hidden], new double[hidden]);

    protected override double[] Step(double[] x)
    {
        double[] gates = [.. Linear(x, "weight_ih", "bias_ih").Zip(Linear(Hidden, "weight_hh", "bias_hh"), (a, b) => a + b)];
        double[][] parts = [.. gates.Chunk(hidden)];
        return Hidden = Remember(forget: parts[1], input: parts[0], candidate: parts[2], output: parts[3]);
    }
}

internal sealed class GruOracle(int hidden, Func<string, double[]> weights) : RecurrentOracle(weights)
{
    protected override void Start() => Hidden = new double[hidden];

    protected override double[] Step(double[] x)
    {
        double[] a = Linear(x, "weight_ih", "bias_ih"), b = Linear(Hidden, "weight_hh", "bias_hh");
        double[] next = new double[hidden];
        for (int k = 0; k < hidden; k++)
        {
            double r = Sigmoid(a[k] + b[k]), z = Sigmoid(a[hidden + k] + b[hidden + k]), n = Math.Tanh(a[(2 * hidden) + k] + (r * b[(2 * hidden) + k]));
            next[k] = ((1 - z) * n) + (z * Hidden[k]);
        }
        return Hidden = next;
    }
}

internal sealed class QkanLstmOracle(int hidden, QkanSettings settings, int latent, Func<string, double[]> weights) : RecurrentOracle(weights)
{
    protected override void Start() => (Hidden, Memory) = (new double[hidden], new double[hidden]);

    protected override double[] Step(double[] x)
    {
        double[] read = [.. Hidden, .. x];
        return Hidden = Remember(Gate("forget", read), Gate("input", read), Gate("candidate", read), Gate("output", read));
    }

    private double[] Gate(string name, double[] read)
    {
        if (latent == 0) return Qkan(name, read, hidden);
        double[] encoded = Linear(read, $"{name}.encoder.weight", $"{name}.encoder.bias");
        return Linear(Qkan($"{name}.qkan", encoded, latent), $"{name}.decoder.weight", $"{name}.decoder.bias");
    }

    private double[] Qkan(string name, double[] read, int outputs)
    {
        DaruanPlan plan = new(read.Length, outputs, settings.Repetitions, settings.Ansatz, settings.Readout);
        return settings.TrainsData
            ? DaruanOracle.Layer(plan, read, Of($"{name}.theta"), Of($"{name}.preacts_weight"), Of($"{name}.preacts_bias"))
            : DaruanOracle.Layer(plan, read, Of($"{name}.theta"));
    }
}

internal sealed class QlstmOracle(int inputs, int hidden, int layers, Func<string, double[]> weights) : RecurrentOracle(weights)
{
    private readonly int _qubits = inputs + hidden;

    protected override void Start() => (Hidden, Memory) = (new double[hidden], new double[_qubits]);

    protected override double[] Step(double[] x)
    {
        double[] read = [.. x, .. Hidden];
        double[] m = Remember(Circuit(read, "forget"), Circuit(read, "input"), Circuit(read, "candidate"), Circuit(read, "output"));
        Hidden = Circuit(m, "hidden")[..hidden];
        return Circuit(m, "result");
    }

    private double[] Circuit(double[] v, string name)
    {
        CircuitOracle circuit = new(_qubits);
        double[] angles = Of($"{name}.weights");
        for (int i = 0; i < _qubits; i++)
        {
            circuit.Apply(CircuitOracle.Gate("h"), i);
            circuit.Apply(CircuitOracle.Gate("ry", Math.Atan(v[i])), i);
            circuit.Apply(CircuitOracle.Gate("rz", Math.Atan(v[i] * v[i])), i);
        }
        for (int layer = 0; layer < layers; layer++)
        {
            foreach (int distance in (int[])[1, 2])
                for (int i = 0; i < _qubits; i++) circuit.Apply(CircuitOracle.Gate("cx"), i, (i + distance) % _qubits);
            for (int i = 0; i < _qubits; i++) circuit.Apply(CircuitOracle.Gate("rot", angles[((layer * _qubits) + i) * 3], angles[(((layer * _qubits) + i) * 3) + 1], angles[(((layer * _qubits) + i) * 3) + 2]), i);
        }
        return [.. Enumerable.Range(0, _qubits).Select(i => circuit.Expectation($"Z{i}"))];
    }
}

internal sealed class QfwpOracle(Func<string, double[]> weights) : RecurrentOracle(weights)
{
    protected override void Start() => Memory = new double[16];

    protected override double[] Step(double[] x)
    {
        double[] e = Linear(x, "encoder.weight", "encoder.bias"), l = Linear(e, "layers.weight", "layers.bias"), q = Linear(e, "qubits.weight", "qubits.bias");
        Memory = [.. Memory.Select((theta, i) => theta + (l[i / 8] * q[i % 8]))];
        return FastCircuitOracle.Results(x[0], Memory);
    }
}

internal sealed class GatedQfwpOracle(Func<string, double[]> weights) : RecurrentOracle(weights)
{
    protected override void Start() => Memory = new double[16];

    protected override double[] Step(double[] x)
    {
        double[] encoded = Linear(x, "encoder.weight", "encoder.bias"), beta = Of("qkan.base_weight");
        double[] e = DaruanOracle.Layer(new(3, 3, 1, DaruanAnsatz.Pz, DaruanReadout.Expectation), encoded, Of("qkan.theta"));
        for (int o = 0; o < 3; o++)
            for (int i = 0; i < 3; i++) e[o] += beta[(o * 3) + i] * encoded[i] * Sigmoid(encoded[i]);
        double[] l = Linear(e, "layers.weight", "layers.bias"), q = Linear(e, "qubits.weight", "qubits.bias");
        double g = Sigmoid(Linear(e, "gate.weight", "gate.bias")[0]);
        Memory = [.. Memory.Select((theta, i) => ((1 - g) * l[i / 8] * q[i % 8]) + (g * theta))];
        return FastCircuitOracle.Results(x[0], Memory);
    }
}

/// <summary>The circuit of fast weights; Y rotations, CNOTs and the Hadamard gate are real, so that real amplitudes do.</summary>
internal static class FastCircuitOracle
{
    public static double[] Results(double x, double[] theta)
    {
        double[] state = new double[256];
        state[0] = 1;
        for (int i = 0; i < 8; i++) state = Mixed(state, i, Math.Sqrt(0.5), Math.Sqrt(0.5), Math.Sqrt(0.5), -Math.Sqrt(0.5));
        state = Rotated(state, 0, x);
        for (int layer = 0; layer < 2; layer++)
        {
            foreach (int first in (int[])[0, 2, 4, 6, 1, 3, 5]) state = [.. state.Select((_, i) => state[Bit(i, first) == 1 ? i ^ (128 >> (first + 1)) : i])];
            for (int i = 0; i < 8; i++) state = Rotated(state, i, theta[(8 * layer) + i]);
        }
        return [.. Enumerable.Range(0, 4).Select(qubit => state.Select((a, i) => a * a * (1 - (2 * Bit(i, qubit)))).Sum())];
    }

    private static double[] Rotated(double[] state, int qubit, double angle) =>
        Mixed(state, qubit, Math.Cos(angle / 2), -Math.Sin(angle / 2), Math.Sin(angle / 2), Math.Cos(angle / 2));

    /// <summary>The real matrix [a, b; c, d] on a qubit.</summary>
    private static double[] Mixed(double[] state, int qubit, double a, double b, double c, double d) =>
        [.. state.Select((amplitude, i) => Bit(i, qubit) == 0 ? (a * amplitude) + (b * state[i ^ (128 >> qubit)]) : (c * state[i ^ (128 >> qubit)]) + (d * amplitude))];

    private static int Bit(int index, int qubit) => index >> (7 - qubit) & 1;
}
