using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>How well a model ranks by embeddings of some size.</summary>
/// <param name="Name">What the model's folder is called.</param>
/// <param name="Head">Its head.</param>
/// <param name="Bits">Bits a number: 32 for the embeddings themselves, fewer for codes alone.</param>
/// <param name="BytesPerVector">What the ranking reads of every passage.</param>
/// <param name="Value">nDCG@10.</param>
internal sealed record Quality(string Name, HeadConfiguration Head, int Bits, int BytesPerVector, double Value);

/// <summary>Measures rankings of a whole collection by its judgements.</summary>
/// <param name="qrels">The judgements.</param>
/// <param name="passages">The collection.</param>
/// <param name="queries">Queries; those without judgements are left out.</param>
internal sealed class QualitySurvey(Qrels qrels, TextSet passages, TextSet queries)
{
    // trec_eval's customary depth of a run.
    private const int Depth = 1000;

    private const double K1 = 0.9, B = 0.4;

    private static readonly Measure[] Measures = [Measure.Parse("nDCG@10")];

    private readonly (string Id, string Text)[] _judged = [.. queries.Ids.Zip(queries.Texts).Where(query => qrels.Judged(query.First).Count > 0)];

    /// <summary>The number of judged queries.</summary>
    internal int Queries => qrels.QueryIds.Count;

    /// <summary>The number of passages.</summary>
    internal int Passages => passages.Ids.Length;

    /// <summary>nDCG@10 of a model by its embeddings and by codes of them.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="workers">The threads to use.</param>
    internal IReadOnlyList<Quality> OfModel(string folder, WorkerPool workers)
    {
        SentenceEmbedder model = ModelFolder.Load(folder, workers);
        EmbeddedTexts texts = EmbeddedTexts.Of(model, passages.Texts, [.. _judged.Select(query => query.Text)], workers);
        EmbeddingSearcher searcher = new(model.Similarity, model.Dimension, workers);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        HeadConfiguration head = model.Model.Head;
        List<Quality> qualities = [new(name, head, 32, model.Dimension * sizeof(float), Evaluate(searcher.SearchAll([texts.Passages], texts.Queries, Depth)))];
        foreach (CodeBits bits in CodeWidths.All)
        {
            EmbeddingBlock coded = texts.Coded(bits, workers);
            Hit[][] hits = [.. _judged.Select((_, query) => Nearest(searcher, coded, texts.Query(query)))];
            qualities.Add(new Quality(name, head, (int)bits, coded.Codes!.Quantizer.BytesPerRow, Evaluate(hits)));
        }
        return qualities;
    }

    /// <summary>nDCG@10 of BM25.</summary>
    internal double OfBm25()
    {
        Bm25Searcher searcher = Bm25Index.Build(passages.Texts, K1, B).CreateSearcher();
        return Evaluate([.. _judged.Select(query => searcher.Search(query.Text, Depth).ToArray())]);
    }

    private static Hit[] Nearest(EmbeddingSearcher searcher, EmbeddingBlock coded, ReadOnlySpan<float> query)
    {
        Hit[] hits = new Hit[Math.Min(Depth, coded.Count)];
        searcher.SearchNearest([coded], query, Depth, rescored: 0, hits);
        return hits;
    }

    private double Evaluate(Hit[][] hits)
    {
        Run run = new();
        for (int i = 0; i < hits.Length; i++)
            run.Add(_judged[i].Id, new RankedList(hits[i].Select(hit => new ScoredDocument(passages.Ids[hit.Index], hit.Score))));
        return Evaluation.Compute(qrels, run, Measures, new EvaluationOptions { Complete = true }).Summary(0);
    }
}
