using System.Text.Json;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;

namespace QEngine.Tests.Tools.Commands;

public class InfoCommandTests : CommandFixture
{
    // Pairs of the cascade 16 -> 6 are 10, of 12 raw parameters each.
    [TestCase("quantum", "QBEC", 6, 120, "fidelity")]
    [TestCase("linear", "BEC", 6, 102, "cosine")]
    [TestCase("plain", "BT", 16, 0, "cosine")]
    public void Sizes_are_those_of_the_model(string kind, string name, int dimension, int headParameters, string similarity)
    {
        string model = kind == "quantum" ? Quantum : kind == "linear" ? Linear : Plain;

        JsonElement json = CommandLine.Run("info", "--model", model, "--json").Json();
        string table = CommandLine.Run("info", "--model", model).Succeeded().Output;

        Assert.That((json.GetProperty("model").GetString(), json.GetProperty("name").GetString()), Is.EqualTo((name, kind)));
        Assert.That((json.GetProperty("layers").GetInt32(), json.GetProperty("hidden").GetInt32()), Is.EqualTo((1, 16)));
        Assert.That(json.GetProperty("encoder_parameters").GetInt64(), Is.EqualTo(EncoderParameters(pieces: 14, positions: 24, hidden: 16, intermediate: 32)));
        Assert.That(json.GetProperty("head_parameters").GetInt64(), Is.EqualTo(headParameters));
        Assert.That((json.GetProperty("dimension").GetInt32(), json.GetProperty("embedding_bytes").GetInt32()), Is.EqualTo((dimension, 4 * dimension)));
        Assert.That(json.GetProperty("similarity").GetString(), Is.EqualTo(similarity));
        Assert.That((json.GetProperty("max_length").GetInt32(), json.GetProperty("vocabulary").GetInt32()), Is.EqualTo((24, 14)));
        Assert.That(table, Does.Contain($"model\t{kind}\n").And.Contain($"{name}-{dimension}").And.Contain(similarity).And.Contain($"{4 * dimension} bytes"));
    }

    [Test]
    public void Modules_pooling_and_prompts_are_shown()
    {
        SentenceEmbedder plain = ModelFolder.Load(Plain);
        EmbeddingModel<float> model = new(plain.Model.Encoder.Configuration, new HeadConfiguration(16, new DenseModule(16, 5), new NormalizeModule(5)), PoolingMode.MeanSqrtLen);
        model.Parameters.Initialize(2);
        ModelFolder.Save(new SentenceEmbedder(model, plain.Tokenizer, 24) { Prompts = new Prompts([new("query", "red [x]: "), new("document", "")], "query") }, In("model"));

        JsonElement json = CommandLine.Run("info", "--model", In("model"), "--json").Json();
        string table = CommandLine.Run("info", "--model", In("model")).Succeeded().Output;

        Assert.That((json.GetProperty("architecture").GetString(), json.GetProperty("pooling").GetString()), Is.EqualTo(("bert", "mean_sqrt_len_tokens")));
        Assert.That(json.GetProperty("modules").EnumerateArray().Select(module => module.GetString()), Is.EqualTo(new[] { "Dense", "Normalize" }));
        Assert.That(json.GetProperty("prompts").GetProperty("query").GetString(), Is.EqualTo("red [x]: "));
        Assert.That(json.GetProperty("default_prompt_name").GetString(), Is.EqualTo("query"));
        Assert.That(table, Does.Contain("Dense, Normalize, 16 to 5").And.Contain("mean_sqrt_len_tokens").And.Contain("query: \"red [x]: \"").And.Contain("default prompt"));
    }

    [Test]
    public void A_head_of_effective_angles_says_so()
    {
        SentenceEmbedder plain = ModelFolder.Load(Plain);
        EmbeddingModel<float> model = new(plain.Model.Encoder.Configuration, HeadConfiguration.Quantum(16, 6, angles: PairAngles.Effective));
        model.Parameters.Initialize(2);
        ModelFolder.Save(new SentenceEmbedder(model, plain.Tokenizer, 24), In("model"));

        Assert.That(CommandLine.Run("info", "--model", In("model"), "--json").Json().GetProperty("head_parameters").GetInt32(), Is.EqualTo(60));
        Assert.That(CommandLine.Run("info", "--model", In("model")).Succeeded().Output, Does.Contain("QuantumCompression of effective angles, 16 to 6, 60 parameters"));
    }

    [Test]
    public void A_missing_or_broken_model_fails_in_one_line()
    {
        CommandLine.Run("info", "--model", In("none")).Failed(1, "none");
        Directory.CreateDirectory(In("broken"));
        Write("broken/config.json", "{");
        CommandLine.Run("info", "--model", In("broken")).Failed(1, "config.json");
        CommandLine.Run("info").Failed(2, "--model");
    }

    private static long EncoderParameters(int pieces, int positions, int hidden, int intermediate)
    {
        long embeddings = ((pieces + positions + 2) * hidden) + (2 * hidden);
        long attention = 4 * ((hidden * hidden) + hidden);
        long feedForward = (2 * hidden * intermediate) + intermediate + hidden;
        return embeddings + attention + feedForward + (4 * hidden);
    }
}
