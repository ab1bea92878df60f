using System.Text.Json;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;

namespace QEngine.Tests.Tools.Commands;

public sealed class TrainHeadCommandTests : CommandFixture
{
    private static string Golden(string file) => Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "train-head", file);

    [Test]
    public void The_reference_run_is_reproduced()
    {
        CommandLine.Run(
            "train-head", "--embeddings", Golden("embeddings.npy"), "--group-size", "5", "--dim", "16", "--initial", Golden("head_initial.safetensors"), "--batch", "16", "--steps", "40", "--lr", "0.05",
            "--no-shuffle", "--losses", In("losses.json"), "--out", In("head")).Succeeded();

        double[] expected = Losses(Golden("expected.json")), found = Losses(In("losses.json"));
        Assert.That(found, Has.Length.EqualTo(expected.Length));
        for (int i = 0; i < expected.Length; i++) Assert.That(found[i], Is.EqualTo(expected[i]).Within(0.1).Percent, $"step {i}");
        Assert.That(HeadFolder.Load(In("head")).Configuration, Is.EqualTo(HeadConfiguration.Quantum(48, 16)));
    }

    [Test]
    public void The_trained_head_compresses()
    {
        CommandLine.Run("train-head", "--embeddings", Golden("embeddings.npy"), "--group-size", "5", "--dim", "12", "--head", "linear", "--steps", "3", "--out", In("head")).Succeeded();

        CommandLine.Run("compress", "--head", In("head"), "--input", Golden("embeddings.npy"), "--output", In("y.npy")).Succeeded();

        NpyArray compressed = NpyFile.Read(In("y.npy"));
        Assert.That((compressed.Rows, compressed.Columns), Is.EqualTo((320, 12)));
    }

    [TestCase(2, "expected --group-size of at least 3", "--group-size", "2", "--steps", "1")]
    [TestCase(2, "expected --steps of at least 1, found 0", "--group-size", "5", "--steps", "0")]
    [TestCase(2, "expected --dim from 1 to 48, the width of the input, found 49", "--group-size", "5", "--steps", "1", "--dim", "49")]
    [TestCase(1, "expected a number of rows that is a multiple of the group size 7, found 320", "--group-size", "7", "--steps", "1", "--dim", "4")]
    public void Numbers_that_do_not_fit_are_said_in_one_line(int code, string message, params string[] arguments)
    {
        CommandLine.Run(["train-head", "--embeddings", Golden("embeddings.npy"), "--out", In("head"), .. arguments]).Failed(code, message);
        Assert.That(Directory.Exists(In("head")), Is.False);
    }

    [Test]
    public void A_folder_that_cannot_be_written_is_refused_before_the_training()
    {
        string file = Write("head", "a file");

        CommandLine line = CommandLine.Run("train-head", "--embeddings", Golden("embeddings.npy"), "--group-size", "5", "--dim", "4", "--steps", "2", "--out", file);

        line.Failed(1, "expected a folder to write, found a file");
        Assert.That(line.Error, Does.Not.Contain("%"));
    }

    [Test]
    public void A_value_that_is_not_a_number_is_named_by_row_and_column()
    {
        float[] values = new float[12];
        values[7] = float.NaN;
        NpyFile.Write(In("x.npy"), values, 3, 4);

        CommandLine.Run("train-head", "--embeddings", In("x.npy"), "--group-size", "3", "--dim", "2", "--steps", "1", "--out", In("head")).Failed(1, "found NaN", "row 1", "column 3");
    }

    private static double[] Losses(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return [.. document.RootElement.GetProperty("losses").EnumerateArray().Select(loss => loss.GetDouble())];
    }
}
