using System.Numerics;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace QEngine.Tests.Quantum.Circuits;

/// <summary>A circuit and, beside it, what it means: the gates by name for the oracle, which knows nothing of the engine.</summary>
internal sealed class RandomCircuit(int qubits)
{
    private readonly List<(Func<double[], double[], Complex[]> Matrix, int[] Qubits)> _steps = [];
    private readonly CircuitBuilder _builder = new(qubits);

    public Circuit Circuit => _builder.Build();

    public CircuitBuilder Builder => _builder;

    /// <summary>Draws gates of all kinds; their angles are inputs, parameters and constants, some scaled.</summary>
    public static RandomCircuit Draw(Random random, int qubits, int gates, int inputs = 3, int parameters = 4)
    {
        RandomCircuit circuit = new(qubits);
        for (int i = 0; i < gates; i++)
        {
            GateKind[] kinds = circuit.Kinds;
            int drawn = random.Next(kinds.Length + 2);
            if (drawn < kinds.Length) circuit.Add(random, kinds[drawn], () => DrawAngle(random, inputs, parameters));
            else circuit.AddUnitary(CircuitOracle.RandomUnitary(random, drawn == kinds.Length || qubits == 1 ? 2 : 4), random);
        }
        return circuit;
    }

    /// <summary>Adds gates of all kinds but unitaries, by constant angles.</summary>
    public RandomCircuit AddGates(Random random, int gates)
    {
        for (int i = 0; i < gates; i++) Add(random, Kinds[random.Next(Kinds.Length)], () => Samples.Normal(random));
        return this;
    }

    public static int[] DrawQubits(Random random, int qubits, int count) => [.. Enumerable.Range(0, qubits).OrderBy(_ => random.Next()).Take(count)];

    public RandomCircuit Add(GateKind kind, int[] on, params Angle[] angles)
    {
        _builder.Add(kind, on, angles);
        _steps.Add(((inputs, parameters) => CircuitOracle.Gate(kind.Name, [.. angles.Select(angle => Value(angle, inputs, parameters))]), on));
        return this;
    }

    public RandomCircuit Expect(params string[] observables)
    {
        _builder.Expect([.. observables.Select(PauliString.Parse)]);
        return this;
    }

    /// <summary>The state at the end, by the oracle.</summary>
    public CircuitOracle Oracle(double[] inputs, double[] parameters)
    {
        CircuitOracle oracle = new(qubits);
        foreach ((Func<double[], double[], Complex[]> matrix, int[] on) in _steps) oracle.Apply(matrix(inputs, parameters), on);
        return oracle;
    }

    /// <summary>All products of Pauli matrices on the qubits but the identity: together they tell the state.</summary>
    public static string[] AllObservables(int qubits) =>
        [.. Enumerable.Range(1, (1 << (2 * qubits)) - 1).Select(code => string.Concat(Enumerable.Range(0, qubits).Select(q => (code >> (2 * q) & 3) switch { 0 => "", 1 => $"X{q}", 2 => $"Y{q}", _ => $"Z{q}" })))];

    public static double Value(Angle angle, double[] inputs, double[] parameters) => angle.Offset + angle.Source switch
    {
        AngleSource.Input => angle.Factor * inputs[angle.Index],
        AngleSource.Parameter => angle.Factor * parameters[angle.Index],
        _ => 0,
    };

    private GateKind[] Kinds => [.. GateKind.All.Where(kind => kind.Qubits <= qubits)];

    private static Angle DrawAngle(Random random, int inputs, int parameters) => random.Next(5) switch
    {
        0 => Samples.Normal(random),
        1 => Angle.Parameter(random.Next(parameters)),
        2 => (-1.5 * Angle.Parameter(random.Next(parameters))) + 0.5,
        3 => Angle.Input(random.Next(inputs)),
        _ => (2 * Angle.Input(random.Next(inputs))) + -0.25,
    };

    private void Add(Random random, GateKind kind, Func<Angle> angle) =>
        Add(kind, DrawQubits(random, qubits, kind.Qubits), [.. Enumerable.Range(0, kind.Angles).Select(_ => angle())]);

    private void AddUnitary(Complex[] matrix, Random random)
    {
        int[] on = DrawQubits(random, qubits, matrix.Length == 4 ? 1 : 2);
        if (on.Length == 1) _builder.Unitary(on[0], matrix);
        else _builder.Unitary(on[0], on[1], matrix);
        _steps.Add(((_, _) => matrix, on));
    }
}
