using System.Globalization;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Circuits;

/// <summary>Runs a program and collects what was asked of it.</summary>
/// <param name="program">The program.</param>
/// <param name="parameters">Its parameters.</param>
/// <param name="session">Threads and seed.</param>
internal sealed class CircuitRunner(QasmProgram program, double[] parameters, Session session)
{
    // What rounding leaves of a probability that is 0.
    private const double Negligible = 1e-12;

    /// <summary>Runs it.</summary>
    /// <param name="observables">Expectations that are asked for.</param>
    /// <param name="probabilities">Whether probabilities are.</param>
    /// <param name="gradients">Whether derivatives of the expectations are.</param>
    /// <param name="shots">Runs of a measurement to estimate from; null for exact results.</param>
    public CircuitResult Run(PauliString[] observables, bool probabilities, bool gradients, int? shots)
    {
        int[] measured = program.Measured.Count > 0 ? [.. program.Measured] : [.. Enumerable.Range(0, program.Circuit.Qubits)];
        Circuit circuit = Measuring(observables, probabilities ? measured : null);
        Tape<double> tape = new(session.Workers, recording: gradients);
        Tensor<double> inputs = new([], new Shape(1, 0)), angles = tape.Leaf(parameters, Shape.Vector(parameters.Length));
        Tensor<double> outputs = CircuitExpectation.Apply(tape, circuit, inputs, angles);
        double[] results = outputs.Span.ToArray();
        if (shots is { } count) CircuitShots.Estimate<double>(circuit, count, new SplittableRandom(session.Seed), results);
        return new CircuitResult(
            program.Circuit.Qubits,
            program.Circuit.Gates.Length,
            Named(parameters),
            shots,
            observables.Length == 0 ? null : [.. observables.Select(Expectation)],
            probabilities ? ByState(results.AsSpan(observables.Length), measured.Length) : null);

        CircuitExpectationResult Expectation(PauliString observable, int i) =>
            new(observable.ToString(), results[i], gradients ? Named(Gradient(tape, outputs, angles, i)) : null);
    }

    private Circuit Measuring(PauliString[] observables, int[]? measured)
    {
        CircuitBuilder builder = new CircuitBuilder(program.Circuit.Qubits).Append(program.Circuit);
        try
        {
            builder.Expect(observables);
        }
        catch (ArgumentOutOfRangeException)
        {
            PauliString wrong = observables.First(one => one.Qubits > program.Circuit.Qubits);
            throw new UsageException($"expected --expect of the qubits 0 to {program.Circuit.Qubits - 1}, found {wrong}");
        }
        return (measured is null ? builder : builder.Probabilities(measured)).Build();
    }

    private static double[] Gradient(Tape<double> tape, Tensor<double> outputs, Tensor<double> angles, int output)
    {
        double[] upstream = new double[outputs.Shape.Length];
        upstream[output] = 1;
        return tape.Backward(outputs, upstream)[angles].ToArray();
    }

    private Dictionary<string, double> Named(double[] values)
    {
        Dictionary<string, double> named = [];
        for (int i = 0; i < values.Length; i++) named[program.Parameters[i]] = values[i];
        return named;
    }

    private static Dictionary<string, double> ByState(ReadOnlySpan<double> probabilities, int qubits)
    {
        Dictionary<string, double> states = [];
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] > Negligible)
                states[i.ToString($"B{qubits}", CultureInfo.InvariantCulture)] = probabilities[i];
        }
        return states;
    }
}

/// <summary>What <c>qengine circuit</c> found, as JSON.</summary>
/// <param name="Qubits">How many qubits.</param>
/// <param name="Gates">How many gates, definitions resolved.</param>
/// <param name="Parameters">Names in angles and their values.</param>
/// <param name="Shots">Runs of a measurement, or null for exact results.</param>
/// <param name="Expectations">Those asked for, or null.</param>
/// <param name="Probabilities">By state, the first measured qubit first, or null; states without any are left out.</param>
internal sealed record CircuitResult(
    int Qubits,
    int Gates,
    IReadOnlyDictionary<string, double> Parameters,
    int? Shots,
    IReadOnlyList<CircuitExpectationResult>? Expectations,
    IReadOnlyDictionary<string, double>? Probabilities)
{
    /// <summary>The file with a drawing, or null.</summary>
    public string? Drawing { get; init; }
}

/// <summary>An expectation, as JSON.</summary>
/// <param name="Observable">Of what.</param>
/// <param name="Value">The expectation.</param>
/// <param name="Gradient">Its derivatives by name, or null where they were not asked for.</param>
internal sealed record CircuitExpectationResult(string Observable, double Value, IReadOnlyDictionary<string, double>? Gradient);
