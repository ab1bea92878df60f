using System.CommandLine;
using System.Diagnostics;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine evaluate</c>.</summary>
internal sealed class EvaluateCommand : Command
{
    private readonly Option<InputFolder> _model = new("--model")
    {
        CustomParser = ModelArgument.Parse,
        Required = true,
        Description = "The model, its folder or a name of qengine models; or bm25.",
        HelpName = "DIR|NAME|bm25",
    };

    private readonly CollectionOptions _collection;
    private readonly Option<string[]> _measures = MeasureOptions.Measures();
    private readonly ChoiceOption<TiePolicy> _ties = MeasureOptions.Ties();

    private readonly Option<OutputFile> _run = new("--run")
    {
        CustomParser = OutputFile.Parse,
        Description = "TREC run file to write, - for standard output; scores are ln F for models compared by fidelity, sums of shares "
            + "with --hybrid.",
        HelpName = "OUT.trec",
    };

    private readonly ChoiceOption<EncoderPrecision?> _precision = PrecisionOption.Create();
    private readonly HybridOptions _hybrid;
    private readonly Bm25Options _bm25;

    /// <summary>Defines the command.</summary>
    public EvaluateCommand()
        : base(
            "evaluate",
            "Measure how well a model ranks passages for judged queries; its prompts for queries and documents are put before "
            + "them.\n"
            + "Example: qengine evaluate --model bm25 --queries queries.tsv --passages passages.tsv --qrels qrels.txt --judged-only")
    {
        this.AddOptions(_model);
        _collection = new CollectionOptions(this);
        this.AddOptions(_measures, _ties, _run, _precision);
        _hybrid = new HybridOptions(this);
        _bm25 = new Bm25Options(this);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        Measure[] measures = MeasureOptions.Read(parse, _measures);
        TiePolicy ties = _ties.Read(parse);
        OutputFile? output = parse.GetValue(_run);
        Bm25Settings bm25 = _bm25.Read(parse);
        Fusion? fusion = _hybrid.Read(parse);
        CommandPaths.RequireUsable(parse);
        Func<RankingTask, IRetriever> build = Retriever(parse, session, bm25, fusion);
        RankingTask task = _collection.Read(parse);
        if (output is not null) task.RequireRunIds();

        IRetriever retriever = build(task);
        Stopwatch clock = Stopwatch.StartNew();
        Run run = task.Rank(retriever);
        TimeSpan time = clock.Elapsed;

        // A query that the queries file lacks counts: it was asked for and found nothing.
        EvaluationOptions options = new() { Ties = ties, Complete = true, IgnoreIdenticalIds = task.IgnoreIdenticalIds };
        Evaluation evaluation = Evaluation.Compute(task.Queries.Qrels, run, measures, options);
        output?.Write(path => RunFile.Write(path, run, retriever.Name));
        EvaluationReport report = new(evaluation, retriever, task, time);
        session.Show(report.Result, ResultJson.Default.EvaluationResult, report.WriteTable);
        return ExitCode.Success;
    }

    /// <summary>Loads the model at once; the result reads the passages.</summary>
    private Func<RankingTask, IRetriever> Retriever(ParseResult parse, Session session, Bm25Settings bm25, Fusion? fusion)
    {
        string model = parse.GetRequiredValue(_model).Folder;
        if (model == Bm25Retriever.Literal)
        {
            if (_precision.Read(parse) is not null) throw new UsageException("expected --precision with the folder of a model, found bm25");
            if (fusion is not null) throw new UsageException("expected --hybrid with the folder of a model, found bm25");
            return task => new Bm25Retriever(task.Passages, bm25);
        }
        SentenceEmbedder embedder = ModelArgument.Load(model, session.Workers, _precision.Read(parse));
        return task =>
        {
            // First, as it takes little time to find a fault in the file.
            Bm25Retriever? words = fusion is null ? null : new Bm25Retriever(task.Passages, bm25);
            EmbeddingRetriever retriever = new(session, embedder, task.Passages, task.Needs) { ModelName = ModelArgument.NameOf(model) };
            return words is null ? retriever : new HybridRetriever(retriever, words, fusion!, task.IgnoreIdenticalIds);
        };
    }
}
