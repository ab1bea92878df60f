using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

/// <summary>BM25: hand-computed scores, the naive oracle, ties, and a published collection.</summary>
public sealed class Bm25Tests
{
    [TestCase(1.2, 0.75)]
    [TestCase(0.9, 0.4)]
    public void A_hand_computed_score_in_Lucenes_form(double k1, double b)
    {
        // N = 3, avgdl = 8/3, df of "cat" 2: idf ln(1 + 1.5/2.5).
        // It occurs twice in 4 words, which is 1.5 avgdl, and once in 2 words, 0.75 avgdl.
        Bm25Index index = Bm25Index.Build(["The cat, a cat!", "one cat", "some dogs"], k1, b);

        ReadOnlySpan<Hit> hits = index.CreateSearcher().Search("CAT zebra", 10);

        Assert.That(hits.Length, Is.EqualTo(2));
        Assert.That(hits[0].Index, Is.EqualTo(0));
        Assert.That(hits[0].Score, Is.EqualTo(Math.Log(1.6) * 2 / (2 + k1 * (1 - b + b * 1.5))).Within(1e-6));
        Assert.That(hits[1].Index, Is.EqualTo(1));
        Assert.That(hits[1].Score, Is.EqualTo(Math.Log(1.6) / (1 + k1 * (1 - b + b * 0.75))).Within(1e-6));
    }

    [Test]
    public void The_defaults_are_those_for_passages()
    {
        string[] documents = ["The cat, a cat!", "one cat", "some dogs"];
        float[] scores = new float[3], expected = new float[3];

        Bm25Index.Build(documents).CreateSearcher().Score("cat", [0, 1, 2], scores);
        Bm25Index.Build(documents, k1: 0.9, b: 0.4).CreateSearcher().Score("cat", [0, 1, 2], expected);

        Assert.That(scores, Is.EqualTo(expected));
    }

    [Test]
    public void Statistics_count_all_documents()
    {
        Bm25Index index = Bm25Index.Build(["a b", "", "a a a a"]);

        Assert.That(index.DocumentCount, Is.EqualTo(3));
        Assert.That(index.AverageLength, Is.EqualTo(2));
        Assert.That(index.TermCount, Is.EqualTo(2));
        Assert.That(index.DocumentFrequency("a"), Is.EqualTo(2));
        Assert.That(index.DocumentFrequency("zebra"), Is.Zero);
    }

    [Test]
    public void Equal_scores_are_ordered_by_document_index()
    {
        Bm25Searcher searcher = Bm25Index.Build(["x", "y", "x", "x"]).CreateSearcher();

        int[] found = [.. searcher.Search("x", 2).ToArray().Select(hit => hit.Index)];

        Assert.That(found, Is.EqualTo(new[] { 0, 2 }));
    }

    [Test]
    public void A_word_of_every_document_still_finds_them()
    {
        // idf = ln(1 + 0.5 / 1000.5), so scores are about 0.0002.
        Bm25Searcher searcher = Bm25Index.Build([.. Enumerable.Repeat("x", 1000)]).CreateSearcher();

        Assert.That(searcher.Search("x", 2000).Length, Is.EqualTo(1000));
    }

    [Test]
    public void A_query_without_known_words_finds_nothing()
    {
        Bm25Searcher searcher = Bm25Index.Build(["", "!"]).CreateSearcher();

        Assert.That(searcher.Search("x", 3).Length, Is.Zero);
        Assert.That(searcher.Search("", 3).Length, Is.Zero);
    }

    [Test]
    public void Bad_arguments_are_named()
    {
        Bm25Searcher searcher = Bm25Index.Build(["a", "b"]).CreateSearcher();
        float[] one = new float[1];

        Assert.That(() => Bm25Index.Build([]), Throws.TypeOf<QEngineException>().With.Message.Contains("at least one document"));
        Assert.That(() => Bm25Index.Build(["a"], k1: -1), BadArgument.OutOfRange("k1", -1.0));
        Assert.That(() => Bm25Index.Build(["a"], k1: double.NaN), BadArgument.OutOfRange("k1", double.NaN));
        Assert.That(() => Bm25Index.Build(["a"], b: 1.5), BadArgument.OutOfRange("b", 1.5));
        Assert.That(() => searcher.Search("a", 0).Length, BadArgument.OutOfRange("k", 0));
        Assert.That(() => searcher.Score("a", [2], one), BadArgument.OutOfRange("documentIndices", 2));
        Assert.That(() => searcher.Score("a", [0, 1], one), BadArgument.Named("destination", "room for 2 scores, found 1"));
        Assert.That(() => Bm25Index.Build(["a", null!]), BadArgument.Named("texts", "index 1"));
    }

