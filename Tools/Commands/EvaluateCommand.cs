using System.CommandLine;
using System.Diagnostics;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine evaluate</c>.</summary>
internal static class EvaluateCommand
{
    // trec_eval's customary depth of a run.
    private const int Depth = 1000;

    private static readonly Option<string> Model = new("--model") { Required = true, Description = "Folder of the model, or bm25.", HelpName = "DIR|bm25" };
    private static readonly Option<string> Queries = new("--queries") { Required = true, Description = "Queries: id, tab, text. Those without judgements are left out.", HelpName = "F.tsv" };
    private static readonly Option<string> Passages = new("--passages") { Required = true, Description = "Passages: id, tab, text.", HelpName = "F.tsv" };
    private static readonly Option<string> Judgements = new("--qrels") { Required = true, Description = "Judgements in TREC's or BEIR's format.", HelpName = "F.txt" };
    private static readonly Option<bool> JudgedOnly = new("--judged-only") { Description = "Rank each query's judged passages only, as the paper does, instead of the whole collection." };
    private static readonly Option<string[]> Measures = MeasureOptions.Measures();
    private static readonly Option<string> Ties = MeasureOptions.Ties();
    private static readonly Option<string?> RunOutput = new("--run") { Description = "TREC run file to write; scores are ln F for models compared by fidelity.", HelpName = "OUT.trec" };
    private static readonly Option<double> K1 = new("--k1") { DefaultValueFactory = _ => 0.9, Description = "BM25: saturation of the term frequency, at least 0." };
    private static readonly Option<double> B = new("--b") { DefaultValueFactory = _ => 0.4, Description = "BM25: strength of the length normalisation, 0 to 1." };

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Command command = new(
            "evaluate",
            "Measure how well a model ranks passages for judged queries; its prompts for queries and documents are put before them.\n"
            + "Example: qengine evaluate --model bm25 --queries queries.tsv --passages passages.tsv --qrels qrels.txt --judged-only")
        {
            Model, Queries, Passages, Judgements, JudgedOnly, Measures, Ties, RunOutput, K1, B,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        Measure[] measures = MeasureOptions.Read(parse, Measures);
        // A query that the queries file lacks counts: it was asked for and found nothing.
        EvaluationOptions options = new() { Ties = MeasureOptions.Read(parse, Ties), Complete = true };
        bool judgedOnly = parse.GetValue(JudgedOnly);
        string? output = parse.GetValue(RunOutput);
        RequireParent(output);
        Func<JudgedQueries, IRetriever> build = Retriever(parse, session, judgedOnly);
        JudgedQueries queries = JudgedQueries.Read(parse.GetRequiredValue(Queries), parse.GetRequiredValue(Judgements));

        IRetriever retriever = build(queries);
        Stopwatch clock = Stopwatch.StartNew();
        Run run = judgedOnly ? queries.Rerank(retriever) : queries.Search(retriever, Depth);
        TimeSpan time = clock.Elapsed;

        Evaluation evaluation = Evaluation.Of(queries.Qrels, run, measures, options);
        if (output is not null) RunFile.Write(output, run, retriever.Name);
        EvaluationReport report = new(evaluation, retriever, queries.Ids.Count, judgedOnly, time);
        session.Show(report.WriteJson, report.WriteTable);
        return ExitCode.Success;
    }

    /// <summary>Checks the options at once; the result reads the passages.</summary>
    private static Func<JudgedQueries, IRetriever> Retriever(ParseResult parse, Session session, bool judgedOnly)
    {
        string model = parse.GetRequiredValue(Model), passages = parse.GetRequiredValue(Passages);
        if (model == Bm25Retriever.Literal)
        {
            double k1 = parse.GetValue(K1), b = parse.GetValue(B);
            if (!(k1 >= 0 && double.IsFinite(k1))) throw new UsageException($"expected --k1 of at least 0, found {k1}");
            if (!(b >= 0 && b <= 1)) throw new UsageException($"expected --b from 0 to 1, found {b}");
            return _ => new Bm25Retriever(passages, k1, b);
        }
        SentenceEmbedder embedder = ModelFolder.Load(model, session.Workers);
        return queries =>
        {
            HashSet<string>? judged = judgedOnly ? queries.JudgedPassages() : null;
            return new EmbeddingRetriever(session, embedder, passages, id => judged is null || judged.Contains(id));
        };
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
