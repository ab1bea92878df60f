using System.CommandLine;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Training;

/// <summary>The options that say what is trained on.</summary>
internal sealed class DataOptions
{
    private readonly Option<InputFile[]> _triples = new Option<InputFile[]>("--triples")
    {
        CustomParser = InputFile.ParseAll,
        AllowMultipleArgumentsPerToken = true,
        Description = "TSV files with rows of query, positive and any number of negatives: texts, or ids with --queries and --collection.",
        HelpName = "FILE.tsv",
    }.Tag(OptionTags.Local);

    private readonly Option<InputFile[]> _hardNegatives = new Option<InputFile[]>("--hard-negatives")
    {
        CustomParser = InputFile.ParseAll,
        AllowMultipleArgumentsPerToken = true,
        Description = "Mined negatives as sentence-transformers publishes them ({\"qid\", \"pos\", \"neg\"} a line), with --queries and "
            + "--collection.",
        HelpName = "FILE.jsonl",
    }.Tag(OptionTags.Local);

    private readonly Option<InputFile[]> _paper = new Option<InputFile[]>("--paper-queries")
    {
        CustomParser = InputFile.ParseAll,
        AllowMultipleArgumentsPerToken = true,
        Description = "The paper's queries ({id: {\"query\", \"pos\", \"hard_neg\"}}), with --paper-corpus. As in its program, the "
            + "first --negatives of a query; queries with fewer are left out.",
        HelpName = "FILE.json",
    }.Tag(OptionTags.Local);

    private readonly Option<InputFile[]> _pairs = new Option<InputFile[]>("--pairs")
    {
        CustomParser = InputFile.ParseAll,
        AllowMultipleArgumentsPerToken = true,
        Description = "TSV files of text, text, score of their likeness, or in the STS benchmark's columns; for --loss cosent or mse.",
        HelpName = "FILE.tsv",
    }.Tag(OptionTags.Local);

    private readonly Option<InputFile[]> _teacher = new Option<InputFile[]>("--teacher")
    {
        CustomParser = InputFile.ParseAll,
        AllowMultipleArgumentsPerToken = true,
        Description = "TSV files of query, passage, score by a teacher; for --loss margin-mse or distillation.",
        HelpName = "FILE.tsv",
    }.Tag(OptionTags.Local);

    private readonly Option<InputFile> _queries = new Option<InputFile>("--queries")
    {
        CustomParser = InputFile.ParseIn(DataFolder.Queries),
        Description = "Texts of the queries that rows name by ids: .tsv, .jsonl or .json.",
        HelpName = "FILE",
    }.Tag(OptionTags.Local);

    private readonly Option<InputFile> _collection = new Option<InputFile>("--collection")
    {
        CustomParser = InputFile.ParseIn(DataFolder.Passages),
        Description = "Texts of the passages that rows name by ids; only these are kept in memory.",
        HelpName = "FILE",
    }.Tag(OptionTags.Local);

    private readonly Option<InputFile> _paperCorpus = new Option<InputFile>("--paper-corpus")
    {
        CustomParser = InputFile.Parse,
        Description = "The paper's corpus ({id: text}).",
        HelpName = "FILE.json",
    }.Tag(OptionTags.Local);

    private readonly Option<string[]> _systems = new("--systems")
    {
        AllowMultipleArgumentsPerToken = true,
        Description = "Systems whose negatives are taken from --hard-negatives; all if left out.",
        HelpName = "NAME",
    };

    private readonly Option<int> _perSystem = new Option<int>("--per-system")
    {
        Description = "Most negatives of a query from one system of --hard-negatives; each step draws --negatives of all.",
        DefaultValueFactory = _ => 5,
        HelpName = "N",
    }.Whole(1);

    private readonly Option<InputFile[]> _cloze = new Option<InputFile[]>("--inverse-cloze")
    {
        CustomParser = InputFile.ParseAll,
        AllowMultipleArgumentsPerToken = true,
        Description = "Texts (.txt, .tsv, .jsonl) without queries, for pairs of a sentence and the rest of its text; needs --in-batch.",
        HelpName = "FILE",
    }.Tag(OptionTags.Local);

    private readonly Option<int> _perQuery = new Option<int>("--max-per-query")
    {
        Description = "Most rows of one query from --triples or --hard-negatives; 0 for all.",
        HelpName = "N",
    }.Whole(0);

    private readonly Option<InputFile[]> _dev = new Option<InputFile[]>("--dev")
    {
        CustomParser = InputFile.ParseAll,
        AllowMultipleArgumentsPerToken = true,
        Description = "Development rows in the same format, not trained on: loss, accuracy and NDCG@10 after every epoch.",
        HelpName = "FILE.tsv",
    }.Tag(OptionTags.Local);

    private readonly Option<double> _devShare = new Option<double>("--dev-share")
    {
        Description = "Instead of --dev: the rows of this share of the queries are not trained on.",
        HelpName = "X",
    }.Real(Interval.ShareBelowAll);

    private readonly Option<InputFile[]>[] _kinds;
    private readonly TextFormatOption _format;

