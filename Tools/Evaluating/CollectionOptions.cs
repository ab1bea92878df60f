using System.CommandLine;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Evaluating;

/// <summary>The options that say what is ranked, and by which judgements it is measured.</summary>
internal sealed class CollectionOptions
{
    private readonly Option<string?> _data = new("--data") { Description = "Folder with queries, passages and qrels as BEIR or MS MARCO name them; each of the next three may replace its own.", HelpName = "DIR" };
    private readonly Option<string?> _queries = new("--queries") { Description = "Queries: .tsv (id, tab, text), .jsonl (BEIR) or .json (the paper's), perhaps with .gz. Those without judgements are left out.", HelpName = "F" };
    private readonly Option<string?> _passages = new("--passages") { Description = "Passages in the same formats.", HelpName = "F" };
    private readonly Option<string?> _judgements = new("--qrels") { Description = "Judgements in TREC's or BEIR's format, or the paper's queries (.json), which are the default where --queries are those.", HelpName = "F" };
    private readonly Option<bool> _judgedOnly = new("--judged-only") { Description = "Rank each query's judged passages only, as the paper does, instead of the whole collection." };
    private readonly Option<string?> _candidates = new("--candidates")
    {
        Description = "Rank each query's candidates only: those of a TREC run, or of MS MARCO's top1000 (query id, passage id, query, passage by tabs), which replaces --queries and --passages.",
        HelpName = "F",
    };

    private readonly IdenticalIds _identicalIds;

    /// <summary>Adds the options to a command.</summary>
    public CollectionOptions(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_data, _queries, _passages, _judgements, _judgedOnly, _candidates]) command.Options.Add(option);
        _identicalIds = new IdenticalIds(command);
        command.Validators.Add(result =>
        {
            bool Has(Option option) => result.GetResult(option) is { Implicit: false };
            if (Has(_judgedOnly) && Has(_candidates)) result.AddError("expected --judged-only or --candidates, found both");
            bool hasTexts = Has(_data) || Has(_candidates);
            if (!hasTexts && !Has(_queries)) result.AddError("expected --queries, or --data, found neither");
            else if (!hasTexts && !Has(_passages)) result.AddError("expected --passages, or --data, found neither");
        });
    }

    /// <summary>Reads queries and judgements; the passages are read by the retriever.</summary>
    /// <exception cref="UsageException">A file is not named.</exception>
    /// <exception cref="QEngineException">A file is malformed.</exception>
    public RankingTask Read(ParseResult parse)
    {
        string? data = parse.GetValue(_data), queries = parse.GetValue(_queries) ?? data, passages = parse.GetValue(_passages) ?? data;
        string qrels = parse.GetValue(_judgements) ?? data ?? (queries is not null && TextFile.IsPaper(queries) ? queries : throw Missing(_judgements));
        Candidates? candidates = parse.GetValue(_candidates) is { } path ? Candidates.Read(path) : null;
        if (candidates?.Queries is not null && (queries ?? passages) is not null) throw new UsageException("expected --candidates with texts alone, found --queries, --passages or --data beside them");
        TextSource asked = candidates?.Queries ?? TextSource.Of(DataFolder.Queries(queries ?? throw Missing(_queries)));
        TextSource collection = candidates?.Passages ?? TextSource.Of(DataFolder.Passages(passages ?? throw Missing(_passages)));
        return new RankingTask(JudgedQueries.Read(asked, qrels), collection, parse.GetValue(_judgedOnly), candidates, _identicalIds.Read(parse, queries, passages));
    }

    private static UsageException Missing(Option option) => new($"expected {option.Name}, or --data, found neither");
}
