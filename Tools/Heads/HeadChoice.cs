using System.CommandLine;
using System.Globalization;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tools.Cli;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tools.Heads;

/// <summary>The ways to compress a vector.</summary>
internal enum HeadKind
{
    /// <summary>Angle encoding and compression cascade, trained.</summary>
    Quantum,

    /// <summary>tanh(W u + b), trained.</summary>
    Linear,

    /// <summary>Principal components.</summary>
    Pca,

    /// <summary>The first numbers.</summary>
    Truncate,
}

/// <summary>Which head is wanted.</summary>
/// <param name="Kind">Which way.</param>
/// <param name="Inputs">d, width of the vectors.</param>
/// <param name="Dimension">k, numbers of a compressed vector.</param>
/// <param name="Gate">What joins two qubits.</param>
/// <param name="Tau">Temperature of the fidelity score.</param>
/// <param name="Matryoshka">Numbers of leading columns that are to work alone, rising, k last; empty for all columns only.</param>
internal sealed record HeadChoice(HeadKind Kind, int Inputs, int Dimension, CompressionGate Gate, double Tau, int[] Matryoshka)
{
    /// <summary>Whether it has to be trained.</summary>
    public bool IsTrained => Kind is HeadKind.Quantum or HeadKind.Linear;

    /// <summary>Its name as the option spells it.</summary>
    public string Name => Kind.ToString().ToLowerInvariant();

    /// <summary>What divides the inputs of a quantum head.</summary>
    public EncodingScaleChoice EncodingScale { get; init; } = new(EncodingScaleSource.Standardize);

    /// <summary>The head to train.</summary>
    /// <param name="length">Usual length of the training vectors.</param>
    public HeadConfiguration ConfigurationFor(double length) => Kind == HeadKind.Quantum
        ? HeadConfiguration.Quantum(Inputs, Dimension, Gate, EncodingScale.For(length))
        : HeadConfiguration.Linear(Inputs, Dimension);

    /// <summary>How representations are compared while it is trained.</summary>
    /// <param name="scale">Factor of cosine or fidelity.</param>
    public IScore<float> Score(double scale) =>
        Kind == HeadKind.Quantum ? new FidelityScore<float>(scale, Tau) : new CosineScore<float>(scale);
}

/// <summary>The options that pick a head.</summary>
internal sealed class HeadChoiceOptions
{
    private readonly ChoiceOption<HeadKind> _head = new(
        "--head", ("quantum", HeadKind.Quantum), ("linear", HeadKind.Linear), ("pca", HeadKind.Pca), ("truncate", HeadKind.Truncate))
    {
        Description = "quantum: angle encoding and compression cascade; linear: tanh(W u + b); pca: principal components; truncate: the "
            + "first numbers. The last two are not trained.",
        Default = "quantum",
    };

    private readonly Option<int?> _dimension = new Option<int?>("--dim")
    {
        Description = "Numbers of a compressed vector, 1 to the width of the input; that width if left out.",
        HelpName = "K",
    }.Whole(1);

    private readonly ChoiceOption<CompressionGate> _gate = GateOption.Create();
    private readonly Option<EncodingScaleChoice?> _encodingScale = EncodingScaleOption.Create();
    private readonly Option<double> _tau = TauOption.Create();
    private readonly Option<string?> _matryoshka = MatryoshkaOption.Create();

    /// <summary>Adds the options to a command.</summary>
    public HeadChoiceOptions(Command command)
    {
        command.AddOptions(_head, _dimension, _gate, _encodingScale, _tau, _matryoshka);
    }

    /// <summary>The head for vectors of a width.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="inputs">The width.</param>
    /// <param name="isRead">Whether training starts from a head that is read.</param>
    /// <exception cref="UsageException">The options do not fit together.</exception>
    public HeadChoice Read(ParseResult parse, int inputs, bool isRead)
    {
        HeadKind kind = ReadKind(parse);
        int dimension = parse.GetValue(_dimension) ?? inputs;
        if (dimension > inputs) throw new UsageException($"expected --dim from 1 to {inputs}, the width of the input, found {dimension}");
        CompressionGate gate = _gate.Read(parse);
        double tau = parse.GetValue(_tau);
        int[] lengths = MatryoshkaOption.Read(parse, _matryoshka, dimension);
        if (lengths.Length > 0 && kind != HeadKind.Linear)
            throw new UsageException($"expected --matryoshka with --head linear, found --head {kind.ToString().ToLowerInvariant()}");
        EncodingScaleChoice scale = EncodingScaleOption.Read(parse, _encodingScale, kind, isRead);
        return new HeadChoice(kind, inputs, dimension, gate, tau, lengths) { EncodingScale = scale };
    }

    /// <summary>Which kind of head is asked for.</summary>
    public HeadKind ReadKind(ParseResult parse) => _head.Read(parse);
}
