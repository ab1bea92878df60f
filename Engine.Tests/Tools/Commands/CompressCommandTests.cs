using System.Text.Json;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tests.Quantum;
using QEngine.Tests.Support;

namespace QEngine.Tests.Tools.Commands;

public class CompressCommandTests : CommandFixture
{
    private static readonly string[] Texts = ["red cars", "old green tree", "", "the fast blue sky"];

    private string QuantumHead => Path.Combine(Quantum, "2_QuantumCompression");

    private string LinearHead => Path.Combine(Linear, "2_Dense");

    [TestCase(null, EmbeddingFormat.Default, 6)]
    [TestCase("angles", EmbeddingFormat.Angles, 6)]
    [TestCase("amplitudes", EmbeddingFormat.Amplitudes, 12)]
    [TestCase("expectations", EmbeddingFormat.Expectations, 6)]
    public void Compressed_pooled_vectors_are_the_models_embeddings(string? name, EmbeddingFormat format, int width)
    {
        Pooled("x.npy");
        string[] option = name is null ? [] : ["--format", name];

        CommandLine.Run(["compress", "--head", QuantumHead, "--input", In("x.npy"), "--output", In("y.npy"), .. option]).Succeeded();

        Assert.That(Read(In("y.npy"), 4, width), Is.EqualTo(Embed(Quantum, format, Texts)));
    }

    [TestCaseSource(typeof(GoldenHead), nameof(GoldenHead.Names))]
    public void The_amplitudes_of_the_literal_circuit_are_reproduced(string name)
    {
        GoldenHead golden = GoldenHead.Load(name);
        HeadConfiguration head = HeadConfiguration.Quantum(golden.Cascade.InputQubits, golden.Cascade.OutputQubits);
        ParameterStore<float> parameters = new();
        head.Create(parameters);
        parameters.Allocate();
        Samples.As<float>(golden.Raw).CopyTo(parameters.Values, 0);
        HeadFolder.Save(head, parameters, In("head"));
        int rows = golden.Embeddings.Length / head.InputDimension;
        NpyFile.Write(In("x.npy"), Samples.As<float>(golden.Embeddings), rows, head.InputDimension);

        CommandLine.Run("compress", "--head", In("head"), "--input", In("x.npy"), "--output", In("y.npy"), "--format", "amplitudes").Succeeded();

        Assert.That(Read(In("y.npy"), rows, 2 * head.OutputDimension).Select(value => (double)value), Is.EqualTo(golden.Amplitudes).Within(1e-5));
    }

    [Test]
    public void Amplitudes_are_unit_pairs_all_first_then_all_second()
    {
        Pooled("x.npy");

        CommandLine.Run("compress", "--head", QuantumHead, "--input", In("x.npy"), "--output", In("y.npy"), "--format", "amplitudes").Succeeded();

        float[] amplitudes = Read(In("y.npy"), 4, 12);
        for (int row = 0; row < 4; row++)
        {
            for (int i = 0; i < 6; i++)
            {
                float first = amplitudes[(row * 12) + i], second = amplitudes[(row * 12) + 6 + i];
                Assert.That((first * first) + (second * second), Is.EqualTo(1).Within(1e-6));
            }
        }
    }

    [Test]
    public void Linear_heads_give_their_vectors_and_refuse_other_formats()
    {
        Pooled("x.npy");

        JsonElement json = CommandLine.Run("compress", "--head", LinearHead, "--input", In("x.npy"), "--output", In("y.npy"), "--json").Json();
        CommandLine.Run("compress", "--head", LinearHead, "--input", In("x.npy"), "--output", In("z.npy"), "--format", "amplitudes").Failed(1, "amplitudes");

        Assert.That((json.GetProperty("rows").GetInt32(), json.GetProperty("input_width").GetInt32(), json.GetProperty("width").GetInt32(), json.GetProperty("format").GetString()), Is.EqualTo((4, 16, 6, "vectors")));
        Assert.That(Read(In("y.npy"), 4, 6), Is.EqualTo(Embed(Linear, EmbeddingFormat.Default, Texts)));
        Assert.That(Names(), Is.EqualTo(new[] { "x.npy", "y.npy" }));
    }

    [Test]
    public void More_rows_than_a_batch_are_compressed_each_as_alone()
    {
        float[] rows = [.. Enumerable.Range(0, 2500 * 16).Select(i => MathF.Sin(i))];
        NpyFile.Write(In("x.npy"), rows, 2500, 16);
        NpyFile.Write(In("last.npy"), rows.AsSpan(2499 * 16), 1, 16);

        CommandLine.Run("compress", "--head", QuantumHead, "--input", In("x.npy"), "--output", In("y.npy")).Succeeded();
        CommandLine.Run("compress", "--head", QuantumHead, "--input", In("last.npy"), "--output", In("one.npy")).Succeeded();

        Assert.That(Read(In("y.npy"), 2500, 6)[^6..], Is.EqualTo(Read(In("one.npy"), 1, 6)));
    }

    [TestCase(float.NaN, "NaN")]
    [TestCase(float.NegativeInfinity, "-Infinity")]
    public void A_number_that_is_not_finite_is_named_by_row_and_column(float bad, string name)
    {
        float[] rows = new float[3 * 16];
        rows[(2 * 16) + 5] = bad;
        NpyFile.Write(In("x.npy"), rows, 3, 16);

        CommandLine.Run("compress", "--head", QuantumHead, "--input", In("x.npy"), "--output", In("y.npy")).Failed(1, name, "row 2, column 5", "x.npy");

        Assert.That(Names(), Is.EqualTo(new[] { "x.npy" }));
    }

    [Test]
    public void Wrong_shapes_and_broken_files_fail_in_one_line()
    {
        NpyFile.Write(In("narrow.npy"), new float[2 * 15], 2, 15);
        NpyFile.Write(In("flat.npy"), new float[16], 16);
        NpyFile.Write(In("whole.npy"), new float[2 * 16], 2, 16);
        File.WriteAllBytes(In("truncated.npy"), File.ReadAllBytes(In("whole.npy"))[..^7]);
        Write("empty.npy", "");
        string[] before = Names();

        CommandLine.Run("compress", "--head", QuantumHead, "--input", In("narrow.npy"), "--output", In("y.npy")).Failed(1, "16", "15", "narrow.npy");
        CommandLine.Run("compress", "--head", QuantumHead, "--input", In("flat.npy"), "--output", In("y.npy")).Failed(1, "[texts, 16]", "flat.npy");
        CommandLine.Run("compress", "--head", QuantumHead, "--input", In("truncated.npy"), "--output", In("y.npy")).Failed(1, "truncated.npy");
        CommandLine.Run("compress", "--head", QuantumHead, "--input", In("empty.npy"), "--output", In("y.npy")).Failed(1, "empty.npy");
        CommandLine.Run("compress", "--head", QuantumHead, "--input", In("none.npy"), "--output", In("y.npy")).Failed(1, "none.npy");
        CommandLine.Run("compress", "--head", In("none"), "--input", In("whole.npy"), "--output", In("y.npy")).Failed(1, "none");
        CommandLine.Run("compress", "--head", QuantumHead, "--input", In("whole.npy"), "--output", In("y.npy"), "--format", "bits").Failed(2, "bits");
        Assert.That(Names(), Is.EqualTo(before));
    }

    /// <summary>Writes the pooled vectors of the texts: the plain model has the same encoder, seed and values as the others.</summary>
    private void Pooled(string name) => NpyFile.Write(In(name), Embed(Plain, EmbeddingFormat.Default, Texts), Texts.Length, 16);
}