    [Property]
    public bool Scores_are_those_of_the_naive_oracle(byte[][] corpus, byte[] query, byte k1, byte b)
    {
        string[] documents = [.. corpus.Append([1, 2]).Select(Text)];
        double saturation = k1 % 4 * 0.6;
        double normalisation = b % 5 * 0.25;
        int[] all = [.. Enumerable.Range(0, documents.Length)];
        float[] scores = new float[documents.Length];

        Bm25Index.Build(documents, saturation, normalisation).CreateSearcher().Score(Text(query), all, scores);

        double[] expected = Bm25Oracle.Scores(documents, Text(query), saturation, normalisation);
        return all.All(d => Math.Abs(scores[d] - expected[d]) <= 1e-5 * Math.Max(1, expected[d]));
    }

    [Property]
    public bool Searching_is_scoring_and_sorting(byte[][] corpus, byte[][] queries, byte depth)
    {
        string[] documents = [.. corpus.Append([1]).Select(Text)];
        int k = 1 + depth % 6;
        int[] all = [.. Enumerable.Range(0, documents.Length)];
        float[] scores = new float[documents.Length];
        Bm25Searcher searcher = Bm25Index.Build(documents).CreateSearcher();

        foreach (string query in queries.Select(Text))
        {
            searcher.Score(query, all, scores);
            IEnumerable<int> ranked = all.Where(d => scores[d] > 0).OrderByDescending(d => scores[d]).ThenBy(d => d);
            IEnumerable<Hit> expected = ranked.Take(k).Select(d => new Hit(d, scores[d]));
            if (!searcher.Search(query, k).ToArray().SequenceEqual(expected)) return false;
        }
        return true;
    }

    [Test]
    public void A_warm_searcher_allocates_nothing()
    {
        Bm25Searcher searcher = Bm25Index.Build(["red fish", "blue fish", "old man"]).CreateSearcher();
        int[] documents = [0, 2];
        float[] scores = new float[2];
        searcher.Search("blue fish", 2);
        searcher.Score("blue fish", documents, scores);

        long allocated = Allocation.Fewest(() =>
        {
            searcher.Search("blue fish", 2);
            searcher.Score("blue fish", documents, scores);
        });

        Assert.That(allocated, Is.Zero);
    }

    [TestCase(0.9, 0.4, false, TrecDlFigures.Words)]
    [TestCase(1.2, 0.75, false, TrecDlFigures.LuceneParameters)]
    [TestCase(0.9, 0.4, true, TrecDlFigures.Stems)]
    public void Reranking_the_judged_passages_of_TREC_DL_2019_gives_the_known_ndcg(double k1, double b, bool stem, double expected)
    {
        string folder = Shared.Path("data/trecdl-2019");
        List<IdText> passages = [.. IdTextFile.Read(Path.Combine(folder, "passages.tsv"))];
        Qrels qrels = QrelsFile.Read(Path.Combine(folder, "qrels.txt"));
        Dictionary<string, int> indices = Enumerable.Range(0, passages.Count).ToDictionary(i => passages[i].Id);
        Bm25Searcher searcher = Bm25Index.Build([.. passages.Select(p => p.Text)], k1, b, stem).CreateSearcher();
        Run run = new();
        foreach (IdText query in IdTextFile.Read(Path.Combine(folder, "queries.tsv")))
        {
            int[] judged = [.. qrels.Judged(query.Id).Keys.Where(indices.ContainsKey).Select(id => indices[id])];
            float[] scores = new float[judged.Length];
            searcher.Score(query.Text, judged, scores);
            run.Add(query.Id, new RankedList(judged.Select((d, i) => new ScoredDocument(passages[d].Id, scores[i]))));
        }

        Evaluation evaluation = Evaluation.Compute(qrels, run, [Measure.Parse("nDCG@10")]);

        Assert.That(evaluation.QueryIds, Has.Count.EqualTo(43));
        Assert.That(evaluation.Summary(0), Is.EqualTo(expected).Within(TrecDlFigures.Tolerance));
    }

    // Few different words, so that documents and queries share them; some letters case and punctuation vary.
    private static string Text(byte[] words) => string.Join(' ', (words ?? []).Select(w => w % 2 == 0 ? $"w{w % 12}," : $"W{w % 12}"));
}
