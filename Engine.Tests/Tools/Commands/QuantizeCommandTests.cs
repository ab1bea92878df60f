using System.Text.Json;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;

namespace QEngine.Tests.Tools.Commands;

public class QuantizeCommandTests : CommandFixture
{
    private static readonly string[] Texts = ["red cars", "old green tree", "the fast blue sky"];

    [Test]
    public void The_folder_is_what_loading_in_int8_gives()
    {
        JsonElement json = CommandLine.Run("quantize", "--model", Plain, "--texts", Write("in.txt", string.Join('\n', Texts)), "--out", In("sub/int8"), "--json").Json();

        Assert.That((json.GetProperty("written").GetBoolean(), json.GetProperty("texts").GetInt32(), json.GetProperty("folder").GetString()), Is.EqualTo((true, 3, In("sub/int8"))));
        double mean = json.GetProperty("mean_cosine").GetDouble(), least = json.GetProperty("min_cosine").GetDouble();
        Assert.That((mean, least), Is.EqualTo(Cosines(Vectors(Plain, EncoderPrecision.Int8), Vectors(Plain, EncoderPrecision.Float32))).Within(1e-12));
        Assert.That(Vectors(In("sub/int8"), null), Is.EqualTo(Vectors(Plain, EncoderPrecision.Int8)));
        Assert.That(json.GetProperty("int8_bytes").GetInt64(), Is.LessThan(json.GetProperty("float32_bytes").GetInt64()));
        JsonElement info = CommandLine.Run("info", "--model", In("sub/int8"), "--json").Json(), before = CommandLine.Run("info", "--model", Plain, "--json").Json();
        Assert.That(info.GetProperty("precision").GetString(), Is.EqualTo("int8"));
        Assert.That(info.GetProperty("encoder_parameters").GetInt64(), Is.EqualTo(before.GetProperty("encoder_parameters").GetInt64()));
        Assert.That(File.ReadAllText(In("sub/int8/README.md")), Does.Contain("quantised from | plain").And.Contain("mean cosine to float32"));
    }

    [Test]
    public void A_model_whose_vectors_move_too_far_is_not_written()
    {
        CommandLine run = CommandLine.Run("quantize", "--model", Plain, "--min-cosine", "1", "--out", In("int8"));

        Assert.That(run.Code, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("qengine: expected a mean cosine of at least 1 ").And.Contain("nothing was written"));
        Assert.That(run.Output, Does.Contain("texts\t32\n").And.Contain("folder\tnot written"));
        Assert.That(Names(), Is.Empty);
    }

    [Test]
    public void Wrong_calls_fail_in_one_line()
    {
        CommandLine.Run("quantize", "--model", Plain, "--out", In("int8")).Succeeded();
        CommandLine.Run("quantize", "--model", In("int8"), "--out", In("again")).Failed(1, "float32", "int8");
        CommandLine.Run("quantize", "--model", Plain, "--out", In("none"), "--texts", Write("empty.txt", "")).Failed(1, "expected texts", "empty.txt");
        CommandLine.Run("quantize", "--model", Plain, "--out", In("none"), "--min-cosine", "2").Failed(2, "--min-cosine", "2");
        CommandLine.Run("train", "--encoder", In("int8"), "--triples", Write("t.tsv", "red\tgreen\tblue\n"), "--out", In("trained")).Failed(1, "float32", "int8");
        CommandLine.Run("bench", "--encoder", "tiny", "--precision", "int8", "--train").Failed(2, "--train", "int8");
        CommandLine.Run("embed", "--model", In("int8"), "--precision", "float32", "--input", In("t.tsv"), "--output", In("x.npy")).Failed(1, "float32", "int8");
        CommandLine.Run("embed", "--model", Plain, "--precision", "int4", "--input", In("t.tsv"), "--output", In("x.npy")).Failed(2, "--precision", "float32", "int8", "int4");
        CommandLine.Run("index", "--append", "--precision", "int8", "--input", In("t.tsv"), "--output", In("i")).Failed(2, "--model", "--precision");
    }

    [Test]
    public void Embed_and_index_take_the_precision_and_an_index_keeps_it()
    {
        string input = Write("in.tsv", string.Join('\n', Texts.Select((text, i) => $"{i}\t{text}")));

        CommandLine.Run("embed", "--model", Plain, "--precision", "int8", "--input", input, "--output", In("out.npy")).Succeeded();
        CommandLine.Run("index", "--model", Plain, "--precision", "int8", "--input", input, "--output", In("index")).Succeeded();

        Assert.That(Read(In("out.npy"), 3, 16), Is.EqualTo(Vectors(Plain, EncoderPrecision.Int8)));
        Assert.That(ModelFolder.Load(In("index/model")).Precision, Is.EqualTo(EncoderPrecision.Int8));
        JsonElement hits = CommandLine.Run("search", "--index", In("index"), "--top", "1", "--json", "old", "green", "tree").Json();
        Assert.That(hits.GetProperty("results")[0].GetProperty("id").GetString(), Is.EqualTo("1"));
    }

    private static float[] Vectors(string model, EncoderPrecision? precision)
    {
        SentenceEmbedder embedder = ModelFolder.Load(model, options: new LoadOptions { Precision = precision });
        float[] vectors = new float[Texts.Length * embedder.Dimension];
        embedder.Embed(Texts, vectors);
        return vectors;
    }

    private static (double Mean, double Least) Cosines(float[] a, float[] b)
    {
        double[] cosines = [.. a.Chunk(16).Zip(b.Chunk(16), (x, y) => Dot(x, y) / Math.Sqrt(Dot(x, x) * Dot(y, y)))];
        return (cosines.Average(), cosines.Min());
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
