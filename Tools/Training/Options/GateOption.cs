using System.CommandLine;
using QEngine.Quantum;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Training;

/// <summary>The option <c>--gate</c> of commands that make quantum heads.</summary>
internal static class GateOption
{
    /// <summary>Describes the option.</summary>
    public static Option<string> Create() => new("--gate") { Description = "What joins two qubits: the paper's code has a trainable controlled unitary, its figure a CNOT.", DefaultValueFactory = _ => "controlled_u", HelpName = "controlled_u|cnot" };

    /// <summary>Reads the option.</summary>
    /// <exception cref="UsageException">There is no such gate.</exception>
    public static CompressionGate Read(ParseResult parse, Option<string> option) => parse.GetValue(option) switch
    {
        "controlled_u" => CompressionGate.ControlledU,
        "cnot" => CompressionGate.Cnot,
        string other => throw new UsageException($"expected --gate controlled_u or cnot, found '{other}'"),
        null => CompressionGate.ControlledU,
    };
}
