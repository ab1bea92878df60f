using System.CommandLine;
using System.Diagnostics;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine evaluate</c>.</summary>
internal sealed class EvaluateCommand
{
    private readonly Option<string> _model = new("--model") { Required = true, Description = "Folder of the model, or bm25.", HelpName = "DIR|bm25" };
    private readonly CollectionOptions _collection;
    private readonly Option<string[]> _measures = MeasureOptions.Measures();
    private readonly Option<string> _ties = MeasureOptions.Ties();
    private readonly Option<string?> _run = new("--run") { Description = "TREC run file to write; scores are ln F for models compared by fidelity.", HelpName = "OUT.trec" };
    private readonly Option<double> _k1 = new("--k1") { DefaultValueFactory = _ => 0.9, Description = "BM25: saturation of the term frequency, at least 0." };
    private readonly Option<double> _b = new("--b") { DefaultValueFactory = _ => 0.4, Description = "BM25: strength of the length normalisation, 0 to 1." };

    private EvaluateCommand(Command command)
    {
        command.Options.Add(_model);
        _collection = new CollectionOptions(command);
        foreach (Option option in (ReadOnlySpan<Option>)[_measures, _ties, _run, _k1, _b]) command.Options.Add(option);
        command.SetAction(Run);
    }

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Command command = new(
            "evaluate",
            "Measure how well a model ranks passages for judged queries; its prompts for queries and documents are put before them.\n"
            + "Example: qengine evaluate --model bm25 --queries queries.tsv --passages passages.tsv --qrels qrels.txt --judged-only");
        _ = new EvaluateCommand(command);
        return command;
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        Measure[] measures = MeasureOptions.Read(parse, _measures);
        // A query that the queries file lacks counts: it was asked for and found nothing.
        EvaluationOptions options = new() { Ties = MeasureOptions.Read(parse, _ties), Complete = true };
        string? output = parse.GetValue(_run);
        RequireParent(output);
        Func<RankingTask, IRetriever> build = Retriever(parse, session);
        RankingTask task = _collection.Read(parse);

        IRetriever retriever = build(task);
        Stopwatch clock = Stopwatch.StartNew();
        Run run = task.Rank(retriever);
        TimeSpan time = clock.Elapsed;

        Evaluation evaluation = Evaluation.Of(task.Queries.Qrels, run, measures, options);
        if (output is not null) RunFile.Write(output, run, retriever.Name);
        EvaluationReport report = new(evaluation, retriever, task, time);
        session.Show(report.WriteJson, report.WriteTable);
        return ExitCode.Success;
    }

    /// <summary>Checks the options at once; the result reads the passages.</summary>
    private Func<RankingTask, IRetriever> Retriever(ParseResult parse, Session session)
    {
        string model = parse.GetRequiredValue(_model);
        if (model == Bm25Retriever.Literal)
        {
            double k1 = parse.GetValue(_k1), b = parse.GetValue(_b);
            if (!(k1 >= 0 && double.IsFinite(k1))) throw new UsageException($"expected --k1 of at least 0, found {k1}");
            if (!(b >= 0 && b <= 1)) throw new UsageException($"expected --b from 0 to 1, found {b}");
            return task => new Bm25Retriever(task.Passages, k1, b);
        }
        SentenceEmbedder embedder = ModelFolder.Load(model, session.Workers);
        return task => new EmbeddingRetriever(session, embedder, task.Passages, task.Needs);
    }

    // Before hours of embedding rather than after.
    private static void RequireParent(string? output)
    {
        if (output is null) return;
        string? parent = Path.GetDirectoryName(Path.GetFullPath(output));
        if (Directory.Exists(output)) throw new QEngineException($"expected a file to write, found a folder: {output}");
        if (!Directory.Exists(parent)) throw new QEngineException($"expected an existing folder to write into, found none: {parent}");
    }
}
