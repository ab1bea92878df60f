using System.Text;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Tests.Support;
using QEngine.Tools.Cli;
using QEngine.Tools.Experiments;

namespace QEngine.Tests.Tools.Experiments;

/// <summary>Files of experiments: those that come with the program, the published schema, and what is refused.</summary>
public sealed class ExperimentFileTests
{
    private const string Valid = """
        {
          "name": "a", "description": "b", "seeds": "1..3",
          "backbones": [{ "name": "tiny" }],
          "models": [{ "name": "one", "head": "linear" }, { "name": "two", "head": "quantum" }],
          "sizes": [8],
          "training": { "triples": ["rows.tsv"] },
          "tests": [{ "name": "t", "ranking": "folder" }],
          "comparisons": [{ "first": "two", "second": "one" }]
        }
        """;

    [Test]
    public void Those_of_the_program_can_be_read_and_are_named_as_their_files()
    {
        Assert.That(ExperimentSource.Names, Is.SupersetOf(new[] { "paper-models", "paper-sizes", "paper-training-size", "paper-ablation", "paper-frozen", "rivals", "sts", "improvements", "beyond-text", "capacity", "entangled", "reduced", "smoke" }));
        foreach (string name in ExperimentSource.Names)
        {
            Experiment experiment = ExperimentSource.BuiltIn(name).Experiment;
            Assert.That(experiment.Name, Is.EqualTo(name));
            Assert.That(experiment.Comparisons, Is.Not.Empty);
        }
    }

