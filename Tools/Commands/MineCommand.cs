using System.CommandLine;
using System.Globalization;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;
using QEngine.Tools.Pretrained;
using QEngine.Tools.Training;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine mine</c>: training rows with hard negatives.</summary>
internal sealed class MineCommand : Command
{
    private readonly Option<InputFolder> _model = new("--model")
    {
        CustomParser = ModelArgument.Parse,
        Description = "Who ranks the passages: a model, its folder or a name of qengine models; or bm25.",
        HelpName = "DIR|NAME|bm25",
    };

    private readonly Option<InputFile> _run = new("--run")
    {
        CustomParser = InputFile.Parse,
        Description = "Instead of --model: a TREC run that ranks them.",
        HelpName = "RUN.trec",
    };

    private readonly Option<InputFile> _queries = new("--queries")
    {
        CustomParser = InputFile.ParseIn(DataFolder.Queries),
        Required = true,
        Description = "Queries: id, tab, text; - for standard input.",
        HelpName = "F.tsv",
    };

    private readonly Option<InputFile> _passages = new("--passages")
    {
        CustomParser = InputFile.ParseIn(DataFolder.Passages),
        Required = true,
        Description = "Passages: id, tab, text.",
        HelpName = "F.tsv",
    };

    private readonly Option<InputFile> _qrels = new("--qrels")
    {
        CustomParser = InputFile.ParseIn(DataFolder.Judgements),
        Required = true,
        Description = "Judgements: grade 1 and above is a positive; judged passages below are good negatives, unjudged ones perhaps.",
        HelpName = "F.txt",
    };

    private readonly Option<int> _count = new Option<int>("--negatives")
    {
        Description = "Negatives of a row; rows with fewer are left out and counted.",
        DefaultValueFactory = _ => 5,
        HelpName = "N",
    }.Whole(1);

    private readonly Option<int> _first = new Option<int>("--range-min")
    {
        Description = "First rank considered, from 0, positives taken out.",
        HelpName = "R",
    }.Whole(0);

    private readonly Option<int> _last = new Option<int>("--range-max")
    {
        Description = "Rank before which negatives lie.",
        DefaultValueFactory = _ => 100,
        HelpName = "R",
    }.Whole(1);

    private readonly Option<double?> _margin = new Option<double?>("--margin")
    {
        Description = "A negative scores at least this much below its positive.",
        HelpName = "X",
    }.Real(Interval.Any);

    private readonly Option<double?> _relative = new Option<double?>("--relative-margin")
    {
        Description = "A negative scores at least this share below its positive, 0.05 for instance.",
        HelpName = "X",
    }.Real(Interval.Share);

    private readonly Option<double?> _largest = new Option<double?>("--max-score")
    {
        Description = "Largest score of a negative.",
        HelpName = "X",
    }.Real(Interval.Any);

    private readonly Option<double?> _smallest = new Option<double?>("--min-score")
    {
        Description = "Smallest score of a negative.",
        HelpName = "X",
    }.Real(Interval.Any);

    private readonly ChoiceOption<NegativeSampling> _sampling = new(
        "--sampling", ("top", NegativeSampling.Top), ("spread", NegativeSampling.Spread), ("random", NegativeSampling.Random))
    {
        Description = "Which of those that remain: the best ranked, evenly spread, or random.",
        Default = "top",
    };

    private readonly Option<OutputFile> _output = new("--output", "--out")
    {
        CustomParser = OutputFile.Parse,
        Required = true,
        Description = "Rows of query, positive, negatives, for train --triples; - for standard output.",
        HelpName = "OUT.tsv",
    };

    private readonly TextFormatOption _format;
    private readonly IdenticalIds _identicalIds;

