using System.CommandLine;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>The options that pick a head and how its representations are scored.</summary>
internal sealed class HeadOptions
{
    private readonly Option<string> _head = new("--head") { Description = "quantum: angle encoding and compression cascade; linear: tanh(W u + b); none: the pooled vector.", HelpName = "quantum|linear|none" };
    private readonly Option<int?> _dimension = new Option<int?>("--dim") { Description = "Output dimension K, 1 to the width of the input; that width if left out.", HelpName = "K" }.Whole(1);
    private readonly Option<string> _gate = GateOption.Create();
    private readonly Option<string?> _similarity = new("--similarity") { Description = "How representations are compared; follows from the head unless it is none.", HelpName = "fidelity|cosine" };
    private readonly Option<double> _tau = TauOption.Create();

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="defaultHead">The head if none is named.</param>
    public HeadOptions(Command command, string defaultHead)
    {
        _head.DefaultValueFactory = _ => defaultHead;
        command.AddOptions(_head, _dimension, _gate, _similarity, _tau);
    }

    /// <summary>The head for an input of a given width.</summary>
    /// <exception cref="UsageException">The options do not fit together.</exception>
    public HeadConfiguration Read(ParseResult parse, int width)
    {
        string head = parse.GetValue(_head)!;
        string? similarity = parse.GetValue(_similarity);
        if (similarity is not (null or "fidelity" or "cosine")) throw new UsageException($"expected --similarity fidelity or cosine, found '{similarity}'");
        int dimension = parse.GetValue(_dimension) ?? width;
        if (dimension > width) throw new UsageException($"expected --dim from 1 to {width}, the width of the input, found {dimension}");
        CompressionGate gate = GateOption.Read(parse, _gate);
        HeadConfiguration configuration = (head, similarity) switch
        {
            ("quantum", null or "fidelity") => HeadConfiguration.Quantum(width, dimension, gate),
            ("linear", null or "cosine") => HeadConfiguration.Linear(width, dimension),
            ("none", null or "cosine") => HeadConfiguration.None(width),
            ("none", _) => HeadConfiguration.Quantum(width, dimension, gate),
            ("quantum" or "linear", _) => throw new UsageException($"expected --similarity {(head == "quantum" ? "fidelity" : "cosine")} for --head {head}, found {similarity}"),
            _ => throw new UsageException($"expected --head quantum, linear or none, found '{head}'"),
        };
        if (head == "none" && dimension != width) throw new UsageException($"expected --dim {width}, the width of the input, without a head, found {dimension}");
        return configuration;
    }

    /// <summary>The score of the paper for a head, 20 F or 20 cos, or with another factor.</summary>
    public IScore<float> Score(ParseResult parse, HeadConfiguration head, double scale = 20)
    {
        double tau = parse.GetValue(_tau);
        return head.Similarity == Similarity.Fidelity ? new FidelityScore<float>(scale, tau) : new CosineScore<float>(scale);
    }
}
