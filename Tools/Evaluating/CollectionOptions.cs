using System.CommandLine;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Evaluating;

/// <summary>The options that say what is ranked, and by which judgements it is measured.</summary>
internal sealed class CollectionOptions
{
    private readonly Option<InputFolder> _data = new("--data")
    {
        CustomParser = InputFolder.ParseWith(DataFolder.Files),
        Description = "Folder with queries, passages and qrels as BEIR or MS MARCO name them; each of the next three may replace its own.",
        HelpName = "DIR",
    };

    private readonly Option<InputFile> _queries = new("--queries")
    {
        CustomParser = InputFile.ParseIn(DataFolder.Queries),
        Description = "Queries: .tsv (id, tab, text), .jsonl (BEIR) or .json (the paper's), perhaps with .gz; - for standard input. "
            + "Those without judgements are left out.",
        HelpName = "F",
    };

    private readonly Option<InputFile> _passages = new("--passages")
    {
        CustomParser = InputFile.ParseIn(DataFolder.Passages),
        Description = "Passages in the same formats.",
        HelpName = "F",
    };

    private readonly Option<InputFile> _judgements = new("--qrels")
    {
        CustomParser = InputFile.ParseIn(DataFolder.Judgements),
        Description = "Judgements in TREC's or BEIR's format, or the paper's queries (.json), which are the default where --queries are "
            + "those.",
        HelpName = "F",
    };

    private readonly Option<bool> _judgedOnly = new("--judged-only")
    {
        Description = "Rank each query's judged passages only, as the paper does, instead of the whole collection.",
    };

    private readonly Option<InputFile> _candidates = new("--candidates")
    {
        CustomParser = InputFile.Parse,
        Description = "Rank each query's candidates only: those of a TREC run, or of MS MARCO's top1000 (query id, passage id, query, "
            + "passage by tabs), which replaces --queries and --passages.",
        HelpName = "F",
    };

    private readonly TextFormatOption _format;
    private readonly IdenticalIds _identicalIds;

    /// <summary>Adds the options to a command.</summary>
    public CollectionOptions(Command command)
    {
        command.AddOptions(_data, _queries, _passages, _judgements, _judgedOnly, _candidates);
        _format = new TextFormatOption(command, _queries, _passages);
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
        IdTextFormat? format = _format.Read(parse);
        InputFile? queries = Get(parse, _queries, DataFolder.Queries), passages = Get(parse, _passages, DataFolder.Passages);
        InputFile? own = queries is not null && TextFile.IsPaper(queries.File) ? queries : null;
        InputFile qrels = Get(parse, _judgements, DataFolder.Judgements) ?? own ?? throw Missing(_judgements);
        Candidates? candidates = parse.GetValue(_candidates) is { } file ? Candidates.Read(file.ReadablePath) : null;
        if (candidates?.Queries is not null && (queries ?? passages) is not null)
            throw new UsageException("expected --candidates with texts alone, found --queries, --passages or --data beside them");
        TextSource asked = candidates?.Queries ?? TextSource.From(queries ?? throw Missing(_queries), format);
        TextSource collection = candidates?.Passages ?? TextSource.From(passages ?? throw Missing(_passages), format);
        bool ignoreIdenticalIds = _identicalIds.Read(parse, queries?.Given, passages?.Given);
        return new RankingTask(JudgedQueries.Read(asked, qrels), collection, parse.GetValue(_judgedOnly), candidates, ignoreIdenticalIds);
    }

    /// <summary>The file of an option, or that of the folder of data.</summary>
    private InputFile? Get(ParseResult parse, Option<InputFile> option, Func<string, string> find) =>
        parse.GetValue(option) ?? (parse.GetValue(_data) is { } data ? InputFile.From(_data.Name, data.Folder, find) : null);

    private static UsageException Missing(Option option) => new($"expected {option.Name}, or --data, found neither");
}
