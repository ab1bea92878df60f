using System.CommandLine;
using System.Globalization;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tools.Cli;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tools.Heads;

/// <summary>Which head is wanted.</summary>
/// <param name="Kind">Which way.</param>
/// <param name="Inputs">d, width of the vectors.</param>
/// <param name="Dimension">k, numbers of a compressed vector.</param>
/// <param name="Gate">What joins two qubits.</param>
/// <param name="Tau">Temperature of the fidelity score.</param>
/// <param name="Matryoshka">Numbers of leading columns that are to work alone, rising, k last; empty for all columns only.</param>
internal sealed record HeadChoice(HeadKind Kind, int Inputs, int Dimension, CompressionGate Gate, double Tau, int[] Matryoshka)
{
    /// <summary>Whether it has to be trained: amplitudes have nothing to train.</summary>
    public bool IsTrained =>
        HeadKinds.IsTrained(Kind) && !(Kind == HeadKind.Entangled && StateEncoding == StateEncoding.Amplitude);

    /// <summary>Its name as the option spells it.</summary>
    public string Name => HeadKinds.Word(Kind);

    /// <summary>Which angles of a quantum head's pairs are parameters.</summary>
    public PairAngles Angles { get; init; }

    /// <summary>Whether a quantum head's outputs are read with a residual of their encoded qubits.</summary>
    public bool HasResidual { get; init; }

    /// <summary>Groups of a grouped head; as many as make it about as large as the quantum head if null.</summary>
    public int? Groups { get; init; }

    /// <summary>f of a linear head.</summary>
    public DenseActivation Activation { get; init; } = DenseActivation.Tanh;

    /// <summary>Qubits of an entangled head, whose dimension is 2 2^n.</summary>
    public int Qubits => System.Numerics.BitOperations.Log2((uint)Dimension) - 1;

    /// <summary>How the inputs of an entangled head become its state.</summary>
    public StateEncoding StateEncoding { get; init; }

    /// <summary>What divides the inputs of a quantum or entangled head.</summary>
    public EncodingScaleChoice EncodingScale { get; init; } = new(EncodingScaleSource.Standardize);

    /// <summary>What of the fidelity is trained by.</summary>
    public FidelityForm Form { get; init; }

    /// <summary>Standard deviation of a quantum head's raw angles at the start.</summary>
    public double StartDeviation { get; init; } = 1;

    /// <summary>The head to train.</summary>
    /// <param name="length">Usual length of the training vectors.</param>
    public HeadConfiguration ConfigurationFor(double length) => Kind switch
    {
        HeadKind.Quantum => new HeadConfiguration(
            Inputs, new QuantumModule(Inputs, Dimension, Gate, EncodingScale.For(length), Angles) { HasResidualReadout = HasResidual }),
        HeadKind.Entangled => HeadConfiguration.Entangled(
            Inputs, Qubits, StateEncoding, StateEncoding == StateEncoding.Angle ? EncodingScale.For(length) : Quantum.EncodingScale.None),
        HeadKind.Grouped => HeadConfiguration.Grouped(Inputs, Dimension, Groups ?? GroupsLikeQuantum),
        _ => new HeadConfiguration(Inputs, new DenseModule(Inputs, Dimension, Activation)),
    };

    // A divisor of k for each size that a grouped head can have: d k / G weights and k biases.
    private int GroupsLikeQuantum
    {
        get
        {
            long parameters = new Cascade(Inputs, Dimension, Gate, Angles).Parameters;
            return Enumerable.Range(1, Dimension).Where(groups => Dimension % groups == 0)
                .MinBy(groups => Math.Abs(((long)Inputs * Dimension / groups) + Dimension - parameters));
        }
    }

    /// <summary>How representations are compared while it is trained.</summary>
    /// <param name="scale">Factor of cosine or fidelity.</param>
    public IScore<float> Score(double scale) => FidelityForms.Score(Form, HeadKinds.SimilarityOf(Kind), scale, Tau);
}