    [Test]
    public void The_schema_has_the_members_that_are_read()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root(), "docs", "experiment.schema.json")));
        JsonElement root = schema.RootElement, members = root.GetProperty("properties");
        string[] Names(JsonElement of) => [.. of.GetProperty("properties").EnumerateObject().Select(member => member.Name)];

        Assert.That(Names(root), Is.EquivalentTo(ExperimentFile.Members));
        Assert.That(Names(members.GetProperty("backbones").GetProperty("items")), Is.EquivalentTo(ExperimentFile.BackboneMembers));
        Assert.That(Names(members.GetProperty("backbones").GetProperty("items").GetProperty("properties").GetProperty("vectors")), Is.EquivalentTo(VectorFiles.Names));
        Assert.That(Names(members.GetProperty("models").GetProperty("items")), Is.EquivalentTo(ExperimentFile.ModelMembers));
        Assert.That(Names(members.GetProperty("tests").GetProperty("items")), Is.EquivalentTo(ExperimentFile.TestMembers));
        Assert.That(Names(members.GetProperty("comparisons").GetProperty("items")), Is.EquivalentTo(ExperimentFile.ComparisonMembers));
        Assert.That(Names(root.GetProperty("$defs").GetProperty("training")), Is.EquivalentTo(ExperimentTraining.Names));
        string[] heads = [.. members.GetProperty("models").GetProperty("items").GetProperty("properties").GetProperty("head").GetProperty("enum").EnumerateArray().Select(word => word.GetString()!)];
        Assert.That(heads, Is.EquivalentTo(ExperimentFile.Heads.Select(head => head.Word)));
    }

    [Test]
    public void A_valid_one_says_what_it_says()
    {
        Experiment experiment = Read(Valid);

        Assert.That(experiment.Seeds, Is.EqualTo(new ulong[] { 1, 2, 3 }));
        Assert.That(experiment.Bits, Is.EqualTo(new[] { 32 }));
        Assert.That(experiment.Models[1].Similarity, Is.EqualTo(Similarity.Fidelity));
        Assert.That(experiment.Tests[0].Measures, Is.EqualTo(new[] { "nDCG@10", "RR@10" }));
    }

    [TestCase("\"name\": \"a\"", "\"name\": \"a/b\"", "name", "a/b")]
    [TestCase("\"seeds\": \"1..3\"", "\"seeds\": \"3..1\"", "seeds", "3..1")]
    [TestCase("\"seeds\": \"1..3\"", "\"seed\": \"1..3\"", "\"seed\"", "did you mean seeds?")]
    [TestCase("\"head\": \"quantum\"", "\"head\": \"quantm\"", "models[1].head", "quantm")]
    [TestCase("\"head\": \"quantum\"", "\"hed\": \"quantum\"", "models[1]", "did you mean head?")]
    [TestCase("\"head\": \"linear\"", "\"head\": \"linear\", \"gate\": \"cnot\"", "models[0].gate", "linear")]
    [TestCase("\"head\": \"linear\"", "\"head\": \"linear\", \"angles\": \"effective\"", "models[0].angles", "linear")]
    [TestCase("\"head\": \"linear\"", "\"head\": \"linear\", \"residual\": true", "models[0].residual", "linear")]
    [TestCase("\"head\": \"quantum\"", "\"head\": \"quantum\", \"angles\": \"some\"", "models[1].angles", "some")]
    [TestCase("\"head\": \"linear\"", "\"head\": \"linear\", \"state_encoding\": \"angle\"", "models[0].state_encoding", "linear")]
    [TestCase("\"head\": \"linear\"", "\"head\": \"entangled\", \"state_encoding\": \"amplitude\", \"encoding_scale\": \"learned\"", "models[0].encoding_scale", "entangled")]
    [TestCase("\"head\": \"linear\"", "\"head\": \"entangled\", \"similarity\": \"fidelity\"", "models[0].similarity", "fidelity")]
    [TestCase("\"head\": \"linear\"", "\"head\": \"pca\", \"method\": \"train\"", "models[0].method", "train")]
    [TestCase("\"head\": \"linear\"", "\"head\": \"pca\", \"similarity\": \"fidelity\"", "models[0].similarity", "fidelity")]
    [TestCase("\"name\": \"two\"", "\"name\": \"one\"", "models", "'one' twice")]
    [TestCase("\"head\": \"linear\"", "\"head\": \"linear\", \"score\": \"local\"", "models[0].score", "linear")]
    [TestCase("\"head\": \"quantum\"", "\"head\": \"quantum\", \"score\": \"half\"", "models[1].score", "half")]
    [TestCase("\"head\": \"quantum\"", "\"head\": \"quantum\", \"score\": \"local\", \"tau\": 2", "models[1].tau", "both")]
    [TestCase("\"head\": \"quantum\"", "\"head\": \"quantum\", \"shuffle_inputs\": true", "models[1].shuffle_inputs", "quantum")]
    [TestCase("\"head\": \"quantum\"", "\"head\": \"quantum\", \"method\": \"head\", \"training\": { \"layers\": \"none\" }", "models[1].training.layers", "method head")]
    [TestCase("[8]", "[8, 0]", "sizes[1]", "0")]
    [TestCase("[8]", "[8, 8]", "sizes", "'8' twice")]
    [TestCase("[8]", "[]", "sizes", "none")]
    [TestCase("\"triples\": [\"rows.tsv\"]", "\"triples\": []", "training.triples", "none")]
    [TestCase("\"triples\": [\"rows.tsv\"]", "\"learning_rate\": 0", "training.learning_rate", "0")]
    [TestCase("\"ranking\": \"folder\"", "\"measures\": [\"nDCG@10\"]", "tests[0].ranking", "neither")]
    [TestCase("\"ranking\": \"folder\"", "\"ranking\": \"folder\", \"measures\": [\"nonsense\"]", "tests[0].measures", "nonsense")]
    [TestCase("\"second\": \"one\"", "\"second\": \"three\"", "comparisons[0]", "three")]
    [TestCase("\"tests\"", "\"bits\": [3], \"tests\"", "bits", "3")]
    [TestCase("\"name\": \"tiny\"", "\"name\": \"tiny\", \"vectors\": { \"test\": \"a.npy\" }", "backbones[0].vectors.training", "none")]
    [TestCase("\"name\": \"tiny\"", "\"name\": \"tiny\", \"vectors\": { \"training\": \"b.npy\", \"test\": \"a.npy\", \"test_labels\": \"c\" }", "backbones[0].vectors.training_labels", "none")]
    [TestCase("\"name\": \"tiny\"", "\"name\": \"tiny\", \"model\": \"a\", \"vectors\": { \"training\": \"b.npy\", \"test\": \"a.npy\" }", "backbones[0].model", "both")]
    [TestCase("{ \"name\": \"tiny\" }", "{ \"name\": \"tiny\" }, { \"name\": \"v\", \"vectors\": { \"training\": \"b.npy\", \"test\": \"a.npy\" } }", "backbones[0].vectors", "none")]
    public void What_is_wrong_is_refused_with_its_place(string was, string now, string place, string found)
    {
        Assert.That(Valid, Does.Contain(was));
        QEngineException wrong = Assert.Throws<QEngineException>(() => Read(Valid.Replace(was, now, StringComparison.Ordinal)))!;
        Assert.That(wrong.Message, Does.Contain(place).And.Contain(found).And.Contain("x.json").And.StartsWith("expected "));
        Assert.That(wrong.Message, Does.Not.Contain("\n"));
    }

    [Test]
    public void No_prefix_and_no_changed_byte_does_anything_but_succeed_or_be_refused()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Valid);
        SplittableRandom random = new(4);
        for (int i = 0; i < 400; i++)
        {
            byte[] changed = i < 200 ? bytes[..random.NextInt(bytes.Length)] : [.. bytes];
            if (i >= 200) changed[random.NextInt(changed.Length)] = (byte)(32 + random.NextInt(95));
            try
            {
                ExperimentSource.Parse(changed, "x.json");
            }
            catch (QEngineException)
            {
            }
        }
    }

    [Test]
    public void A_name_that_is_none_suggests_one()
    {
        Assert.That(() => ExperimentSource.Find("paper-model"), Throws.TypeOf<UsageException>().With.Message.Contains("did you mean paper-models?"));
    }

    [TestCase("42", new ulong[] { 42 })]
    [TestCase("1..3,7", new ulong[] { 1, 2, 3, 7 })]
    [TestCase("18446744073709551615", new[] { ulong.MaxValue })]
    [TestCase("1..", null)]
    [TestCase("1,1", null)]
    [TestCase("2..1", null)]
    [TestCase("0..10000", null)]
    [TestCase("-1", null)]
    [TestCase("", null)]
    public void Seeds(string text, ulong[]? seeds) => Assert.That(SeedList.Parse(text), Is.EqualTo(seeds));

    private static Experiment Read(string text) => ExperimentSource.Parse(Encoding.UTF8.GetBytes(text), "x.json").Experiment;
}
