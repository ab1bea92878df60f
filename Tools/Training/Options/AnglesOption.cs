using QEngine.Quantum;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Training;

/// <summary>The option <c>--angles</c> of commands that make quantum heads.</summary>
internal static class AnglesOption
{
    /// <summary>The words for sets of angles.</summary>
    public static readonly (string Word, PairAngles Value)[] Sets = [("all", PairAngles.All), ("effective", PairAngles.Effective)];

    /// <summary>Defines the option. It has no default word, so that runs from before there was a choice go on.</summary>
    public static ChoiceOption<PairAngles> Create() => new("--angles", Sets)
    {
        Description = "Parameters of a pair of qubits: all twelve angles of the paper's code, with --gate cnot eight, or the effective "
            + "half, on which alone a vector depends. Default: all.",
    };
}
