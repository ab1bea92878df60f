using System.CommandLine;
using System.CommandLine.Parsing;
using QEngine.Retrieval;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Evaluating;

/// <summary>The options that join a model's ranking with BM25's.</summary>
internal sealed class HybridOptions
{
    /// <summary>Documents of each ranking that are fused; those behind would add next to nothing.</summary>
    public const int Depth = 1000;

    private readonly ChoiceOption<Func<double, Fusion>> _hybrid = new(
        "--hybrid", ("rrf", _ => new ReciprocalRankFusion()), ("weighted", weight => new WeightedFusion(weight)))
    {
        Description = "Fuse the model's ranking with BM25's: rrf, reciprocal ranks 1 / (60 + rank); or weighted, scores (ln F for "
            + "fidelity) brought to 0 .. 1.",
    };

    private readonly Option<double> _weight = new Option<double>("--weight")
    {
        DefaultValueFactory = _ => 0.5,
        Description = "Weight of the model in --hybrid weighted, 0 to 1; BM25 has what is left.",
        HelpName = "W",
    }.Real(Interval.Share);

    /// <summary>Adds the options to a command.</summary>
    public HybridOptions(Command command)
    {
        command.AddOptions(_hybrid, _weight);
    }

    /// <summary>Whether a fusion is asked for.</summary>
    public bool IsIn(CommandResult result) => result.GetResult(_hybrid) is { Implicit: false };

    /// <summary>What the result is called, or null.</summary>
    public string? Name(ParseResult parse) => parse.GetValue(_hybrid);

    /// <summary>Reads the options.</summary>
    /// <returns>The fusion, or null where none is asked for.</returns>
    /// <exception cref="UsageException">There is a weight that does not fit the fusion.</exception>
    public Fusion? Read(ParseResult parse)
    {
        bool hasWeight = parse.GetResult(_weight) is { Implicit: false };
        string? name = Name(parse);
        if (hasWeight && name != "weighted")
            throw new UsageException($"expected --hybrid weighted with --weight, found {(name is null ? "none" : $"'{name}'")}");
        return _hybrid.Read(parse)?.Invoke(parse.GetValue(_weight));
    }
}
