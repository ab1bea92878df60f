using System.Diagnostics;
using NUnit.Framework;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Cli;
using QEngine.Tools.Experiments;

namespace QEngine.Tests.Tools.Experiments;

/// <summary>Runs that are killed, interrupted and shared by several processes.</summary>
public sealed class SharedRunTests : ExperimentFixture
{
    private const string Slower = """{ "name": "BT", "head": "none" }, { "name": "QBEC", "head": "quantum" }, { "name": "QBFEC", "head": "quantum", "training": { "layers": "none" } }, { "name": "PCA", "head": "pca" }""";

    [Test]
    public void A_claim_is_anothers_until_it_ends()
    {
        string path = In("x.lock");
        using (IDisposable? first = FileLock.TryTake(path))
        {
            Assert.That(first, Is.Not.Null);
            Assert.That(FileLock.TryTake(path), Is.Null);
            Assert.That(() => FileLock.Take(path, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        }
        using IDisposable? second = FileLock.TryTake(path);
        Assert.That(second, Is.Not.Null);
    }

    [Test]
    [Category("Slow")]
    public void Processes_that_share_a_folder_never_do_the_same_cell()
    {
        string experiment = Experiment(Slower, training: ", \"epochs\": 40");
        Run(experiment, "alone", "--seeds", "1..5").Succeeded();
        Process[] processes = [.. Enumerable.Range(0, 4).Select(_ => Start(experiment, "shared", "1..5"))];
        List<string> done = [];
        foreach (Process process in processes)
        {
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero, error);
            done.AddRange(error.Split('\n').Where(line => line.StartsWith("plain.", StringComparison.Ordinal)).Select(line => line[..line.IndexOf(':')]));
            process.Dispose();
        }
        Assert.That(done, Is.Unique);
        Assert.That(done, Has.Count.EqualTo(20));
        Assert.That(Texts("shared"), Is.EqualTo(Texts("alone")));
    }

    [Test]
    [Category("Slow")]
    public void Kills_at_random_times_lose_no_cell_and_change_none()
    {
        string experiment = Experiment(Slower, training: ", \"epochs\": 200");
        Run(experiment, "alone", "--seeds", "1..4").Succeeded();
        SplittableRandom random = new(TestContext.CurrentContext.Random.NextULong());
        int killed = 0;
        for (int attempt = 0; attempt < 15; attempt++)
        {
            using Process process = Start(experiment, "killed", "1..4");
            if (process.WaitForExit(random.NextInt(1200))) break;
            process.Kill();
            process.WaitForExit();
            killed++;
        }
        Run(experiment, "killed", "--seeds", "1..4", "--resume").Succeeded();

        Assert.That(Texts("killed"), Is.EqualTo(Texts("alone")));
        Assert.That(killed, Is.GreaterThan(3), "the run is long enough to be killed");
        TestContext.Out.WriteLine($"{killed} kills");
    }

    [Test]
    public void Ctrl_C_ends_with_code_130_and_leaves_whole_cells()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: sends a Unix signal");
        string experiment = Experiment("""{ "name": "QBEC", "head": "quantum" }""", training: ", \"epochs\": 100000");
        using Process process = Start(experiment, "run", "1..2");
        ShellProgram.RequireHeard(process, "INT");
        Task<string> error = process.StandardError.ReadToEndAsync();
        string claim = Path.Combine(In("run"), "locks", "plain.QBEC.k4.p100.s1.lock");
        Stopwatch clock = Stopwatch.StartNew();
        while (!File.Exists(claim) && !process.HasExited && clock.Elapsed < TimeSpan.FromSeconds(60)) Thread.Sleep(5);
        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"])) kill.WaitForExit();
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.EqualTo(130), error.Result);
        Assert.That(error.Result, Does.EndWith("qengine: interrupted\n"));
        Assert.That(Directory.GetFiles(Cells("run")), Is.Empty);
        using IDisposable? free = FileLock.TryTake(claim);
        Assert.That(free, Is.Not.Null, "the claim ends with its process");
    }

    private Process Start(string experiment, string run, string seeds)
    {
        string program = Path.Combine(TestContext.CurrentContext.TestDirectory, "qengine.dll");
        string runtime = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] arguments = ["exec", program, "experiment", experiment, "--data", Data, "--out", In(run), "--seeds", seeds, "--resume", "--threads", "1"];
        return Process.Start(new ProcessStartInfo(runtime, arguments) { RedirectStandardError = true })!;
    }
}
