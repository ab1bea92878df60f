using System.CommandLine;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>The options that pick a head and how its representations are scored.</summary>
internal sealed class HeadOptions
{
    private readonly ChoiceOption<Kind> _head;

    private readonly Option<int?> _dimension = new Option<int?>("--dim")
    {
        Description = "Output dimension K, 1 to the width of the input; that width if left out.",
        HelpName = "K",
    }.Whole(1);

    private readonly ChoiceOption<CompressionGate> _gate = GateOption.Create();
    private readonly ChoiceOption<PairAngles> _angles = AnglesOption.Create();
    private readonly ChoiceOption<Similarity?> _similarity = new(
        "--similarity", ("fidelity", Similarity.Fidelity), ("state-fidelity", Similarity.StateFidelity),
        ("cosine", Similarity.Cosine))
    {
        Description = "How representations are compared; follows from the head unless it is none.",
    };

    private readonly Option<double> _tau = TauOption.Create();
    private readonly EntangledOptions _entangled;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="defaultHead">The head if none is named.</param>
    public HeadOptions(Command command, string defaultHead)
    {
        _head = new ChoiceOption<Kind>(
            "--head", ("quantum", Kind.Quantum), ("entangled", Kind.Entangled), ("linear", Kind.Linear), ("none", Kind.None))
        {
            Description = "quantum: angle encoding and compression cascade; entangled: a state of few qubits; linear: tanh(W u + b); "
                + "none: the pooled vector.",
            Default = defaultHead,
        };
        command.AddOptions(_head, _dimension, _gate, _angles, _similarity, _tau);
        _entangled = new EntangledOptions(command);
    }

    /// <summary>The head for an input of a given width.</summary>
    /// <exception cref="UsageException">The options do not fit together.</exception>
    public HeadConfiguration Read(ParseResult parse, int width)
    {
        (Kind head, Similarity? similarity) = (_head.Read(parse), _similarity.Read(parse));
        (int qubits, StateEncoding encoding) = _entangled.Read(parse, _head.WordOf(head), head == Kind.Entangled, width, _dimension);
        int dimension = parse.GetValue(_dimension) ?? width;
        if (dimension > width) throw new UsageException($"expected --dim from 1 to {width}, the width of the input, found {dimension}");
        Similarity own = head switch
        {
            Kind.Quantum => Similarity.Fidelity,
            Kind.Entangled => Similarity.StateFidelity,
            _ => Similarity.Cosine,
        };
        if (head == Kind.None && similarity == Similarity.StateFidelity)
            throw new UsageException("expected --similarity fidelity or cosine for --head none, found state-fidelity");
        if (head != Kind.None && similarity is { } other && other != own)
        {
            throw new UsageException(
                $"expected --similarity {_similarity.WordOf(own)} for --head {_head.WordOf(head)}, found {_similarity.WordOf(other)}");
        }
        HeadConfiguration configuration = (head, similarity ?? own) switch
        {
            (Kind.Entangled, _) => HeadConfiguration.Entangled(width, qubits, encoding),
            (Kind.Linear, _) => HeadConfiguration.Linear(width, dimension),
            (Kind.None, Similarity.Cosine) => HeadConfiguration.None(width),
            _ => HeadConfiguration.Quantum(width, dimension, _gate.Read(parse), angles: _angles.Read(parse)),
        };
        if (head == Kind.None && dimension != width)
            throw new UsageException($"expected --dim {width}, the width of the input, without a head, found {dimension}");
        return configuration;
    }

    /// <summary>The score of the paper for a head, 20 F or 20 cos, or with another factor.</summary>
    public IScore<float> Score(ParseResult parse, HeadConfiguration head, double scale = 20) =>
        SimilarityScore.Of<float>(head.Similarity, scale, parse.GetValue(_tau));

    private enum Kind
    {
        Quantum,
        Entangled,
        Linear,
        None,
    }
}
