using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Oracles;
using QEngine.Tests.Retrieval;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools;
using QEngine.Tools.Cli;
using QEngine.Tools.Commands;
using QEngine.Tools.Demo.Docs;
using QEngine.Tools.Demo.Real;
using QEngine.Tools.Heads;
using QEngine.Tools.Pretrained;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Demo.Real;

/// <summary>The demo with an encoder that is there already: the whole of it, with figures by their definitions.</summary>
public sealed class RealDemoTests : CommandFixture
{
    private static readonly string[] Ways =
    [
        "BM25", "full 48", "full 48, 8 bits", "BM25 + full 48", "first 8", "first 8, 8 bits", "PCA 8", "PCA 8, 8 bits",
        "linear 8", "linear 8, 8 bits", "quantum 16", "quantum 16, 8 bits", "quantum 8", "quantum 8, 8 bits",
    ];

    private string _root = "";
    private JsonElement _json;
    private CommandLine _run = null!;
    private RetrievalSet _set = null!;
    private SentenceEmbedder _encoder = null!;
    private float[][] _documents = null!, _queries = null!;

    private string Docs => Path.Combine(_root, "docs");

    private string Encoder => Path.Combine(_root, "encoder");

    private string Out => Path.Combine(_root, "demo");

    [OneTimeSetUp]
    public void Run()
    {
        _root = Directory.CreateTempSubdirectory("qengine-demo-").FullName;
        SampleDocumentation.Write(Docs);
        ApiCorpus corpus = ApiCorpus.Load(ReferencePacks.In(Docs));
        _set = RetrievalSetBuilder.Build(corpus, new RetrievalOptions(Seed: 42));
        SentenceEmbedder whole = SmallEncoder.Create(corpus);
        ModelFolder.Save(whole, Encoder);
        _encoder = new SentenceEmbedder(whole.Model, whole.Tokenizer, 64);
        _documents = [.. _set.EvaluationDocuments.Select(_encoder.Embed)];
        _queries = [.. _set.Test.Select(query => _encoder.Embed(query.Text))];
        _run = Demo("--json");
        _json = _run.Json();
    }

    [OneTimeTearDown]
    public void Delete() => Directory.Delete(_root, recursive: true);

    [Test]
    public void The_table_has_every_way_with_its_size()
    {
        Assert.That(Rows().Select(row => row.GetProperty("name").GetString()), Is.EqualTo(Ways));
        Assert.That(Rows().Skip(1).Select(row => row.GetProperty("bytes_per_vector").GetInt32()),
            Is.EqualTo(new[] { 192, 48, 192, 32, 8, 32, 8, 32, 8, 64, 16, 32, 8 }));
        // 48 x 8 weights with 8 biases, and 12 angles for every qubit less.
        Assert.That(Rows().Skip(1).Select(row => row.GetProperty("head_parameters").GetInt32()),
            Is.EqualTo(new[] { 0, 0, 0, 0, 0, 392, 392, 392, 392, 384, 384, 480, 480 }));
        Assert.That(_json.GetProperty("members").GetInt32(), Is.EqualTo(_set.EvaluationDocuments.Count));
        Assert.That(_json.GetProperty("queries").GetInt32(), Is.EqualTo(_set.Test.Count));
        Assert.That(_json.GetProperty("encoder").GetString(), Is.EqualTo("encoder"));
        Assert.That(_json.GetProperty("first_answers_seconds").GetDouble(), Is.InRange(0, _json.GetProperty("seconds").GetDouble()));
        Assert.That(_json.GetProperty("findings")[0].GetString(), Does.StartWith("Best NDCG@10: "));
    }

    [Test]
    public void Words_vectors_and_both_have_the_figures_of_their_definitions()
    {
        double[][] words = [.. _set.Test.Select(query => Bm25Oracle.Scores(_set.EvaluationDocuments, query.Text, 0.9, 0.4))];
        double[][] full = Scores(_queries, _documents);

        Check("full 48", full);
        Bm25Searcher searcher = Bm25Index.Build(_set.EvaluationDocuments).CreateSearcher();
        Check("BM25 + full 48", [.. _set.Test.Zip(full, (query, vectors) => Fused(searcher.Search(query.Text, 1000), vectors))]);
        Check("first 8", Scores([.. _queries.Select(row => row[..8])], [.. _documents.Select(row => row[..8])]));
        // BM25 has ties here, between which there is no right order: two of them bound it.
        Assert.That(Figure("BM25"), Is.InRange(Ndcg(words, worst: true) - 1e-9, Ndcg(words, worst: false) + 1e-9));
    }

