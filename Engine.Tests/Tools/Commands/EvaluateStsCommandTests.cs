using System.Globalization;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Training;
using Oracle = MathNet.Numerics.Statistics.Correlation;

namespace QEngine.Tests.Tools.Commands;

public sealed class EvaluateStsCommandTests : CommandFixture
{
    private const string Rows = "red car\tred cars\t4.5\nblue sky\told tree\t0.5\ngreen tree\tgreen trees\t4.5\nfast car\told sky\t1\nred car\told tree\t2\n";

    [Test]
    public void Spearman_is_that_of_ranks_by_hand()
    {
        double one = Cosines("red car\told tree").Single(), other = Cosines("red car\tblue sky").Single();
        (string low, string high) = one < other ? ("old tree", "blue sky") : ("blue sky", "old tree");
        string rows = Write("pairs.tsv", $"red car\t{low}\t3\nred car\t{high}\t1\nred car\t{high}\t5\ngreen\tgreen\t4\n");

        JsonElement json = Sts(Plain, rows);

        // Similarities rank 1, 2.5, 2.5, 4; scores 2, 1, 4, 3. Deviations from 2.5 multiply to 0.75 + 0 + 0 + 0.75; their squares sum to 4.5 and 5.
        Assert.That(json.GetProperty("spearman").GetDouble(), Is.EqualTo(1.5 / Math.Sqrt(4.5 * 5)).Within(1e-12));
        Assert.That(json.GetProperty("pairs").GetInt32(), Is.EqualTo(4));
    }

    [Test]
    public void Cosine_is_correlated_as_by_the_oracle()
    {
        double[] cosines = Cosines(Rows), scores = [4.5, 0.5, 4.5, 1, 2];

        JsonElement json = Sts(Linear, Write("pairs.tsv", Rows));

        Assert.That(json.GetProperty("similarity").GetString(), Is.EqualTo("cosine"));
        double[] linear = Cosines(Rows, Linear);
        Assert.That(linear, Is.Not.EqualTo(cosines));
        Assert.That(json.GetProperty("pearson").GetDouble(), Is.EqualTo(Oracle.Pearson(linear, scores)).Within(1e-6));
        Assert.That(json.GetProperty("spearman").GetDouble(), Is.EqualTo(Oracle.Spearman(linear, scores)).Within(1e-12));
        Assert.That(json.TryGetProperty("pearson_log_fidelity", out _), Is.False);
    }

    [Test]
    public void Fidelity_and_its_logarithm_have_the_same_ranks()
    {
        double[] scores = [4.5, 0.5, 4.5, 1, 2], logarithms = LogFidelities(Rows);

        JsonElement json = Sts(Quantum, Write("pairs.tsv", Rows));

        Assert.That(json.GetProperty("similarity").GetString(), Is.EqualTo("fidelity"));
        Assert.That(json.GetProperty("spearman").GetDouble(), Is.EqualTo(Oracle.Spearman(logarithms, scores)).Within(1e-12));
        Assert.That(json.GetProperty("pearson").GetDouble(), Is.EqualTo(Oracle.Pearson(logarithms.Select(Math.Exp), scores)).Within(1e-5));
        Assert.That(json.GetProperty("pearson_log_fidelity").GetDouble(), Is.EqualTo(Oracle.Pearson(logarithms, scores)).Within(1e-5));
    }

    [Test]
    public void The_benchmarks_layout_is_read_from_its_columns_compressed_too()
    {
        string benchmark = "main-captions\tMSRvid\t2012test\t0001\t4.500\tred car\tred cars\nmain-news\tMSRpar\t2012train\t0006\t0.500\tblue sky\told tree\tsource\tsource\n";
        string plain = "red car\tred cars\t4.5\nblue sky\told tree\t0.5\n";
        string compressed = In("sts.csv.gz");
        File.WriteAllBytes(compressed, Gzip.Compress(benchmark));

        Assert.That(ScoredPairsFile.Read(Write("sts.csv", benchmark)), Is.EqualTo(ScoredPairsFile.Read(Write("plain.tsv", plain))));
        Assert.That(Sts(Plain, compressed).GetRawText(), Is.EqualTo(Sts(Plain, In("plain.tsv")).GetRawText()));
    }

