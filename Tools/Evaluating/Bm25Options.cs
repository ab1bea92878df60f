using System.CommandLine;
using QEngine.Retrieval;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Evaluating;

/// <summary>The options of BM25.</summary>
internal sealed class Bm25Options
{
    private static readonly Bm25Settings Defaults = new();

    private readonly Option<double> _k1 = new Option<double>("--k1")
    {
        DefaultValueFactory = _ => Defaults.K1,
        Description = "BM25: saturation of the term frequency, at least 0.",
        HelpName = "X",
    }.Real(Interval.AtLeast(0));

    private readonly Option<double> _b = new Option<double>("--b")
    {
        DefaultValueFactory = _ => Defaults.B,
        Description = "BM25: strength of the length normalisation, 0 to 1.",
        HelpName = "X",
    }.Real(Interval.Share);

    private readonly Option<bool> _stem = new("--stem")
    {
        Description = "BM25: reduce English words to Porter's stems, so that \"car\" finds \"cars\".",
    };

    /// <summary>Adds the options to a command.</summary>
    public Bm25Options(Command command)
    {
        command.AddOptions(_k1, _b, _stem);
    }

    /// <summary>Reads the options.</summary>
    public Bm25Settings Read(ParseResult parse) => new() { K1 = parse.GetValue(_k1), B = parse.GetValue(_b), Stem = parse.GetValue(_stem) };
}