    /// <summary>Defines the command.</summary>
    public MineCommand()
        : base(
            "mine",
            "Make training rows with hard negatives; scores are cosine, fidelity, BM25's or the run's. Texts that differ in case "
            + "and white space alone are the same: no negative has the text of the query, of a positive or of another negative.\n"
            + "Example: qengine mine --model bm25 --queries q.tsv --passages p.tsv --qrels qrels.txt --range-min 5 --output rows.tsv")
    {
        this.AddOptions(
            _model, _run, _queries, _passages, _qrels, _count, _first, _last, _margin, _relative, _largest, _smallest, _sampling, _output);
        _format = new TextFormatOption(this, _queries, _passages);
        _identicalIds = new IdenticalIds(this);
        Validators.Add(result =>
        {
            if (result.GetResult(_model) is null == result.GetResult(_run) is null) result.AddError("expected one of --model and --run");
        });
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        NegativeSelection selection = Selection(parse);
        IdTextFormat? format = _format.Read(parse);
        CommandPaths.RequireUsable(parse);
        TextSource asked = TextSource.From(parse.GetRequiredValue(_queries), format);
        JudgedQueries queries = JudgedQueries.Read(asked, parse.GetRequiredValue(_qrels));
        TextSource passages = TextSource.From(parse.GetRequiredValue(_passages), format);
        queries.RequirePositives(passages, selection);
        string? model = parse.GetValue(_model)?.Folder;
        IRetriever retriever = parse.GetValue(_run) is { } run
            ? new RunRetriever(run.ReadablePath, passages, queries)
            : model == Bm25Retriever.Literal
                ? new Bm25Retriever(passages, new Bm25Settings())
                : new EmbeddingRetriever(session, ModelArgument.Load(model!, session.Workers), passages, _ => true);
        bool ignoresIdenticalIds = _identicalIds.Read(parse, parse.GetValue(_queries)?.Given, parse.GetValue(_passages)?.Given);
        NegativeMiner miner = new(retriever, queries, selection, passages, ignoresIdenticalIds, session.Seed);
        parse.GetRequiredValue(_output).Write(miner.Write);
        session.Show(
            new MineResult(
                miner.Rows,
                queries.Queries.Count,
                miner.TooFew,
                miner.Missing,
                miner.Repeated,
                ignoresIdenticalIds,
                JsonText.Defined(miner.MeanPositive),
                JsonText.Defined(miner.MeanNegative)),
            ResultJson.Default.MineResult,
            _ => Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Plural.Format(miner.Rows, "row")} of {Plural.Format(queries.Queries.Count, "query", "queries")} "
                + $"({Plural.Format(miner.TooFew, "positive")} had fewer than "
                + $"{Plural.Format(selection.Count, "negative")}, {miner.Missing} are not in the collection, {miner.Repeated} repeat a row)"
                + $"{(ignoresIdenticalIds ? $"; {IdenticalIds.Remark}" : "")}; "
                + $"mean score of positives {Format(miner.MeanPositive)}, of negatives {Format(miner.MeanNegative)}")));
        return ExitCode.Success;
    }

    private static string Format(double? score) => score?.ToString("F3", CultureInfo.InvariantCulture) ?? "-";

    private NegativeSelection Selection(ParseResult parse)
    {
        NegativeSelection selection = new()
        {
            Count = parse.GetValue(_count),
            First = parse.GetValue(_first),
            Last = parse.GetValue(_last),
            Margin = parse.GetValue(_margin),
            RelativeMargin = parse.GetValue(_relative),
            MaxScore = parse.GetValue(_largest) ?? double.PositiveInfinity,
            MinScore = parse.GetValue(_smallest) ?? double.NegativeInfinity,
            Sampling = _sampling.Read(parse),
        };
        return Usage.Read(() =>
        {
            selection.Check();
            return selection;
        });
    }
}

/// <summary>What <c>qengine mine</c> wrote, as JSON.</summary>
internal sealed record MineResult(
    int Rows,
    int Queries,
    int PositivesWithTooFewNegatives,
    int PositivesNotInTheCollection,
    int PositivesRepeated,
    bool IgnoreIdenticalIds,
    double? MeanPositiveScore,
    double? MeanNegativeScore);
