using System.CommandLine;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Heads;

/// <summary>The options that say what vectors have to do with each other.</summary>
internal sealed class TaskOptions
{
    private const double DefaultShare = 0.1;

    private readonly Option<int?> _groupSize = new Option<int?>("--group-size")
    {
        Description = "The vectors lie in groups of G, at least 3: 1 query, 1 positive, G - 2 negatives.",
        HelpName = "G",
    }.Whole(3);

    private readonly Option<InputFile> _pairs = new("--pairs")
    {
        CustomParser = InputFile.Parse,
        Description = "Scored pairs: id, id, score by tabs; ids are those of --input, of vectors the row numbers from 0. Without this and "
            + "--group-size, similarities are to be those of the full vectors.",
        HelpName = "FILE.tsv",
    };

    private readonly Option<InputFile> _ids = new("--ids")
    {
        CustomParser = InputFile.Parse,
        Description = "Names of the vectors of --embeddings that --pairs uses, one a line.",
        HelpName = "IDS.txt",
    };

    private readonly ChoiceOption<Func<ILoss<float>>> _loss = new("--loss", TaskLoss.All)
    {
        Description = "Pairs: cosent (order of the scores, the default), mse (the scores themselves) or ranking (pairs with a score "
            + "above 0 first, the others of the batch are negatives). Groups: ranking. Neither: mse (cosines, the default of a "
            + "linear head) or distill (shares of the batch, that of a quantum one).",
    };

    private readonly Option<double?> _share = new Option<double?>("--dev-share")
    {
        Description = $"Share of groups, pairs, queries or vectors to hold out and measure on; {DefaultShare} if left out, 0 for groups.",
        HelpName = "X",
    }.Real(Interval.ShareBelowAll);

    /// <summary>Adds the options to a command.</summary>
    public TaskOptions(Command command)
    {
        command.AddOptions(_groupSize, _pairs, _ids, _loss, _share);
    }

    /// <summary>Whether the vectors come in groups.</summary>
    public bool Grouped(ParseResult parse) => parse.GetValue(_groupSize) is not null;

    /// <summary>Whether it is said which vectors belong together.</summary>
    public bool Labelled(ParseResult parse) => Grouped(parse) || parse.GetValue(_pairs) is not null;

    /// <summary>Checks what can be checked before anything is read.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="kind">The head.</param>
    /// <param name="ofTexts">Whether there are texts, which have ids of their own.</param>
    /// <exception cref="UsageException">The options do not fit together.</exception>
    public void Check(ParseResult parse, HeadKind kind, bool ofTexts)
    {
        if (Grouped(parse) && parse.GetValue(_pairs) is not null) throw new UsageException("expected --group-size or --pairs, found both");
        if (parse.GetValue(_ids) is not null && parse.GetValue(_pairs) is null)
            throw new UsageException("expected --ids with --pairs, found no --pairs");
        if (parse.GetValue(_ids) is not null && ofTexts)
            throw new UsageException("expected --ids with --embeddings, found texts, which have ids of their own");
        _ = Loss(parse, kind);
    }

    /// <summary>Reads the labels, then the vectors, which may take long.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="source">The vectors.</param>
    /// <param name="kind">The head.</param>
    /// <exception cref="QEngineException">A file is malformed or does not fit the vectors, or its scores do not fit the loss.</exception>
    public TaskData Read(ParseResult parse, VectorSource source, HeadKind kind)
    {
        if (parse.GetValue(_groupSize) is { } size)
        {
            _ = GroupExamples.Groups(source.Rows, size);
            return new TaskData(source.Groups(size), []);
        }
        if (parse.GetValue(_pairs)?.ReadablePath is not { } file) return new TaskData(source.Documents(), []);
        VectorPair[] pairs = VectorPairsFile.Read(file, source.Rows, Names(parse, source));
        string loss = Loss(parse, kind);
        if (loss != TaskLoss.Ranking)
        {
            TaskLoss.RequireScores(loss, kind, pairs, file);
            return new TaskData(source.Alike(), pairs);
        }
        RelevantPairTask.RequirePositive(pairs);
        (Vectors answers, pairs) = source.Answers(pairs);
        return new TaskData(answers, pairs);
    }

    /// <summary>The task of a head.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="session">Seed and threads.</param>
    /// <param name="data">Labels and vectors.</param>
    /// <param name="kind">The head.</param>
    /// <exception cref="QEngineException">The labels do not fit the vectors, or their scores the loss.</exception>
    public HeadTask Task(ParseResult parse, Session session, TaskData data, HeadKind kind)
    {
        double share = parse.GetValue(_share) ?? (Grouped(parse) ? 0 : DefaultShare);
        string loss = Loss(parse, kind);
        if (parse.GetValue(_groupSize) is { } size) return new GroupTask(data.Vectors, size, share, session.Seed);
        if (parse.GetValue(_pairs)?.ReadablePath is not { } file)
        {
            (double scale, double offset) = TaskLoss.Target(loss, kind);
            return new UnlabelledTask(data.Vectors, share, session.Seed, scale, offset, session.Workers);
        }
        if (loss == TaskLoss.Ranking) return new RelevantPairTask(data.Vectors, data.Pairs, share, session.Seed);
        TaskLoss.RequireScores(loss, kind, data.Pairs, file);
        return new ScoredPairTask(data.Vectors, data.Pairs, share, session.Seed);
    }

    private IReadOnlyDictionary<string, int>? Names(ParseResult parse, VectorSource source) =>
        parse.GetValue(_ids) is { } ids ? VectorPairsFile.ReadNames(ids.ReadablePath, source.Rows) : source.Ids;

    /// <summary>The loss by name.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="kind">The head.</param>
    /// <exception cref="UsageException">There is none of that name for the data.</exception>
    public string Loss(ParseResult parse, HeadKind kind)
    {
        (string[] possible, string data) = Grouped(parse)
            ? (TaskLoss.OfGroups, "groups")
            : parse.GetValue(_pairs) is not null
            ? (TaskLoss.OfPairs, "pairs")
            : (TaskLoss.Unlabelled(kind), "vectors without labels");
        string loss = parse.GetValue(_loss) ?? possible[0];
        return possible.Contains(loss)
            ? loss
            : throw new UsageException($"expected --loss {string.Join(" or ", possible)} for {data}, found '{loss}'");
    }
}

/// <summary>What a task is made of.</summary>
/// <param name="Vectors">Its rows.</param>
/// <param name="Pairs">Labelled pairs of them; none for groups, and without labels.</param>
internal sealed record TaskData(Vectors Vectors, VectorPair[] Pairs);