    [Test]
    public void Principal_components_are_those_of_the_held_in_rows()
    {
        int[] members = TrainingRows.Members(_set);
        ApiCorpus corpus = ApiCorpus.Load(ReferencePacks.In(Docs));
        float[] rows = [
            .. members.SelectMany(member => _encoder.Embed(Sentences.Opening(corpus.Members[member].Summary))),
            .. members.SelectMany(member => _documents[member])];
        int[] all = [.. Enumerable.Range(0, 2 * members.Length)];
        PrincipalComponents components = PrincipalComponents.Compute(rows, SmallEncoder.Dimension, all, 8, WorkerPool.Single);
        float[] Project(float[] row) => [.. Enumerable.Range(0, 8).Select(direction => (float)Enumerable.Range(0, row.Length).Sum(
            i => components.Directions[(direction * row.Length) + i] * (row[i] - components.Mean[i])))];

        Check("PCA 8", Scores([.. _queries.Select(Project)], [.. _documents.Select(Project)]), 1e-3);
    }

    [Test]
    public void The_kept_model_is_the_encoder_with_the_linear_head()
    {
        SentenceEmbedder kept = ModelFolder.Load(Path.Combine(Out, "model"));

        Assert.That((kept.Dimension, kept.Similarity, kept.MaximumLength), Is.EqualTo((8, Similarity.Cosine, 80)));
        Check("linear 8", Scores(kept, SimilarityOracle.Cosine), 1e-3);
        Assert.That(_json.GetProperty("model").GetString(), Is.EqualTo("the encoder with linear 8"));
    }

    [Test]
    public void Quantum_heads_are_measured_by_the_fidelity_of_their_states()
    {
        ApiCorpus corpus = ApiCorpus.Load(ReferencePacks.In(Docs));
        MemberVectors vectors = new(_encoder, corpus, _set.EvaluationDocuments);
        vectors.Embed([.. Enumerable.Range(0, corpus.Members.Count)], new EmbeddingCounter(new Progress<EmbeddingProgress>(), null));
        using Session session = Session.From(Program.Root().Parse(["demo"]));

        foreach (DemoHead head in DemoHeads.Make(session, TrainingRows.Create(_set, vectors), _ => { }))
        {
            if (head.Kind == HeadKind.Quantum) Check(head.Name, Scores(_encoder.WithHead(head.Made.Head), SimilarityOracle.Fidelity), 1e-3);
        }
    }

    [Test]
    public void Codes_hardly_change_what_is_found_and_trained_heads_find_something()
    {
        double random = _set.Test.Average(query => query.Relevant.Count) / _set.EvaluationDocuments.Count;
        foreach (string name in Ways.Where(name => Ways.Contains($"{name}, 8 bits")))
        {
            Assert.That(Figure($"{name}, 8 bits"), Is.EqualTo(Figure(name)).Within(0.05), name);
            Assert.That(Figure(name), Is.GreaterThan(5 * random), name);
        }
    }

    [Test]
    public void The_index_holds_every_member_by_documentation_and_summary_and_can_be_searched()
    {
        ApiCorpus corpus = ApiCorpus.Load(ReferencePacks.In(Docs));
        JsonElement found = CommandLine.Run(
            "search", "--index", Path.Combine(Out, "index"), "Opens the green widget at a given place of A.", "--top", "500",
            "--json").Json();

        JsonElement[] results = [.. found.GetProperty("results").EnumerateArray()];
        Assert.That(
            results.Select(result => result.GetProperty("id").GetString()), Is.EquivalentTo(corpus.Members.Select(member => member.Id)));
        Assert.That(results[0].GetProperty("id").GetString(), Does.Contain("GreenWidgetA.OpensIt"));
        Assert.That(results[0].GetProperty("text").GetString(), Does.Contain("Opens the green widget"));
        Assert.That(_json.GetProperty("searches")[0].GetProperty("found").GetArrayLength(), Is.EqualTo(3));
    }

    [Test]
    public void The_same_seed_gives_the_same_figures_in_place_of_the_old_ones()
    {
        byte[] before = File.ReadAllBytes(Path.Combine(Out, "model", HeadFolderOf(Out), "model.safetensors"));

        JsonElement again = Demo("--json", "--threads", "1").Json();

        string[] figures = ["name", "nDCG@10", "RR@10", "R@10"];
        string Text(JsonElement row) => string.Join(' ', figures.Select(figure => row.GetProperty(figure)));
        Assert.That(again.GetProperty("models").EnumerateArray().Select(Text), Is.EqualTo(Rows().Select(Text)));
        Assert.That(File.ReadAllBytes(Path.Combine(Out, "model", HeadFolderOf(Out), "model.safetensors")), Is.EqualTo(before));
        Assert.That(again.GetProperty("findings").ToString(), Is.EqualTo(_json.GetProperty("findings").ToString()));
    }

