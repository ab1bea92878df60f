using System.Text.Json;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;

namespace QEngine.Tests.Tools.Commands;

/// <summary>Entangled heads from training to search, as with any other.</summary>
public sealed class EntangledCommandTests : CommandFixture
{
    private static readonly string[] Words = ["red", "green", "blue", "car", "tree", "sky", "fast", "old"];

    private static readonly string[] Texts =
        [.. Enumerable.Range(0, 40).Select(i => string.Join(' ', Enumerable.Range(0, 2 + (i % 5)).Select(j => Words[(i + (j * (3 + (i / 8)))) % 8])))];

    [TestCase("angle")]
    [TestCase("amplitude")]
    public void A_head_is_trained_embeds_is_indexed_searched_and_measured(string encoding)
    {
        string texts = Corpus();
        Write("pairs.tsv", string.Concat(Enumerable.Range(0, 20).Select(i => $"t{i}\tt{i + 20}\t{i % 6}\n")));
        string qubits = encoding == "angle" ? "3" : "4";
        int dimension = encoding == "angle" ? 16 : 32;

        JsonElement trained = CommandLine.Run(
            "train-head", "--model", Plain, "--input", texts, "--pairs", In("pairs.tsv"), "--head", "entangled", "--qubits", qubits, "--state-encoding", encoding, "--epochs", "2", "--out", In("whole"), "--json").Json();
        CommandLine.Run("embed", "--model", In("whole"), "--input", texts, "--output", In("x.npy")).Succeeded();
        JsonElement indexed = CommandLine.Run("index", "--model", In("whole"), "--input", texts, "--output", In("index"), "--json").Json();
        JsonElement found = CommandLine.Run("search", "--index", In("index"), "--json", "--top", "3", Texts[7]).Json();
        JsonElement info = CommandLine.Run("info", "--model", In("whole"), "--json").Json();

        Assert.That((trained.GetProperty("kind").GetString(), trained.GetProperty("dimension").GetInt32()), Is.EqualTo(("entangled", dimension)));
        Assert.That(trained.GetProperty("parameters").GetInt32(), Is.EqualTo(encoding == "angle" ? 3 * 3 * 5 : 0).Or.EqualTo((3 * 3 * 5) + 1));
        float[] rows = Read(In("x.npy"), 40, dimension);
        Assert.That(rows.Chunk(dimension).Select(row => row.Sum(a => a * a)), Is.All.EqualTo(1f).Within(1e-5f));
        Assert.That(indexed.GetProperty("similarity").GetString(), Is.EqualTo("state-fidelity"));
        JsonElement best = found.GetProperty("results")[0];
        Assert.That(best.GetProperty("id").GetString(), Is.EqualTo("t7"));
        Assert.That((best.GetProperty("score").GetDouble(), best.GetProperty("log_fidelity").GetDouble()), Is.EqualTo((1.0, 0.0)).Using<(double, double)>((a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-5 && Math.Abs(a.Item2 - b.Item2) < 1e-5));
        Assert.That(info.GetProperty("similarity").GetString(), Is.EqualTo("state-fidelity"));
        Assert.That(File.ReadAllText(Path.Combine(In("whole"), "README.md")), Does.Contain("a state of qubits; two texts are compared by fidelity"));
        CommandLine.Run("index", "--append", "--input", Write("more.tsv", "new\tred red sky\n"), "--output", In("index")).Succeeded();
        CommandLine.Run("index", "--compact", "--verify", "--output", In("index")).Succeeded();
        CommandLine.Run("index", "--compact", "--codes", "8", "--output", In("index")).Failed(2, "expected --codes none of vectors compared by state-fidelity, found 8");
    }

    [Test]
    public void A_model_is_trained_with_its_head_and_compares_pairs()
    {
        string rows = Write("rows.tsv", "red car\tfast red cars\told trees\tblue sky\nblue sky\tskys blue\tgreen trees\tred cars\nold tree\ttrees old green\tfast car\tblue cars\n");
        string pairs = Write("pairs.tsv", "red car\tred cars\t5\nblue sky\told tree\t1\nfast car\tred car\t4\ngreen sky\tblue car\t0\n");

        JsonElement json = CommandLine.Run(
            "train", "--triples", rows, "--encoder", Plain, "--head", "entangled", "--qubits", "2", "--epochs", "3", "--batch", "3", "--in-batch", "--max-length", "8", "--out", In("model"), "--json").Json();
        JsonElement sts = CommandLine.Run("evaluate-sts", "--model", In("model"), "--pairs", pairs, "--json").Json();

        Assert.That(json.GetProperty("paper_name").GetString(), Is.EqualTo("EntangledState"));
        Assert.That(sts.GetProperty("similarity").GetString(), Is.EqualTo("state-fidelity"));
        Assert.That(sts.GetProperty("spearman").GetDouble(), Is.InRange(-1, 1));
        SentenceEmbedder model = ModelFolder.Load(In("model"));
        Assert.That((model.Similarity, model.Dimension), Is.EqualTo((Similarity.StateFidelity, 8)));
        Assert.That(model.Model.Head.Modules, Is.EqualTo(new HeadModule[] { new EntangledModule(16, 2) }));
    }

    [TestCase("expected --qubits with --head entangled, found none", "--head", "entangled")]
    [TestCase("expected --qubits from 1 to 10, found 11", "--head", "entangled", "--qubits", "11")]
    [TestCase("expected --qubits with --head entangled, found --head linear", "--head", "linear", "--qubits", "3")]
    [TestCase("expected --state-encoding with --head entangled, found --head linear", "--head", "linear", "--state-encoding", "angle")]
    [TestCase("expected no --dim with --head entangled, whose --qubits say it, found 8", "--head", "entangled", "--qubits", "3", "--dim", "8")]
    [TestCase("expected --qubits for at least 16 amplitudes, the width of the input, found 3 for 8", "--head", "entangled", "--qubits", "3", "--state-encoding", "amplitude")]
    public void Options_that_do_not_fit_are_refused(string message, params string[] options)
    {
        NpyFile.Write(In("x.npy"), new float[8 * 16], 8, 16);

        CommandLine.Run(["train-head", "--embeddings", In("x.npy"), "--out", In("head"), .. options]).Failed(2, message);
        CommandLine.Run(["train", "--triples", Write("rows.tsv", "a\tb\tc\n"), "--encoder", Plain, "--out", In("model"), .. options]).Failed(2, message);
    }

    [Test]
    public void Vectors_of_states_are_indexed_without_codes_and_of_even_width()
    {
        NpyFile.Write(In("x.npy"), [1, 0, 0, 0, 0, 0, 3, 0, 0, 1, 0, 0], 3, 4);
        NpyFile.Write(In("odd.npy"), new float[6], 2, 3);

        CommandLine.Run("index", "--embeddings", In("odd.npy"), "--similarity", "state-fidelity", "--output", In("index")).Failed(2, "an even number of columns for --similarity state-fidelity, found 3");
        CommandLine.Run("index", "--embeddings", In("x.npy"), "--similarity", "state-fidelity", "--codes", "8", "--output", In("index")).Failed(2, "expected --codes none");
        CommandLine.Run("index", "--embeddings", In("x.npy"), "--similarity", "state-fidelity", "--output", In("index")).Succeeded();
        string manifest = File.ReadAllText(In("index/index.json"));

        Assert.That(manifest, Does.Contain("\"codes\": 0").And.Contain("\"similarity\": \"state-fidelity\""));
        string table = CommandLine.Run("search", "--index", In("index"), "--embeddings", In("x.npy"), "--top", "2").Succeeded().Output;
        Assert.That(table, Does.Contain("1\t2\t1\t1\t").And.Contain("0\t2\t1\t1\t"), "a phase of a quarter turn is none");
        File.WriteAllText(In("index/index.json"), manifest.Replace("\"dimension\": 4", "\"dimension\": 3", StringComparison.Ordinal));
        CommandLine.Run("search", "--index", In("index"), "--embeddings", In("odd.npy")).Failed(1, "expected an even dimension for similarity state-fidelity, found 3");
    }

    private string Corpus() => Write("texts.tsv", string.Concat(Texts.Select((text, i) => $"t{i}\t{text}\n")));
}