    [Test]
    public void The_STS_benchmark_itself_is_read()
    {
        string path = Shared.Path("data/sts/sts-dev.csv");
        string[][] rows = [.. File.ReadLines(path).Select(line => line.Split('\t'))];
        float[] embeddings = Embed(Plain, EmbeddingFormat.Default, [.. rows.SelectMany(row => row[5..7])]);
        double[] cosines = [.. embeddings.Chunk(2 * 16).Select(pair => SimilarityOracle.Cosine(pair.AsSpan(0, 16), pair.AsSpan(16)))];
        double[] scores = [.. rows.Select(row => double.Parse(row[4], CultureInfo.InvariantCulture))];

        JsonElement json = Sts(Plain, path);

        Assert.That(json.GetProperty("pairs").GetInt32(), Is.EqualTo(1500));
        Assert.That(json.GetProperty("pearson").GetDouble(), Is.EqualTo(Oracle.Pearson(cosines, scores)).Within(1e-6));
        Assert.That(json.GetProperty("spearman").GetDouble(), Is.EqualTo(Oracle.Spearman(cosines, scores)).Within(0.01),
            "of this vocabulary's few words many texts are the same: rounding breaks their ties");
        Assert.That(ScoredPairsFile.Read(path).First(), Is.EqualTo(new ScoredPair("A man with a hard hat is dancing.", "A man wearing a hard hat is dancing.", 5)));
    }

    [Test]
    public void The_table_names_what_is_compared()
    {
        string rows = Write("pairs.tsv", Rows);

        Assert.That(Run(Quantum, rows).Succeeded().Output, Does.StartWith("similarity\tSpearman\tPearson\nfidelity\t").And.Contain("\nln fidelity\t"));
        Assert.That(Run(Quantum, rows).Error, Does.Contain("5 pairs, quantum"));
        Assert.That(Sts(Quantum, rows).GetProperty("name").GetString(), Is.EqualTo("quantum"));
        Assert.That(Run(Plain, rows).Succeeded().Output, Does.Contain("\ncosine\t").And.Not.Contain("fidelity"));
    }

    [TestCase("a\tb\t1\nc\td\t1\ne\tf\t1\n", "expected scores that differ, found 1 for all 3 pairs in")]
    [TestCase("a\tb\t0.1\nc\td\t0.1\ne\tf\t0.1\n", "expected scores that differ, found 0.1")]
    [TestCase("a\tb\t2\n", "expected scores that differ, found 2 for the only pair in")]
    [TestCase("red\tred\t2\nred\tred\t3\n", "expected similarities that differ, found the same for all 2 pairs in")]
    [TestCase("g\tf\ty\ti\thigh\ta\tb\n", "expected a finite score in column 5, found \"high\", line 1 of")]
    [TestCase("g\tf\ty\ti\t1\ta\t\n", "expected a text in column 7, found an empty one, line 1 of")]
    [TestCase("g\tf\ty\ti\t1\ta\tb\na\tb\t1\n", "expected at least 7 columns by tabs (genre, file, year, id, score, text, text), found 3, line 2 of")]
    [TestCase("a\tb\t1\ng\tf\ty\ti\t1\ta\tb\n", "expected 3 columns by tabs (text, text, score), found 7, line 2 of")]
    public void What_is_wrong_is_said_in_one_line(string rows, string message) => Run(Plain, Write("pairs.tsv", rows)).Failed(1, message, In("pairs.tsv"));

    // The same text twice: similarities differ by rounding at most.
    [TestCase("red car\tred car\t1\nblue sky\tblue sky\t2\nold tree\told tree\t3\n", 3)]
    [TestCase("red\tred\t2\nred\tred\t3\n", 2)]
    public void A_constant_prediction_has_no_correlation_and_says_why(string rows, int count)
    {
        string pairs = Write("pairs.tsv", rows);
        foreach (string model in (string[])[Plain, Linear, Quantum])
        {
            string reason = $"expected similarities that differ, found the same for all {count} pairs in {pairs}";
            Run(model, pairs).Failed(1, reason);
            CommandLine run = CommandLine.Run("evaluate-sts", "--model", model, "--pairs", pairs, "--json");

            Assert.That(run.Code, Is.EqualTo(1));
            Assert.That(run.Error, Does.EndWith($"qengine: {reason}{Environment.NewLine}"));
            using JsonDocument json = JsonDocument.Parse(run.Output);
            Assert.That(json.RootElement.GetProperty("spearman").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(json.RootElement.GetProperty("pearson").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(json.RootElement.GetProperty("reason").GetString(), Is.EqualTo(reason));
        }
    }

    [Test]
    public void Pairs_are_required() => CommandLine.Run("evaluate-sts", "--model", Plain).Failed(2, "--pairs");

    private static JsonElement Sts(string model, string pairs) => CommandLine.Run("evaluate-sts", "--model", model, "--pairs", pairs, "--json").Json();

    private static CommandLine Run(string model, string pairs) => CommandLine.Run("evaluate-sts", "--model", model, "--pairs", pairs);

    private double[] Cosines(string rows, string? model = null) => Compared(rows, model ?? Plain, (one, two) => SimilarityOracle.Cosine(one, two));

    private double[] LogFidelities(string rows) => Compared(rows, Quantum, (one, two) => Math.Log(SimilarityOracle.Fidelity(one, two)));

    private static double[] Compared(string rows, string model, Func<float[], float[], double> compare) =>
        [.. rows.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split('\t')).Select(row => compare(Embed(model, EmbeddingFormat.Default, row[0]), Embed(model, EmbeddingFormat.Default, row[1])))];
}