    [Test]
    public void Without_the_usual_encoder_it_says_why_in_a_line_and_trains_from_scratch()
    {
        IPackages packages = ModelArgument.Packages;
        using Pretrained.CacheFolder cache = new();
        try
        {
            (ModelArgument.Packages, DemoCommand.UsualMinutes) = (new NoPackages(), 0.001);

            CommandLine run = CommandLine.Run("demo", "--docs", Docs, "--out", In("demo"), "--json");

            Assert.That(run.Json().GetProperty("models").EnumerateArray().Select(row => row.GetProperty("name").GetString()),
                Is.EqualTo(new[] { "BM25", "BT-128", "BEC-64", "QBT-128", "QBEC-64" }));
            string[] lines = [.. run.Error.Split('\n').Where(line => line.Contains("from scratch"))];
            Assert.That(
                lines, Is.EqualTo(new[] { "without all-MiniLM-L6-v2, training from scratch instead: expected a network, found none" }));
        }
        finally
        {
            (ModelArgument.Packages, DemoCommand.UsualMinutes) = (packages, 8);
        }
    }

    [Test]
    public void An_encoder_that_was_asked_for_is_not_replaced()
    {
        CommandLine.Run("demo", "--docs", Docs, "--model", "no-such-model", "--out", In("demo")).Failed(1, "no-such-model");
        CommandLine.Run("demo", "--docs", Docs, "--model", Quantum, "--out", In("demo")).Failed(1, "compared by cosine", Quantum);
        CommandLine.Run(
            "demo", "--docs", Docs, "--model", Encoder, "--from-scratch", "--out", In("demo")).Failed(2, "--model or --from-scratch");
    }

    [Test]
    public void Documentation_of_one_type_is_too_little()
    {
        string docs = DocFixture.Write(("Sample.xml", DocFixture.Document(
            "<member name=\"T:Sample.Thing\"><summary>Represents a thing of many parts.</summary></member>")));

        CommandLine.Run("demo", "--docs", docs, "--model", Encoder, "--out", In("demo")).Failed(1, "enough types", "1 members of 1 types");
    }

    private static string HeadFolderOf(string output) =>
        Directory.GetDirectories(Path.Combine(output, "model")).Select(path => Path.GetFileName(path)!).Single(
            name => name.EndsWith("Dense", StringComparison.Ordinal));

    private CommandLine Demo(params string[] more) =>
        CommandLine.Run(["demo", "--docs", Docs, "--model", Encoder, "--out", Out, .. more]).Succeeded();

    private JsonElement[] Rows() => [.. _json.GetProperty("models").EnumerateArray()];

    private double Figure(string name, string measure = "nDCG@10") =>
        Rows().Single(row => row.GetProperty("name").GetString() == name).GetProperty(measure).GetDouble();

    private static double[][] Scores(float[][] queries, float[][] documents, Similar? compare = null) =>
        [.. queries.Select(query => documents.Select(document => (compare ?? SimilarityOracle.Cosine)(query, document)).ToArray())];

    private double[][] Scores(SentenceEmbedder embedder, Similar compare) =>
        Scores([.. _set.Test.Select(query => embedder.Embed(query.Text))], [.. _set.EvaluationDocuments.Select(embedder.Embed)], compare);

    private delegate double Similar(ReadOnlySpan<float> one, ReadOnlySpan<float> two);

    /// <summary>Reciprocal ranks of both, where BM25 ranks what shares a word and every document has a vector.</summary>
    private static double[] Fused(ReadOnlySpan<Hit> words, double[] vectors)
    {
        double[] sums = new double[vectors.Length];
        for (int rank = 0; rank < words.Length; rank++) sums[words[rank].Index] += 1.0 / (61 + rank);
        int place = 0;
        foreach (int i in Enumerable.Range(0, vectors.Length).OrderByDescending(i => vectors[i])) sums[i] += 1.0 / (60 + ++place);
        return sums;
    }

    private void Check(string name, double[][] scores, double tolerance = 1e-6)
    {
        foreach (string measure in (string[])["nDCG@10", "RR@10", "R@10"])
        {
            double expected = Mean(scores, measure.Replace("10", "k"), _ => 0);
            Assert.That(Figure(name, measure), Is.EqualTo(expected).Within(tolerance), $"{name} {measure}");
        }
    }

    private double Ndcg(double[][] scores, bool worst) => Mean(scores, "nDCG@k", relevant => relevant == worst ? 1 : 0);

    private double Mean(double[][] scores, string measure, Func<bool, int> amongEquals) => scores.Select((row, query) =>
    {
        IReadOnlyList<int> relevant = _set.Test[query].Relevant;
        int[] ranked = [.. Enumerable.Range(0, row.Length)
            .OrderByDescending(i => (float)row[i]).ThenBy(i => amongEquals(relevant.Contains(i))).ThenByDescending(i => i).Take(10)];
        return MeasureOracle.Value(
            measure, [.. ranked.Select(i => relevant.Contains(i) ? (int?)1 : null)], [.. relevant.Select(_ => 1)], 10);
    }).Average();

    private sealed class NoPackages : IPackages
    {
        public string Find(string package, string version, CancellationToken cancellation) =>
            throw new QEngineException("expected a network, found none");
    }
}
