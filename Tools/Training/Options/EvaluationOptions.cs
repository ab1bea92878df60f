using System.CommandLine;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>The options that say what is measured after every epoch, and what follows from it.</summary>
internal sealed class EvaluationOptions
{
    private readonly Option<InputFolder[]> _tests = new Option<InputFolder[]>("--test")
    {
        CustomParser = InputFolder.ParseNamed(DataFolder.Files),
        AllowMultipleArgumentsPerToken = true,
        Description = "Retrieval tests after every epoch, NDCG@10: folders with queries, passages (or corpus, collection) and qrels, as "
            + "BEIR or MS MARCO name them; .gz too.",
        HelpName = "NAME=FOLDER",
    }.Tag(OptionTags.KeepsResult | OptionTags.Local);

    private readonly Option<bool> _judgedOnly = new Option<bool>("--judged-only")
    {
        Description = "Rank each test query's judged passages only, as the paper does, instead of the whole collection.",
    }.Tag(OptionTags.KeepsResult);

    private readonly Option<string?> _bestBy = new Option<string?>("--best-by")
    {
        Description = "Keep the model of the epoch with the best value: loss, accuracy, dev_loss, dev_accuracy, dev_ndcg@10 or "
            + "NAME_ndcg@10; the last epoch's if left out.",
        HelpName = "MEASURE",
    }.Tag(OptionTags.KeepsResult);

    private readonly Option<int> _patience = new Option<int>("--patience")
    {
        Description = "Stop after this many epochs without a better value of --best-by; 0 for all epochs.",
        HelpName = "N",
    }.Whole(0).Tag(OptionTags.KeepsResult);

    private readonly Option<OutputFile> _log = new Option<OutputFile>("--log")
    {
        CustomParser = OutputFile.Parse,
        Description = "Write measures and diagnostics of every epoch as JSON lines; - for standard output.",
        HelpName = "FILE.jsonl",
    }.Tag(OptionTags.KeepsResult | OptionTags.Local);

    private readonly Option<OutputFile> _plot = new Option<OutputFile>("--plot")
    {
        CustomParser = OutputFile.ParseAs(".svg"),
        Description = "Draw the measures of every epoch, when training has ended; - for standard output.",
        HelpName = "FILE.svg",
    }.Tag(OptionTags.KeepsResult | OptionTags.Local);

    private readonly IdenticalIds _identicalIds;

    /// <summary>Adds the options to a command.</summary>
    public EvaluationOptions(Command command)
    {
        command.AddOptions(_tests, _judgedOnly, _bestBy, _patience, _log, _plot);
        _identicalIds = new IdenticalIds(command);
    }

    /// <summary>Reads the tests; malformed ones are found before training.</summary>
    public IReadOnlyList<TestSet> Tests(ParseResult parse)
    {
        TestSet[] tests = [.. (parse.GetValue(_tests) ?? []).Select(test =>
            TestSet.Read(test.Given, parse.GetValue(_judgedOnly), folder => _identicalIds.Read(parse, folder)))];
        if (tests.DistinctBy(test => test.Name).Count() < tests.Length)
            throw new UsageException("expected tests of different names, found one twice");
        return tests;
    }

    /// <summary>The measure to go by, or null.</summary>
    /// <exception cref="UsageException">The run does not have it.</exception>
    public string? BestBy(ParseResult parse, bool hasDevelopment, IReadOnlyList<TestSet> tests)
    {
        string? measure = parse.GetValue(_bestBy);
        if (measure is null && Patience(parse) > 0) throw new UsageException("expected --best-by with --patience, found none");
        if (measure is null) return null;
        List<string> measures = [EpochReport.Loss, EpochReport.Accuracy];
        if (hasDevelopment) measures.AddRange([EpochReport.DevelopmentLoss, EpochReport.DevelopmentAccuracy, EpochReport.DevelopmentNdcg]);
        measures.AddRange(tests.Select(test => test.Measure));
        return measures.Contains(measure)
            ? measure
            : throw new UsageException($"expected --best-by {string.Join(", ", measures)}, found '{measure}'");
    }

    /// <summary>Epochs to wait for a better value, or 0.</summary>
    public int Patience(ParseResult parse) => parse.GetValue(_patience);

    /// <summary>The file of the epochs, or null.</summary>
    public OutputFile? Log(ParseResult parse) => parse.GetValue(_log);

    /// <summary>The file of the plot, or null.</summary>
    public OutputFile? Plot(ParseResult parse) => parse.GetValue(_plot);
}
