using System.CommandLine;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Evaluating;

/// <summary>The option <c>--ignore-identical-ids</c>, named as BEIR names it: a hit whose id is the query's is the query itself.</summary>
internal sealed class IdenticalIds
{
    /// <summary>What is said beside results without such hits.</summary>
    public const string Remark = "hits with the query's own id left out";

    private readonly Option<bool?> _option = new Option<bool?>("--ignore-identical-ids")
    {
        Description = "Leave out hits whose id is the query's, for collections whose queries are documents too (ArguAna, Quora). As in "
            + "BEIR the default where texts come from a folder with corpus.jsonl and queries.jsonl; false keeps them.",
        HelpName = "true|false",
    }.Tag(OptionTags.KeepsResult);

    /// <summary>Adds the option to a command.</summary>
    public IdenticalIds(Command command) => command.Options.Add(_option);

    /// <summary>Whether it is on the command line.</summary>
    public bool IsGiven(ParseResult parse) => parse.GetResult(_option) is { Implicit: false };

    /// <summary>Whether such hits are left out.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="sources">Where the texts come from, files or folders; all have to be of BEIR's layout for its default.</param>
    public bool Read(ParseResult parse, params string?[] sources) =>
        parse.GetValue(_option) ?? (
            sources.Length > 0 && Array.TrueForAll(sources, source => source is not null && DataFolder.IsBeir(source)));
}
