using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Heads;
using QEngine.Tools.Indexing;
using QEngine.Workers;
using RankingMeasure = QEngine.Retrieval.Measure;

namespace QEngine.Tools.Experiments;

/// <summary>Judged queries over passages, measured as <c>evaluate</c> measures them.</summary>
internal sealed class RankingCellTest : CellTest
{
    private readonly RankingTask _task;
    private readonly RankingMeasure[] _measures;
    private readonly string[] _passageIds;
    private readonly Dictionary<string, int> _queries;

    /// <summary>Takes a test.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="measures">The measures.</param>
    /// <param name="task">What is ranked.</param>
    /// <exception cref="QEngineException">A file is malformed.</exception>
    public RankingCellTest(string name, IReadOnlyList<string> measures, RankingTask task)
    {
        (Name, _task) = (name, task);
        _measures = [.. measures.Select(measure => RankingMeasure.Parse(measure))];
        TextSource passages = task.Passages;
        _passageIds = [.. TextFile.Ids(passages, _task.Needs)];
        Tables =
        [
            new TextTable(TextRole.Query, [.. _task.Queries.Queries.Select(query => query.Text)]),
            new TextTable(TextRole.Document, [.. passages.Read().Where(row => _task.Needs(row.Id)).Select(row => row.Text)]),
        ];
        _queries = Enumerable.Range(0, _task.Queries.Queries.Count).ToDictionary(i => _task.Queries.Queries[i].Id, StringComparer.Ordinal);
    }

    /// <summary>Reads a test.</summary>
    /// <param name="choice">What the experiment says of it.</param>
    /// <param name="folder">Its folder.</param>
    /// <exception cref="QEngineException">A file is missing or malformed.</exception>
    public static RankingCellTest Open(ExperimentTest choice, string folder)
    {
        if (!Directory.Exists(folder)) throw new QEngineException($"expected the folder of test {choice.Name}, found none: {folder}");
        TextSource passages = TextSource.From(DataFolder.Passages(folder));
        RankingTask task = new(JudgedQueries.Read(folder), passages, choice.JudgedOnly, null, DataFolder.IsBeir(folder));
        return new RankingCellTest(choice.Name, choice.Measures, task);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<TestTable> Tables { get; }

    /// <inheritdoc/>
    public override TestOutcome Measure(HeldOutVectors asked, HeldOutVectors stored, WorkerPool workers)
    {
        Run run = _task.Rank(new Retriever(this, asked, stored.Index(workers)));
        EvaluationOptions options = new() { Complete = true, IgnoreIdenticalIds = _task.IgnoreIdenticalIds };
        Evaluation evaluation = Evaluation.Compute(_task.Queries.Qrels, run, _measures, options);
        Dictionary<string, double?> measures = [];
        Dictionary<string, double[]> values = [];
        for (int i = 0; i < _measures.Length; i++)
        {
            int measure = i;
            measures.Add(_measures[i].ToString(), evaluation.Summary(i));
            values.Add(
                _measures[i].ToString(),
                [.. Enumerable.Range(0, evaluation.QueryIds.Count).Select(query => evaluation.Value(query, measure))]);
        }
        return new TestOutcome(measures, [.. evaluation.QueryIds], values, null);
    }

    /// <summary>Vectors that are there, as an <see cref="IRetriever"/>.</summary>
    private sealed class Retriever(RankingCellTest test, HeldOutVectors asked, EmbeddingIndex index) : IRetriever
    {
        /// <inheritdoc/>
        public string Name => test.Name;

        /// <inheritdoc/>
        public IReadOnlyList<string> PassageIds => test._passageIds;

        /// <inheritdoc/>
        public IReadOnlyList<Hit[]> Search(IReadOnlyList<IdText> queries, int k)
        {
            float[] vectors = new float[queries.Count * asked.Dimension];
            for (int i = 0; i < queries.Count; i++) Vector(queries[i]).CopyTo(vectors.AsSpan(i * asked.Dimension));
            return index.SearchAll(vectors, k);
        }

        /// <inheritdoc/>
        public IReadOnlyList<float[]> Score(IReadOnlyList<IdText> queries, IReadOnlyList<int[]> candidates)
        {
            float[][] scores = new float[queries.Count][];
            for (int i = 0; i < scores.Length; i++)
            {
                Session.Cancellation.ThrowIfCancellationRequested();
                scores[i] = new float[candidates[i].Length];
                index.Score(Vector(queries[i]), candidates[i], scores[i]);
            }
            return scores;
        }

        private ReadOnlySpan<float> Vector(IdText query) => asked[test._queries[query.Id]];
    }
}
