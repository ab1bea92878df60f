using QEngine.Quantum;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Training;

/// <summary>The option <c>--gate</c> of commands that make quantum heads.</summary>
internal static class GateOption
{
    /// <summary>Defines the option.</summary>
    public static ChoiceOption<CompressionGate> Create() =>
        new("--gate", ("controlled_u", CompressionGate.ControlledU), ("cnot", CompressionGate.Cnot))
        {
            Description = "What joins two qubits: the paper's code has a trainable controlled unitary, its figure a CNOT.",
            Default = "controlled_u",
        };
}