    /// <summary>Adds the options to a command.</summary>
    public DataOptions(Command command)
    {
        _kinds = [_triples, _hardNegatives, _paper, _pairs, _teacher];
        command.AddOptions([.. _kinds, _queries, _collection, _paperCorpus, _systems, _perSystem, _cloze, _perQuery, _dev, _devShare]);
        _format = new TextFormatOption(command, _queries, _collection, _cloze);
        command.Validators.Add(result =>
        {
            bool Has(Option option) => result.GetResult(option) is { Implicit: false };
            int found = _kinds.Count(Has);
            if (found != 1)
            {
                result.AddError(
                    "expected one of --triples, --hard-negatives, --paper-queries, --pairs and --teacher, found "
                    + $"{(found == 0 ? "none" : "several")}");
            }
            else if (Has(_queries) != Has(_collection)) result.AddError("expected --queries and --collection together, found one of them");
            else if (Has(_queries) && !Has(_triples) && !Has(_hardNegatives))
                result.AddError("expected --queries and --collection with --triples or --hard-negatives, found neither");
            else if (Has(_hardNegatives) && !Has(_queries))
                result.AddError("expected --queries and --collection with --hard-negatives, found neither");
            else if (Has(_paper) != Has(_paperCorpus))
                result.AddError("expected --paper-queries and --paper-corpus together, found one of them");
            else if (Has(_systems) && !Has(_hardNegatives)) result.AddError("expected --systems with --hard-negatives, found none");
        });
    }

    /// <summary>Whether pairs without queries are asked for.</summary>
    public bool HasInverseCloze(ParseResult parse) => parse.GetValue(_cloze) is { Length: > 0 };

    /// <summary>Whether the rows are scored pairs.</summary>
    public bool HasPairs(ParseResult parse) => parse.GetValue(_pairs) is { Length: > 0 };

    /// <summary>Whether the rows have a teacher's scores.</summary>
    public bool HasTeacher(ParseResult parse) => parse.GetValue(_teacher) is { Length: > 0 };

    /// <summary>Checks the options before anything is read.</summary>
    /// <exception cref="UsageException">They make no sense.</exception>
    public void Check(ParseResult parse)
    {
        if (parse.GetValue(_devShare) > 0 && HasDevelopmentFiles(parse))
            throw new UsageException("expected --dev or --dev-share, found both");
        _ = _format.Read(parse);
    }

    /// <summary>Whether there are development rows.</summary>
    public bool HasDevelopment(ParseResult parse) => parse.GetValue(_devShare) > 0 || HasDevelopmentFiles(parse);

    /// <summary>Reads the rows.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="seed">Picks sentences and the development queries.</param>
    /// <param name="negatives">Hard negatives of a query in a step.</param>
    /// <returns>What is trained on, and the development rows or null.</returns>
    public (TrainingRows Training, TrainingRows? Development) Read(ParseResult parse, ulong seed, int negatives)
    {
        double share = parse.GetValue(_devShare);
        IdTextFormat? format = _format.Read(parse);
        InputFile[] dev = parse.GetValue(_dev) ?? [];
        InputFile[] files = [.. _kinds.SelectMany(option => parse.GetValue(option) ?? [])];
        TrainingRows rows = Rows(parse, files, parse.GetValue(_perQuery), negatives);
        TrainingRows? development = share > 0 ? rows.TakeOut(share, seed) : dev.Length > 0 ? Rows(parse, dev, 0, negatives) : null;
        // After the split: a sentence of a background text is no query to measure by.
        foreach (InputFile texts in parse.GetValue(_cloze) ?? []) rows.AddInverseCloze(TextSource.From(texts, format), seed);
        return (rows, development);
    }

    /// <summary>The files, as the model card names them.</summary>
    public IEnumerable<(string Name, string Value)> Describe(ParseResult parse)
    {
        foreach (Option<InputFile[]> option in (Option<InputFile[]>[])[.. _kinds, _cloze, _dev])
            if (parse.GetValue(option) is { Length: > 0 } files)
                yield return (option.Name.TrimStart('-'), string.Join(", ", files.Select(file => Path.GetFileName(file.Name))));
        foreach (Option<InputFile> option in (Option<InputFile>[])[_queries, _collection, _paperCorpus])
            if (parse.GetValue(option) is { } file)
                yield return (option.Name.TrimStart('-'),
                    Path.GetFileName(Path.TrimEndingDirectorySeparator(file.Given == CommandPath.Dash ? file.Name : file.Given)));
    }

    private bool HasDevelopmentFiles(ParseResult parse) => parse.GetValue(_dev) is { Length: > 0 };

    private TrainingRows Rows(ParseResult parse, InputFile[] files, int maximumPerQuery, int negatives)
    {
        TrainingRows rows = new();
        string[] paths = [.. files.Select(file => file.ReadablePath)];
        if (HasPairs(parse)) foreach (string path in paths) rows.AddScoredPairs(path);
        else if (HasTeacher(parse)) foreach (string path in paths) rows.AddTeacherScores(path);
        else if (parse.GetValue(_paperCorpus) is { } corpus)
            foreach (string path in paths) rows.AddPaperQueries(path, negatives, TextSource.From(corpus, IdTextFormat.Json));
        else if (parse.GetValue(_collection) is { } collection)
            AddByIds(parse, rows, paths, maximumPerQuery, TextSource.From(collection, _format.Read(parse)));
        else rows.AddTriples(paths, maximumPerQuery);
        return rows;
    }

    private void AddByIds(ParseResult parse, TrainingRows rows, string[] paths, int maximumPerQuery, TextSource collection)
    {
        TextSource queries = TextSource.From(parse.GetRequiredValue(_queries), _format.Read(parse));
        if (parse.GetValue(_hardNegatives) is not { Length: > 0 })
        {
            rows.AddTriplesOfIds(paths, maximumPerQuery, queries, collection);
            return;
        }
        string[]? systems = parse.GetValue(_systems) is { Length: > 0 } named ? named : null;
        rows.AddHardNegatives(
            paths.SelectMany(path => HardNegativesFile.Read(path, parse.GetValue(_perSystem), systems)),
            maximumPerQuery,
            queries,
            collection);
    }
}