/// <summary>The options that pick a head.</summary>
internal sealed class HeadChoiceOptions
{
    private readonly ChoiceOption<HeadKind?> _head = new("--head", [.. HeadKinds.All.Select(known => (known.Word, (HeadKind?)known.Kind))])
    {
        Description = "quantum: angle encoding and compression cascade; entangled: a state of few qubits; linear: tanh(W u + b); grouped: "
            + "the same with W zero between groups of inputs; pca: principal components; tempered-pca: these, scaled by a power of their "
            + "variance; truncate: the first numbers. The last three are not trained. If left out linear with --pairs or --group-size, pca "
            + "without.",
    };

    private readonly Option<int?> _dimension = new Option<int?>("--dim")
    {
        Description = "Numbers of a compressed vector, 1 to the width of the input; that width if left out.",
        HelpName = "K",
    }.Whole(1);

    private readonly Option<int?> _groups = new Option<int?>("--groups")
    {
        Description = "With --head grouped: groups of its inputs, a divisor of --dim; as many as --dim give every input one weight. If "
            + "left out as many as make the head about as large as the quantum one.",
        HelpName = "G",
    }.Whole(1);

    private readonly ChoiceOption<CompressionGate> _gate = GateOption.Create();
    private readonly ChoiceOption<PairAngles> _angles = AnglesOption.Create();
    private readonly Option<EncodingScaleChoice?> _encodingScale = EncodingScaleOption.Create();
    private readonly Option<double> _tau = TauOption.Create();
    private readonly Option<string?> _matryoshka = MatryoshkaOption.Create();
    private readonly EntangledOptions _entangled;

    /// <summary>Adds the options to a command.</summary>
    public HeadChoiceOptions(Command command)
    {
        command.AddOptions(_head, _dimension, _groups, _gate, _angles, _encodingScale, _tau, _matryoshka);
        _entangled = new EntangledOptions(command);
    }

    /// <summary>The head for vectors of a width.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="kind">Which kind, <see cref="ReadKind"/>.</param>
    /// <param name="inputs">The width.</param>
    /// <param name="isRead">Whether training starts from a head that is read.</param>
    /// <exception cref="UsageException">The options do not fit together.</exception>
    public HeadChoice Read(ParseResult parse, HeadKind kind, int inputs, bool isRead)
    {
        (int qubits, StateEncoding encoding) = _entangled.Read(
            parse, HeadKinds.Word(kind), kind == HeadKind.Entangled, inputs, _dimension);
        int dimension = qubits > 0 ? 2 << qubits : parse.GetValue(_dimension) ?? inputs;
        if (dimension > inputs && qubits == 0)
            throw new UsageException($"expected --dim from 1 to {inputs}, the width of the input, found {dimension}");
        CompressionGate gate = _gate.Read(parse);
        double tau = parse.GetValue(_tau);
        int[] lengths = MatryoshkaOption.Read(parse, _matryoshka, dimension);
        if (lengths.Length > 0 && kind != HeadKind.Linear)
            throw new UsageException($"expected --matryoshka with --head linear, found --head {HeadKinds.Word(kind)}");
        int? groups = parse.GetValue(_groups);
        if (groups is not null && kind != HeadKind.Grouped)
            throw new UsageException($"expected --groups with --head grouped, found --head {HeadKinds.Word(kind)}");
        if (dimension % (groups ?? 1) != 0) throw new UsageException($"expected --groups to divide --dim {dimension}, found {groups}");
        EncodingScaleChoice scale = EncodingScaleOption.Read(parse, _encodingScale, kind, isRead);
        return new HeadChoice(kind, inputs, dimension, gate, tau, lengths)
        {
            Angles = _angles.Read(parse),
            Groups = groups,
            EncodingScale = scale,
            StateEncoding = encoding,
        };
    }

    /// <summary>Which kind of head is asked for, or measures best for such data: a linear one where labels can train it.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="labelled">Whether there are labels.</param>
    public HeadKind ReadKind(ParseResult parse, bool labelled) => _head.Read(parse) ?? (labelled ? HeadKind.Linear : HeadKind.Pca);
}
