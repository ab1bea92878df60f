using System.Diagnostics;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Demo.Docs;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Heads;
using QEngine.Training;

namespace QEngine.Tools.Demo.Real;

/// <summary>The held-out queries searched in the documents without their summaries, by words and by vectors of several sizes.</summary>
internal sealed class VectorComparison
{
    private const int Wanted = 10;

    private readonly Session _session;
    private readonly RetrievalSet _set;
    private readonly DemoEvaluation _evaluation;
    private readonly Vectors _documents, _queries;
    private readonly TimeSpan _embedding;
    private readonly List<MeasuredWay> _ways = [];

    /// <summary>Embeds the queries.</summary>
    /// <param name="session">Threads.</param>
    /// <param name="set">The queries.</param>
    /// <param name="embedder">The encoder.</param>
    /// <param name="documents">[members, dimension], without the summaries.</param>
    public VectorComparison(Session session, RetrievalSet set, SentenceEmbedder embedder, float[] documents)
    {
        (_session, _set, _evaluation) = (session, set, new DemoEvaluation(set));
        float[] queries = new float[set.Test.Count * embedder.Dimension];
        Stopwatch watch = Stopwatch.StartNew();
        embedder.Embed(
            [.. set.Test.Select(query => query.Text)], queries, new EmbedOptions { Prompt = embedder.Prompts.Query }, Session.Cancellation);
        _embedding = watch.Elapsed;
        (_documents, _queries) = (new Vectors(documents, embedder.Dimension), new Vectors(queries, embedder.Dimension));
    }

    /// <summary>What was measured.</summary>
    public IReadOnlyList<MeasuredWay> Ways => _ways;

    /// <summary>Measures BM25, the full vectors, and both together.</summary>
    public void AddFull()
    {
        Bm25Searcher searcher = Bm25Index.Build(_set.EvaluationDocuments).CreateSearcher();
        Stopwatch watch = Stopwatch.StartNew();
        Hit[][] words = [.. _set.Test.Select(query => searcher.Search(query.Text, HybridOptions.Depth).ToArray())];
        TimeSpan wordTime = watch.Elapsed;
        Add("BM25", null, 0, First(words), null, null, null, wordTime);

        string name = $"full {_documents.Columns}";
        (Hit[][] full, TimeSpan time) = AddVectors(name, null, Head.Create(HeadConfiguration.None(_documents.Columns)), 0, null);
        watch.Restart();
        ReciprocalRankFusion fusion = new();
        Hit[][] both = [.. full.Zip(words, (first, second) => fusion.Fuse(first, second, Wanted))];
        int bytes = _documents.Columns * sizeof(float);
        Add($"BM25 + {name}", null, 32, both, 0, bytes, null, wordTime + time + watch.Elapsed);
    }

    /// <summary>Measures vectors that a head has compressed.</summary>
    public void Add(DemoHead head) =>
        AddVectors(head.Name, head.Kind, head.Made.Head, head.Parameters, head.Made.Time);

    /// <summary>Measures vectors, and codes of eight bits a number in their place.</summary>
    private (Hit[][] Hits, TimeSpan Time) AddVectors(string name, HeadKind? kind, Head head, int parameters, TimeSpan? training)
    {
        HeldOutVectors documents = Apply(head, _documents);
        Stopwatch watch = Stopwatch.StartNew();
        HeldOutVectors queries = Apply(head, _queries);
        TimeSpan before = _embedding + watch.Elapsed;

        // The full vectors' ranking is fused, which takes more than is measured.
        (Hit[][] hits, TimeSpan time) = Search(documents.Data, kind is null ? HybridOptions.Depth : Wanted);
        Add(name, kind, 32, First(hits), parameters, documents.Dimension * sizeof(float), training, before + time);

        (Hit[][] coded, TimeSpan codedTime) = Search(ByteRounding.Round(documents.Similarity, documents.Dimension, documents.Data), Wanted);
        Add($"{name}, 8 bits", kind, 8, coded, parameters, documents.Dimension, training, before + codedTime);
        return (hits, before + time);

        (Hit[][] Hits, TimeSpan Time) Search(float[] rows, int depth)
        {
            EmbeddingIndex index = new(documents.Similarity, documents.Dimension, rows, _session.Workers);
            watch.Restart();
            Hit[][] found = index.SearchAll(queries.Data, depth);
            return (found, watch.Elapsed);
        }
    }

    private HeldOutVectors Apply(Head head, Vectors vectors) =>
        HeldOutVectors.Compute(head, vectors, [.. Enumerable.Range(0, vectors.Rows)], _session.Workers);

    private void Add(
        string name, HeadKind? kind, int bits, Hit[][] hits, int? parameters, int? bytes, TimeSpan? training, TimeSpan time)
    {
        Evaluation measured = _evaluation.Evaluate(hits);
        double[] ndcg = [.. Enumerable.Range(0, measured.QueryIds.Count).Select(query => measured.Value(query, 0))];
        DemoRow row = DemoEvaluation.Row(
            name, measured, parameters, bytes, kind is HeadKind.Pca or HeadKind.Linear or HeadKind.Quantum ? training : null,
            time.TotalMilliseconds / hits.Length);
        _ways.Add(new MeasuredWay(row, kind, bits, ndcg));
    }

    private static Hit[][] First(Hit[][] hits) => Array.ConvertAll(hits, found => found[..Math.Min(Wanted, found.Length)]);
}
