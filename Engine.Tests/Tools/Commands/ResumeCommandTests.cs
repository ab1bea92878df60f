using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Tools.Cli;

namespace QEngine.Tests.Tools.Commands;

/// <summary>Runs that are stopped by force or by Ctrl-C, and go on.</summary>
public sealed class ResumeCommandTests : CommandFixture
{
    private const int Kills = 20;

    [Test]
    [Category("Slow")]
    public void Twenty_kills_at_random_times_change_no_bit([Values("train", "pretrain")] string command)
    {
        string[] arguments = Arguments(command, epochs: 600, checkpointSteps: 3);
        Run([.. arguments, "--out", In("straight"), .. Log(command, "straight")]).Succeeded();

        SplittableRandom random = new(TestContext.CurrentContext.Random.NextULong());
        int killed = 0;
        for (int attempt = 0; attempt < Kills; attempt++)
        {
            using Process process = Start([.. arguments, "--out", In("killed"), .. Log(command, "killed"), "--resume"]);
            // From before the first step to well within the run; the start of the runtime itself takes some tenths of a second.
            if (process.WaitForExit(random.NextInt(900))) break;
            process.Kill();
            process.WaitForExit();
            killed++;
        }
        Assert.That(killed, Is.GreaterThan(Kills / 2), "the run is long enough to be killed");
        Run([.. arguments, "--out", In("killed"), .. Log(command, "killed"), "--resume"]).Succeeded();

        Assert.That(Weights("killed"), Is.EqualTo(Weights("straight")));
        if (command == "train") Assert.That(File.ReadAllText(In("killed.jsonl")), Is.EqualTo(File.ReadAllText(In("straight.jsonl"))));
        Assert.That(File.Exists(In("killed.checkpoint")), Is.False, "a run that is done leaves none");
        TestContext.Out.WriteLine($"{killed} kills");
    }

    [Test]
    public void Ctrl_C_a_termination_signal_or_the_end_of_the_terminal_keeps_the_state_and_the_run_goes_on([Values("-INT", "-TERM", "-HUP")] string signal)
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("skipped: sends a Unix signal");
        string[] arguments = Arguments("train", epochs: 100, checkpointSteps: 0);
        Run([.. arguments, "--out", In("straight")]).Succeeded();
        using Process process = Start([.. arguments, "--out", In("model")]);
        ShellProgram.RequireHeard(process, signal[1..]);
        Task<string> error = process.StandardError.ReadToEndAsync();
        Stopwatch clock = Stopwatch.StartNew();
        while (!Directory.Exists(In("model")) && !process.HasExited && clock.Elapsed < TimeSpan.FromSeconds(60)) Thread.Sleep(5);
        using (Process kill = Process.Start("kill", [signal, $"{process.Id}"])) kill.WaitForExit();
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.EqualTo(signal switch { "-INT" => 130, "-HUP" => 129, _ => 143 }), error.Result);
        Assert.That(error.Result, Does.Contain("go on with --resume").And.EndsWith("qengine: interrupted\n"));
        Assert.That(File.Exists(In("model.checkpoint")), Is.True);
        Run([.. arguments, "--out", In("model")]).Failed(2, "expected --resume to go on");
        Run([.. arguments, "--out", In("model"), "--resume", "--seed", "9"]).Failed(1, "seed 9", "seed 42");
        JsonElement json = Run([.. arguments, "--out", In("model"), "--resume", "--json"]).Json();

        Assert.That(json.GetProperty("epochs").GetArrayLength(), Is.EqualTo(100));
        Assert.That(Weights("model"), Is.EqualTo(Weights("straight")));
    }

    [Test]
    public void A_folder_that_another_run_writes_is_refused([Values("train", "pretrain")] string command)
    {
        string[] arguments = [.. Arguments(command, epochs: 1, checkpointSteps: 0), "--out", In("model")];
        using (FileLock.TryTakeTemporary(In("model.checkpoint.lock")))
        {
            Run(arguments).Failed(1, "expected a folder that no other run writes, found one that does: ", "model");
            Assert.That(Directory.Exists(In("model")), Is.False);
        }
        Run(arguments).Succeeded();
        Assert.That(File.Exists(In("model.checkpoint.lock")), Is.False, "the claim leaves nothing");
    }

    [Test]
    public void A_file_of_the_user_in_the_place_of_the_claim_is_kept_and_named()
    {
        string[] arguments = [.. Arguments("train", epochs: 1, checkpointSteps: 0), "--out", In("model")];
        string place = Write("model.checkpoint.lock", "mine");
        Run(arguments).Failed(1, "expected no file", "model.checkpoint.lock");
        Assert.That(File.ReadAllText(place), Is.EqualTo("mine"));

        File.Delete(place);
        Directory.CreateDirectory(place);
        Run(arguments).Failed(1, "expected to write a file, found a folder of that name", "model.checkpoint.lock");
        Directory.Delete(place);
        // As a run that was killed leaves it.
        Write("model.checkpoint.lock", "");
        Run(arguments).Succeeded();
        Assert.That(File.Exists(place), Is.False);
    }

    private string[] Arguments(string command, int epochs, int checkpointSteps)
    {
        string rows = Write("rows.tsv", string.Concat(Enumerable.Repeat("red car\tfast red cars\told trees\nblue sky\tskys blue\tgreen trees\nold tree\ttrees old green\tfast car\n", 4)));
        string[] common = ["--encoder", Plain, "--max-length", "8", "--checkpoint-steps", $"{checkpointSteps}"];
        return command == "train"
            ? ["train", "--triples", rows, "--head", "quantum", "--dim", "4", "--epochs", $"{epochs}", "--batch", "4", "--negatives", "1", "--dev-share", "0.4", "--best-by", "dev_loss", .. common]
            : ["pretrain", "--texts", rows.Replace("rows.tsv", "texts.txt"), "--steps", $"{50 * epochs}", "--tokens-per-step", "20", .. common];
    }

    private string[] Log(string command, string name) => command == "train" ? ["--log", In($"{name}.jsonl")] : [];

    private byte[] Weights(string folder) => File.ReadAllBytes(Path.Combine(In(folder), "model.safetensors"));

    private CommandLine Run(string[] arguments)
    {
        Write("texts.txt", "fast old cars\nred sky\ngreen trees\nblue cars\n");
        return CommandLine.Run(arguments);
    }

    private static Process Start(string[] arguments)
    {
        string program = Path.Combine(TestContext.CurrentContext.TestDirectory, "qengine.dll");
        string runtime = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return Process.Start(new ProcessStartInfo(runtime, ["exec", program, .. arguments, "--threads", "1"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }
}
