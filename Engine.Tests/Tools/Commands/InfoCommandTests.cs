using System.Text.Json;
using NUnit.Framework;

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

        Assert.That(json.GetProperty("model").GetString(), Is.EqualTo(name));
        Assert.That((json.GetProperty("layers").GetInt32(), json.GetProperty("hidden").GetInt32()), Is.EqualTo((1, 16)));
        Assert.That(json.GetProperty("encoder_parameters").GetInt64(), Is.EqualTo(EncoderParameters(pieces: 14, positions: 24, hidden: 16, intermediate: 32)));
        Assert.That(json.GetProperty("head_parameters").GetInt64(), Is.EqualTo(headParameters));
        Assert.That((json.GetProperty("dimension").GetInt32(), json.GetProperty("embedding_bytes").GetInt32()), Is.EqualTo((dimension, 4 * dimension)));
        Assert.That(json.GetProperty("similarity").GetString(), Is.EqualTo(similarity));
        Assert.That((json.GetProperty("max_length").GetInt32(), json.GetProperty("vocabulary").GetInt32()), Is.EqualTo((24, 14)));
        Assert.That(table, Does.Contain($"{name}-{dimension}").And.Contain(similarity).And.Contain($"{4 * dimension} bytes"));
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
