using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Tools.Benchmarking;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Commands;

public class BenchCommandTests : CommandFixture
{
    // The system counts the pages of each thread, and adds them up now and then.
    private const int Slack = 1 << 20;

    // One layer of 16 numbers in, 32 between: 4 x 16 x 16 + 2 x 16 x 32 weights a token, and scores and sums of 8 tokens of 16 numbers
    // each, for 4 x 8 tokens; a multiplication and an addition each.
    private const double Flops = 2 * 32 * ((4 * 16 * 16) + (2 * 16 * 32) + (2 * 8 * 16));

    private readonly double _seconds = BenchReport.MinSeconds;

    [SetUp]
    public void ShortenRuns() => BenchReport.MinSeconds = 0.01;

    [TearDown]
    public void LengthenRuns() => BenchReport.MinSeconds = _seconds;

    [Test]
    public void Work_is_counted_by_its_matrix_products_three_times_in_training()
    {
        SentenceEmbedder embedder = ModelFolder.Load(Quantum);

        Assert.That(new EmbeddingWork(embedder, 4, 8, 1).Flops, Is.EqualTo(Flops));
        Assert.That(new TrainingWork(embedder.Model, 4, 8, checkpoint: false, WorkerPool.Single, 1).Flops, Is.EqualTo(3 * Flops));
        Assert.That(new TrainingWork(embedder.Model, 4, 8, checkpoint: true, WorkerPool.Single, 1).Flops, Is.EqualTo(3 * Flops));
    }

    [Test]
    public void A_run_takes_four_tenths_of_a_second() => Assert.That(_seconds, Is.EqualTo(0.4));

    [TestCase("--train")]
    [TestCase("--train", "--checkpoint-activations")]
    [TestCase]
    public void Figures_fit_together(params string[] more)
    {
        long before = PeakBytes();

        JsonElement json = CommandLine.Run(["bench", "--model", Quantum, "--batch", "4", "--tokens", "8", "--json", .. more]).Json();

        double rate = json.GetProperty("tokens_per_second").GetDouble(), milliseconds = json.GetProperty("milliseconds").GetDouble();
        double gigaflops = json.GetProperty("gflops").GetDouble(), peak = json.GetProperty("peak_gflops").GetDouble();
        Assert.That(rate * milliseconds / 1000, Is.EqualTo(32).Within(1).Percent);
        Assert.That(json.GetProperty("percent_of_peak").GetDouble(), Is.EqualTo(100 * gigaflops / peak).Within(0.2));
        double exact = Flops * (more.Length > 0 ? 3 : 1) / milliseconds / 1e6;
        Assert.That(gigaflops, Is.EqualTo(exact).Within(0.06 + (exact * 0.00005 / milliseconds)), "rounded to tenths, of milliseconds rounded to ten-thousandths");
        Assert.That(json.GetProperty("peak_bytes").GetInt64(), Is.InRange(before - Slack, PeakBytes() + Slack));
        Assert.That(json.GetProperty("threads").GetInt32(), Is.EqualTo(2));
        Assert.That(json.GetProperty("run_milliseconds").GetArrayLength(), Is.EqualTo(5));
    }

    [Test]
    public void The_table_names_what_was_measured()
    {
        string table = CommandLine.Run("bench", "--model", Linear, "--batch", "1", "--tokens", "5").Succeeded().Output;

        Assert.That(table, Does.Contain("tokens/s").And.Contain("1 x 5 tokens").And.Contain("% of the").And.Contain("MB"));
    }

    private static long PeakBytes()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    [Test]
    public void Options_that_make_no_sense_are_refused()
    {
        CommandLine.Run("bench", "--model", Plain, "--encoder", "tiny").Failed(2, "found both");
        CommandLine.Run("bench", "--encoder", "huge").Failed(2, "found 'huge'");
        CommandLine.Run("bench", "--model", Plain, "--batch", "0").Failed(2, "--batch of at least 1");
        CommandLine.Run("bench", "--model", Plain, "--batch", "1", "--train").Failed(2, "--batch of at least 2 with --train");
        CommandLine.Run("bench", "--model", Plain, "--tokens", "25").Failed(2, "--tokens from 1 to 24");
        CommandLine.Run("bench", "--model", Plain, "--tokens", "0").Failed(2, "--tokens of at least 1");
        CommandLine.Run("bench", "--model", Plain, "--checkpoint-activations").Failed(2, "--train");
        CommandLine.Run("bench", "--model", In("none")).Failed(1, "none");
    }
}
