using System.Text.Json;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Storage;
using QEngine.Text;

namespace QEngine.Tests.Tools.Commands;

/// <summary><c>qengine attach</c>: the vectors of the whole model are those of the model's own through the head.</summary>
public sealed class AttachCommandTests : CommandFixture
{
    private static readonly HeadConfiguration[] Heads =
    [
        HeadConfiguration.Linear(16, 5),
        HeadConfiguration.Quantum(16, 6),
        HeadConfiguration.Quantum(16, 16, CompressionGate.Cnot),
        HeadConfiguration.Quantum(16, 6, angles: PairAngles.Effective),
        new(16, new DenseModule(16, 7, DenseActivation.Identity)),
        new(16, new DenseModule(16, 7, DenseActivation.Identity, Bias: false)),
    ];

    [TestCaseSource(nameof(Heads))]
    public void Vectors_are_those_of_embed_and_compress_bit_for_bit(HeadConfiguration configuration)
    {
        Texts();
        foreach (string model in (string[])[Plain, Normalized(PoolingMode.Max)])
        {
            SaveHead(configuration);
            CommandLine.Run("embed", "--model", model, "--input", In("texts.txt"), "--output", In("x.npy")).Succeeded();
            CommandLine.Run("compress", "--head", In("head"), "--input", In("x.npy"), "--output", In("y.npy")).Succeeded();

            CommandLine.Run("attach", "--model", model, "--head", In("head"), "--out", In("new/whole")).Succeeded();
            CommandLine.Run("embed", "--model", In("new/whole"), "--input", In("texts.txt"), "--output", In("z.npy")).Succeeded();

            float[] expected = Read(In("y.npy"), 5, configuration.OutputDimension);
            Assert.That(Read(In("z.npy"), 5, configuration.OutputDimension), Is.EqualTo(expected));
            Assert.That(expected.Distinct().Count(), Is.GreaterThan(configuration.OutputDimension), "rows that differ");
        }
    }

    [Test]
    public void The_model_keeps_its_parts()
    {
        SaveHead(HeadConfiguration.Linear(16, 5));
        string model = Normalized(PoolingMode.Cls);

        JsonElement json = CommandLine.Run("attach", "--model", model, "--head", In("head"), "--out", In("whole"), "--json").Json();

        Assert.That(json.GetProperty("folder").GetString(), Is.EqualTo(In("whole")));
        Assert.That(json.GetProperty("model").GetString(), Is.EqualTo("normalized"));
        Assert.That(json.GetProperty("modules").EnumerateArray().Select(module => module.GetString()), Is.EqualTo(new[] { "Normalize", "Dense" }));
        Assert.That(json.GetProperty("input_dimension").GetInt32(), Is.EqualTo(16));
        Assert.That(json.GetProperty("dimension").GetInt32(), Is.EqualTo(5));
        Assert.That(json.GetProperty("head_parameters").GetInt32(), Is.EqualTo(85));
        Assert.That(json.GetProperty("similarity").GetString(), Is.EqualTo("cosine"));
        SentenceEmbedder whole = ModelFolder.Load(In("whole"));
        Assert.That((whole.Model.Pooling, whole.MaximumLength, whole.Prompts.Query), Is.EqualTo((PoolingMode.Cls, 17, "old ")));
        Assert.That(whole.Model.Head, Is.EqualTo(new HeadConfiguration(16, new NormalizeModule(16), new DenseModule(16, 5))));
        Assert.That(File.ReadAllText(In("whole/README.md")), Does.Contain("| model | normalized |").And.Contain("| head | head |").And.Not.Contain(Folder));
    }

