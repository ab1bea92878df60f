using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Models;
using QEngine.Tests.Oracles;
using QEngine.Tests.Retrieval;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Cli;
using QEngine.Tools.Demo;
using QEngine.Tools.Demo.Docs;

namespace QEngine.Tests.Tools.Demo;

/// <summary>The figures of the demo, each by its definition.</summary>
public sealed class DemoEvaluationTests
{
    private static readonly string[] Words = ["hello", "una", "able", "b", "c"];

    /// <summary>Of different lengths, so that no two have the same score.</summary>
    private static readonly string[] Documents = [.. Enumerable.Range(1, 12).Select(Document)];

    private static readonly HeldOutQuery[] Queries =
        [new("one", "hello una", [0, 7, 10]), new("two", "able c", [3]), new("three", "una", [1, 11])];

    private static readonly RetrievalSet Set = new([], [], Queries, Documents);

    [Test]
    public void BM25_has_the_figures_of_the_oracles()
    {
        DemoRow row = new DemoEvaluation(Set).Bm25();

        Check(row, query => Ranks(Bm25Oracle.Scores(Documents, query, 0.9, 0.4), found => found > 0));
        Assert.That((row.Name, row.HeadParameters, row.BytesPerVector, row.TrainingTime),
            Is.EqualTo(("BM25", (int?)null, (int?)null, (TimeSpan?)null)));
    }

    [Test]
    public void A_model_has_the_figures_of_its_similarities([Values] bool quantum)
    {
        SentenceEmbedder embedder =
            SmallModel.Create(quantum ? HeadConfiguration.Quantum(24, 10) : HeadConfiguration.Linear(24, 10), maximumLength: 30);
        float[][] documents = [.. Documents.Select(embedder.Embed)];
        double Compare(float[] query, float[] document) => quantum ? SimilarityOracle.Fidelity(query, document) : SimilarityOracle.Cosine(query, document);

        DemoRow row = new DemoEvaluation(Set)
            .Model(embedder, TimeSpan.FromSeconds(7), new DemoProgress(new ProgressReporter(plain: true), 1));

        Check(row, query => Ranks([.. documents.Select(document => Compare(embedder.Embed(query), document))], _ => true));
        // 24 x 10 weights and 10 biases, or the angles of the reductions from 24 to 20 and from 20 to 10 qubits: 12 a pair.
        Assert.That((row.Name, row.HeadParameters), Is.EqualTo(quantum ? ("QBEC-10", (24 - 10) * 12) : ("BEC-10", 250)));
        Assert.That((row.BytesPerVector, row.TrainingTime), Is.EqualTo((40, TimeSpan.FromSeconds(7))));
    }

    private static string Document(int length) => string.Join(' ', Enumerable.Range(0, length).Select(j => Words[((length * j) + j) % 5]));

    private static void Check(DemoRow row, Func<string, int[]> ranking)
    {
        double ndcg = 0, reciprocal = 0, recall = 0;
        foreach (HeldOutQuery query in Set.Test)
        {
            int?[] grades = [.. ranking(query.Text).Select(document => query.Relevant.Contains(document) ? (int?)1 : null)];
            int[] judged = [.. query.Relevant.Select(_ => 1)];
            ndcg += MeasureOracle.Value("nDCG@k", grades, judged, 10) / 3;
            reciprocal += MeasureOracle.Value("RR@k", grades, judged, 10) / 3;
            recall += MeasureOracle.Value("R@k", grades, judged, 10) / 3;
        }
        Assert.That(row.Ndcg, Is.EqualTo(ndcg).Within(1e-9));
        Assert.That(row.ReciprocalRank, Is.EqualTo(reciprocal).Within(1e-9));
        Assert.That(row.Recall, Is.EqualTo(recall).Within(1e-9));
    }

    private static int[] Ranks(double[] scores, Func<double, bool> isFound)
    {
        int[] found = [.. Enumerable.Range(0, scores.Length).Where(i => isFound(scores[i])).OrderByDescending(i => scores[i])];
        Assert.That(found.Select(i => (float)scores[i]), Is.Unique);
        return [.. found.Take(10)];
    }
}
