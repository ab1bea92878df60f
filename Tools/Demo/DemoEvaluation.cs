using System.Diagnostics;
using System.Globalization;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Demo.Docs;

namespace QEngine.Tools.Demo;

/// <summary>How one way of searching did on the held-out queries.</summary>
/// <param name="Name">BM25, or the paper's name of the model and its dimension.</param>
/// <param name="Ndcg">NDCG@10.</param>
/// <param name="ReciprocalRank">MRR@10.</param>
/// <param name="Recall">Recall@10.</param>
/// <param name="HeadParameters">Trainable numbers of the head; null for BM25.</param>
/// <param name="BytesPerVector">Bytes of a document's vector; null for BM25.</param>
/// <param name="TrainingTime">Contrastive training; null for BM25.</param>
/// <param name="QueryMilliseconds">Embedding and searching, a query.</param>
internal sealed record DemoRow(
    string Name,
    double Ndcg,
    double ReciprocalRank,
    double Recall,
    int? HeadParameters,
    int? BytesPerVector,
    TimeSpan? TrainingTime,
    double QueryMilliseconds);

/// <summary>Searches the held-out queries in the documents of all members, held out or not.</summary>
/// <param name="set">Queries and documents.</param>
internal sealed class DemoEvaluation(RetrievalSet set)
{
    private const int Depth = 10;
    private const int DocumentsPerReport = 2048;

    private static readonly Measure[] Measures = [Measure.Parse("nDCG@10"), Measure.Parse("RR@10"), Measure.Parse("R@10")];

    private readonly Qrels _qrels = Judgements(set);

    /// <summary>BM25 with its default parameters.</summary>
    public DemoRow Bm25()
    {
        Bm25Searcher searcher = Bm25Index.Build(set.EvaluationDocuments).CreateSearcher();
        Stopwatch watch = Stopwatch.StartNew();
        Hit[][] hits = [.. set.Test.Select(query => searcher.Search(query.Text, Depth).ToArray())];
        double milliseconds = watch.Elapsed.TotalMilliseconds / set.Test.Count;
        return Row("BM25", Evaluate(hits), null, null, null, milliseconds);
    }

    /// <summary>A trained model.</summary>
    /// <param name="embedder">The model.</param>
    /// <param name="trainingTime">What its contrastive training took.</param>
    /// <param name="progress">Where progress is shown.</param>
    public DemoRow Model(SentenceEmbedder embedder, TimeSpan trainingTime, DemoProgress progress)
    {
        float[] documents = Embed(embedder, set.EvaluationDocuments, progress);
        EmbeddingIndex index = new(embedder.Similarity, embedder.Dimension, documents, embedder.Workers);
        Stopwatch watch = Stopwatch.StartNew();
        string[] texts = new string[set.Test.Count];
        for (int i = 0; i < texts.Length; i++) texts[i] = set.Test[i].Text;
        float[] queries = new float[texts.Length * embedder.Dimension];
        embedder.Embed(texts, queries);
        Hit[][] hits = index.SearchAll(queries, Depth);
        double milliseconds = watch.Elapsed.TotalMilliseconds / texts.Length;
        HeadConfiguration head = embedder.Model.Head;
        int headParameters = embedder.Model.Parameters.Count - embedder.Model.EncoderLength;
        int bytes = head.OutputDimension * sizeof(float);
        return Row($"{head.PaperName}-{head.OutputDimension}", Evaluate(hits), headParameters, bytes, trainingTime, milliseconds);
    }

    /// <summary>Embeds texts with progress.</summary>
    public static float[] Embed(SentenceEmbedder embedder, IReadOnlyList<string> texts, DemoProgress progress)
    {
        float[] embeddings = new float[texts.Count * embedder.Dimension];
        string[] part = new string[DocumentsPerReport];
        Stopwatch watch = Stopwatch.StartNew();
        for (int first = 0; first < texts.Count; first += DocumentsPerReport)
        {
            QEngine.Tools.Cli.Session.Cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(DocumentsPerReport, texts.Count - first);
            for (int i = 0; i < count; i++) part[i] = texts[first + i];
            embedder.Embed(part.AsSpan(0, count), embeddings.AsSpan(first * embedder.Dimension, count * embedder.Dimension));
            double rate = (first + count) / watch.Elapsed.TotalSeconds;
            progress.Report((first + count) / (double)texts.Count, $"{rate.ToString("N0", CultureInfo.InvariantCulture)} texts/s");
        }
        return embeddings;
    }

    /// <summary>Measures what was found for the held-out queries: NDCG@10, MRR@10 and recall@10.</summary>
    /// <param name="hits">For each query members by their index, best first.</param>
    public Evaluation Evaluate(IReadOnlyList<Hit[]> hits)
    {
        Run run = new();
        for (int i = 0; i < hits.Count; i++) run.Add(set.Test[i].Id, Ranked(hits[i]));
        return Evaluation.Compute(_qrels, run, Measures);
    }

    /// <summary>The row of what was measured.</summary>
    public static DemoRow Row(
        string name, Evaluation measured, int? headParameters, int? bytes, TimeSpan? trainingTime, double milliseconds) =>
        new(name, measured.Summary(0), measured.Summary(1), measured.Summary(2), headParameters, bytes, trainingTime, milliseconds);

    private static RankedList Ranked(ReadOnlySpan<Hit> hits)
    {
        List<ScoredDocument> documents = [];
        foreach (Hit hit in hits) documents.Add(new ScoredDocument(DocumentId(hit.Index), hit.Score));
        return new RankedList(documents);
    }

    private static Qrels Judgements(RetrievalSet set)
    {
        Qrels qrels = new();
        foreach (HeldOutQuery query in set.Test)
            foreach (int member in query.Relevant) qrels.Add(query.Id, DocumentId(member), 1);
        return qrels;
    }

    private static string DocumentId(int member) => member.ToString("D6", CultureInfo.InvariantCulture);
}