    [Test]
    public void The_model_is_taken_by_every_command()
    {
        SaveHead(HeadConfiguration.Quantum(16, 6));
        string passages = Write("passages.tsv", "d1\tred car\nd2\tblue sky\nd3\told tree\n");
        Write("queries.tsv", "q1\tred cars\n");
        Write("qrels.txt", "q1 0 d1 1\nq1 0 d2 0\n");
        CommandLine shown = CommandLine.Run("attach", "--model", Plain, "--head", In("head"), "--out", In("whole")).Succeeded();

        CommandLine.Run("index", "--model", In("whole"), "--input", passages, "--output", In("index")).Succeeded();
        JsonElement found = CommandLine.Run("search", "--index", In("index"), "--json", "red car").Json();
        JsonElement measured = CommandLine.Run(
            "evaluate", "--model", In("whole"), "--queries", In("queries.tsv"), "--passages", passages, "--qrels", In("qrels.txt"), "--json").Json();

        Assert.That(shown.Output, Is.EqualTo($"plain with QuantumCompression 16 to 6, 120 parameters, compared by fidelity: {In("whole")}\n"));
        Assert.That(found.GetProperty("results")[0].GetProperty("id").GetString(), Is.EqualTo("d1"));
        Assert.That(measured.GetProperty("model").GetString(), Is.EqualTo("QBEC"));
        Assert.That(CommandLine.Run("info", "--model", In("whole"), "--json").Json().GetProperty("dimension").GetInt32(), Is.EqualTo(6));
    }

    [Test]
    public void What_does_not_fit_is_refused_in_one_line_and_nothing_is_written()
    {
        SaveHead(HeadConfiguration.Linear(12, 5));
        Refused(Plain, In("head"), "expected a head with 16 inputs as the model's embeddings have numbers, found 12");
        SaveHead(HeadConfiguration.Linear(16, 5));
        Refused(Linear, In("head"), "expected a model without a head, to put one on, found Dense, tanh(W u + b), 16 to 6, in ");
        Refused(Quantum, In("head"), "expected a model without a head, to put one on, found QuantumCompression");
        Refused(In("none"), In("head"), "expected the folder of a model, or one of ");
        Refused(Plain, In("none"), "none");
        Refused(Plain, Plain, "in_features");
        Assert.That(Names(), Is.EqualTo(new[] { "head" }));

        void Refused(string model, string head, string message) =>
            CommandLine.Run("attach", "--model", model, "--head", head, "--out", In("out/whole")).Failed(1, message);
    }

    [Test]
    public void Only_a_model_is_replaced_and_never_what_is_read()
    {
        SaveHead(HeadConfiguration.Linear(16, 5));
        Directory.CreateDirectory(In("mine"));
        Write("mine/notes.txt", "mine");

        CommandLine.Run("attach", "--model", Plain, "--head", In("head"), "--out", In("mine")).Failed(1, "notes.txt");
        CommandLine.Run("attach", "--model", Plain, "--head", In("head"), "--out", In("head")).Failed(2, "--head", "--out");
        CommandLine.Run("attach", "--model", Plain, "--head", In("head")).Failed(2, "--out");
        CommandLine.Run("attach", "--model", Plain, "--head", In("head"), "--out", "-").Failed(2, "expected a folder, found standard output");

        Assert.That(File.ReadAllText(In("mine/notes.txt")), Is.EqualTo("mine"));
        Assert.That(HeadFolder.Load(In("head")).Configuration.OutputDimension, Is.EqualTo(5));
    }

    private void Texts() => Write("texts.txt", "red cars\nold green tree\n\nthe fast blue sky\n" + string.Join(' ', Enumerable.Repeat("fast cars", 20)) + "\n");

    private void SaveHead(HeadConfiguration configuration)
    {
        Head head = Head.Create(configuration);
        head.Parameters.Initialize(3);
        HeadFolder.Save(head, In("head"));
    }

    // The plain model with another pooling, vectors of length 1, a shorter limit and a prompt.
    private string Normalized(PoolingMode pooling)
    {
        SentenceEmbedder plain = ModelFolder.Load(Plain);
        EmbeddingModel<float> model = new(plain.Model.Encoder.Configuration, new HeadConfiguration(16, new NormalizeModule(16)), pooling);
        plain.Model.Parameters.Values.AsSpan(0, plain.Model.Parameters.Count).CopyTo(model.Parameters.Values);
        ModelFolder.Save(new SentenceEmbedder(model, plain.Tokenizer, 17) { Prompts = new Prompts([new("query", "old ")]) }, In("normalized"));
        return In("normalized");
    }
}
