using System.CommandLine;
using System.Globalization;
using QEngine.Quantum;
using QEngine.Storage;
using QEngine.Tools.Circuits;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine circuit</c>.</summary>
internal sealed class CircuitCommand : Command
{
    // Above it a drawing says nothing.
    private const int MostDrawnGates = 2000, DrawingWidth = 110;

    private readonly Argument<InputFile> _file = new("file")
    {
        CustomParser = InputFile.Parse,
        Description = "OpenQASM 2.0, as Qiskit and PennyLane write it; - for standard input.",
        HelpName = "FILE.qasm",
    };

    private readonly Option<string[]> _expect = new("--expect")
    {
        AllowMultipleArgumentsPerToken = true,
        Description = "Pauli strings whose expectations to tell: Z0, X0Y2.",
        HelpName = "P",
    };

    private readonly Option<bool> _probabilities = new("--probabilities")
    {
        Description = "Tell the probabilities of the qubits that the file measures, of all where it measures none.",
    };

    private readonly Option<int?> _shots = new Option<int?>("--shots")
    {
        Description = "Estimate from so many runs of each measurement instead of exact results; --seed picks them.",
        HelpName = "N",
    }.Whole(1, 10_000_000);

    private readonly Option<string[]> _set = new("--set")
    {
        AllowMultipleArgumentsPerToken = true,
        Description = "Values of names that the file has in angles: theta=0.3.",
        HelpName = "NAME=X",
    };

    private readonly Option<bool> _gradients = new("--gradients")
    {
        Description = "Tell the derivatives of the expectations by the names of --set too; these are exact.",
    };

    private readonly Option<OutputFile> _svg = new("--svg")
    {
        CustomParser = OutputFile.ParseAs(".svg"),
        Description = "Write a drawing to a file; - for standard output.",
        HelpName = "OUT.svg",
    };

    /// <summary>Defines the command.</summary>
    public CircuitCommand()
        : base(
            "circuit",
            "Run a quantum circuit of up to 12 qubits; draw it where nothing is asked.\n"
            + "Example: qengine circuit bell.qasm --expect Z0Z1 X0X1 --probabilities")
    {
        Arguments.Add(_file);
        this.AddOptions(_expect, _probabilities, _shots, _set, _gradients, _svg);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        InputFile file = parse.GetRequiredValue(_file);
        PauliString[] observables = CircuitOptions.Observables(parse.GetValue(_expect) ?? []);
        Dictionary<string, double> values = CircuitOptions.Values(parse.GetValue(_set) ?? []);
        bool probabilities = parse.GetValue(_probabilities), gradients = parse.GetValue(_gradients);
        if (gradients && observables.Length == 0) throw new UsageException("expected --expect beside --gradients, found none");
        if (parse.GetValue(_shots) is not null && observables.Length == 0 && !probabilities)
            throw new UsageException("expected --expect or --probabilities beside --shots, found neither");
        CommandPaths.RequireUsable(parse);
        QasmProgram program = QasmProgram.Read(Utf8Text.ReadAllText(file.ReadablePath), file.Name);
        bool runs = observables.Length > 0 || probabilities;
        double[] parameters = CircuitOptions.Parameters(program, values, required: runs);
        CircuitResult result = new CircuitRunner(program, parameters, session)
            .Run(observables, probabilities, gradients, parse.GetValue(_shots));
        if (parse.GetValue(_svg) is { } svg)
        {
            svg.Write(path => AtomicFile.WriteText(path, CircuitSvg.Create(program.Circuit, program.Parameters)));
            result = result with { Drawing = svg.Name };
        }
        session.Show(result, ResultJson.Default.CircuitResult, results => Show(results, program, result, runs));
        return ExitCode.Success;
    }

    private static void Show(ResultWriter results, QasmProgram program, CircuitResult result, bool runs)
    {
        bool draws = !runs && result.Drawing is null;
        if (draws && result.Gates > MostDrawnGates)
            results.Remark($"{result.Gates} gates are too many to draw");
        else if (draws)
            results.Line(CircuitDrawing.Create(program.Circuit, program.Parameters, DrawingWidth).TrimEnd('\n'));
        if (result.Expectations is { } expectations) results.Table(Expectations(expectations, result.Parameters));
        if (result.Probabilities is { } probabilities) results.Table(Probabilities(probabilities));
        results.Remark(
            $"{Plural.Format(result.Qubits, "qubit")}, {Plural.Format(result.Gates, "gate")}"
            + (result.Shots is { } shots ? $", estimates of {Plural.Format(shots, "shot")}" : "")
            + (result.Drawing is { } drawing ? $", drawn in {drawing}" : ""));
    }

    private static ResultTable Expectations(IReadOnlyList<CircuitExpectationResult> expectations, IReadOnlyDictionary<string, double> names)
    {
        bool gradients = expectations[0].Gradient is not null;
        IEnumerable<string> numbers = ["expectation", .. gradients ? names.Keys.Select(name => $"d/d{name}") : []];
        ResultTable table = new([new("observable"), .. numbers.Select(name => new ResultColumn(name, IsNumber: true))]);
        foreach (CircuitExpectationResult one in expectations)
            table.Add([one.Observable, Number(one.Value), .. one.Gradient?.Values.Select(Number) ?? []]);
        return table;
    }

    private static ResultTable Probabilities(IReadOnlyDictionary<string, double> probabilities)
    {
        ResultTable table = new(new ResultColumn("state"), new ResultColumn("probability", IsNumber: true));
        foreach ((string state, double probability) in probabilities) table.Add(state, Number(probability));
        return table;
    }

    private static string Number(double value) => value.ToString("0.00000000", CultureInfo.InvariantCulture);
}
