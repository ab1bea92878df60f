using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>A named retrieval test: queries, passages and judgements of a folder.</summary>
internal sealed class TestSet
{
    private readonly RankingTask _task;

    private TestSet(string name, RankingTask task) => (Name, _task) = (name, task);

    /// <summary>Its name in the reports.</summary>
    public string Name { get; }

    /// <summary>The name of its measure.</summary>
    public string Measure => $"{Name}_ndcg@10";

    /// <summary>Whether a passage with the query's id is left out.</summary>
    public bool IgnoresIdenticalIds => _task.IgnoreIdenticalIds;

    /// <summary>Reads <c>NAME=FOLDER</c>, or a folder whose name is the test's.</summary>
    /// <param name="text">The text.</param>
    /// <param name="judgedOnly">Whether each query's judged passages alone are ranked.</param>
    /// <param name="ignoreIdenticalIds">Whether, for a folder, a passage with the query's id is left out.</param>
    /// <exception cref="QEngineException">A file is missing or malformed.</exception>
    public static TestSet Read(string text, bool judgedOnly, Func<string, bool> ignoreIdenticalIds)
    {
        int equals = text.IndexOf('=');
        string folder = Path.TrimEndingDirectorySeparator(equals < 0 ? text : text[(equals + 1)..]);
        string name = equals < 0 ? Path.GetFileName(Path.GetFullPath(folder)) : text[..equals];
        if (name.Length == 0 || folder.Length == 0) throw new UsageException($"expected --test NAME=FOLDER, found '{text}'");
        if (!Directory.Exists(folder)) throw new QEngineException($"expected the folder of a test, found none: {folder}");
        TextSource passages = TextSource.From(DataFolder.Passages(folder));
        RankingTask task = new(JudgedQueries.Read(folder), passages, judgedOnly, null, ignoreIdenticalIds(folder));
        // Read once before the training: a fault would otherwise be found after the first epoch.
        _ = TextFile.Ids(passages, task.Needs);
        return new TestSet(name, task);
    }

    /// <summary>The test as a measure of a model in training.</summary>
    public IEvaluator CreateEvaluator(Session session, SentenceEmbedder embedder) => new Evaluator(this, session, embedder);

    private double Ndcg(Session session, SentenceEmbedder embedder)
    {
        Run run = _task.Rank(new EmbeddingRetriever(session, embedder, _task.Passages, _task.Needs));
        QEngine.Retrieval.EvaluationOptions options = new() { Complete = true, IgnoreIdenticalIds = _task.IgnoreIdenticalIds };
        return Evaluation.Compute(_task.Queries.Qrels, run, [QEngine.Retrieval.Measure.Parse("nDCG@10")], options).Summary(0);
    }

    private sealed class Evaluator(TestSet test, Session session, SentenceEmbedder embedder) : IEvaluator
    {
        /// <inheritdoc/>
        public void Evaluate(EpochReportBuilder report) => report.AddMeasure(test.Measure, test.Ndcg(session, embedder));
    }
}
