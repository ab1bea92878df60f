using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Storage;

namespace QEngine.Tests.Tools.Commands;

/// <summary>
/// The program published with Native AOT embeds and searches as this process does. Its path is in the environment
/// variable <c>QENGINE_NATIVE</c>, as <c>.ci/run</c> sets it; skipped without.
/// </summary>
[Category("Native")]
public sealed class NativeProgramTests : CommandFixture
{
    private static readonly string[] Texts = ["red cars", "a fast old car under blue skys", "", "green trees, red trees & blue sky", "[SEP] old"];

    [Test]
    public void The_native_program_gives_the_vectors_of_the_jit([Values] bool quantum)
    {
        string model = quantum ? Quantum : Linear;
        string input = Write("texts.txt", string.Join('\n', Texts) + "\n");

        Native("embed", "--model", model, "--input", input, "--output", In("native.npy"));

        // The native program is compiled for another instruction set: rounding differs in the last places.
        SentenceEmbedder embedder = ModelFolder.Load(model);
        float[] expected = new float[Texts.Length * embedder.Dimension];
        embedder.Embed(Texts, expected);
        NpyArray found = NpyFile.Read(In("native.npy"));
        Assert.That(found.Rows, Is.EqualTo(Texts.Length));
        Assert.That(found.Data, Is.EqualTo(expected).Within(2e-5f));
    }

    [Test]
    public void The_native_program_indexes_and_searches_as_the_jit()
    {
        string input = Write("texts.tsv", string.Join('\n', Texts.Where(text => text.Length > 0).Select((text, i) => $"d{i}\t{text}")) + "\n");
        Native("index", "--model", Quantum, "--input", input, "--output", In("index"));
        string[] search = ["search", "--index", In("index"), "--top", "4", "fast red trees", "--json"];

        JsonElement native = JsonDocument.Parse(Native(search)).RootElement.GetProperty("results"), jit = CommandLine.Run(search).Json().GetProperty("results");

        Assert.That(native.GetArrayLength(), Is.EqualTo(4));
        for (int i = 0; i < 4; i++)
        {
            Assert.That(native[i].GetProperty("id").GetString(), Is.EqualTo(jit[i].GetProperty("id").GetString()));
            Assert.That(native[i].GetProperty("score").GetDouble(), Is.EqualTo(jit[i].GetProperty("score").GetDouble()).Within(1e-5));
        }
    }

    [Test]
    public void The_native_program_trains()
    {
        string rows = Write("rows.tsv", "red car\tfast red cars\told trees\nblue sky\tskys blue\tgreen trees\n");

        Native("train", "--triples", rows, "--encoder", Plain, "--head", "quantum", "--dim", "4", "--epochs", "2", "--batch", "2", "--max-length", "8", "--out", In("model"));

        Assert.That(ModelFolder.Load(In("model")).Dimension, Is.EqualTo(4));
    }

    [Test]
    public void The_native_program_reports_bad_input_in_one_line()
    {
        using Process process = Start("embed", "--model", In("missing"), "--input", In("missing"), "--output", In("out.npy"));
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.EqualTo(1));
        Assert.That(error, Does.StartWith("qengine: expected ").And.Not.Contain("   at "));
        Assert.That(error.TrimEnd('\n'), Does.Not.Contain("\n"));
    }

    private static string Native(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, error.Result);
        return output;
    }

    private static Process Start(params string[] arguments)
    {
        string? program = Environment.GetEnvironmentVariable("QENGINE_NATIVE");
        if (string.IsNullOrEmpty(program)) Assert.Ignore("skipped: QENGINE_NATIVE does not name a natively compiled qengine");
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }
}
