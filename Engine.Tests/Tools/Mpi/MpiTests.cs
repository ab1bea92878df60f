using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using QEngine.Tests.Tools.Commands;

namespace QEngine.Tests.Tools.Mpi;

/// <summary>Training in several processes under the MPI implementations that are installed.</summary>
[Category("Slow")]
public sealed class MpiTests : CommandFixture
{
    private const int Rows = 40;

    // How the launchers of Debian's packages are called.
    private static readonly Dictionary<string, string> Launchers = new()
    {
        ["Open MPI"] = "mpirun.openmpi --oversubscribe --allow-run-as-root --mca mpi_yield_when_idle 1",
        ["MPICH"] = "mpiexec.mpich",
    };

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static IEnumerable<string> Implementations => Launchers.Keys;

    [Test]
    public void Parameters_and_epochs_have_the_same_bits_at_any_number_of_processes(
        [ValueSource(nameof(Implementations))] string mpi, [Values("", "--in-batch --mini-batch 5")] string negatives)
    {
        string launcher = Launcher(mpi), train = Train(3) + negatives;
        Run($"qengine {train} --shards 8 --out one --log one.jsonl").Succeeded();

        foreach (int processes in (int[])[1, 2, 3, 4])
        {
            CommandLine run = Run($"{launcher} -n {processes} {Program} {train} --out many --log many.jsonl --json").Succeeded();

            Assert.That(Weights("many"), Is.EqualTo(Weights("one")), $"{processes} processes");
            Assert.That(File.ReadAllText(In("many.jsonl")), Is.EqualTo(File.ReadAllText(In("one.jsonl"))));
            Assert.That(run.Json().GetProperty("epochs").GetArrayLength(), Is.EqualTo(3), "shown once");
            Assert.That(run.Error.Split("epoch 3: "), Has.Length.EqualTo(2), "said once");
        }
    }

    [Test]
    public void A_killed_process_ends_the_others_and_the_run_goes_on_in_another_number(
        [ValueSource(nameof(Implementations))] string mpi, [Values(0, 2)] int killed)
    {
        string launcher = Launcher(mpi), train = Train(60) + "--in-batch --checkpoint-steps 3";
        Run($"qengine {train} --shards 8 --out one --log one.jsonl").Succeeded();
        using Process run = Start($"exec {launcher} -n 3 {Program} {train} --out many --log many.jsonl");
        Task<string> output = run.StandardOutput.ReadToEndAsync(), error = run.StandardError.ReadToEndAsync();
        int[] processes = Wait(() => Processes(run.Id) is { Length: 3 } all && File.Exists(In("many.checkpoint")) ? all : null);

        Stopwatch clock = Stopwatch.StartNew();
        Signal("KILL", processes[killed]);
        Assert.That(run.WaitForExit(Limit), Is.True, "has ended");
        TestContext.Out.WriteLine($"ended after {clock.Elapsed.TotalSeconds:F1} s, exit code {run.ExitCode}");
        foreach (int process in processes) Wait(() => File.Exists($"/proc/{process}/stat") ? null : "");

        Assert.That(run.ExitCode, Is.Not.Zero, "killed within the run");
        Assert.That(output.Result + error.Result, Does.Not.Contain("   at "));
        Assert.That(error.Result.Split('\n').Count(line => line.StartsWith("ending: ", StringComparison.Ordinal) || line.StartsWith("qengine: ", StringComparison.Ordinal)), Is.LessThanOrEqualTo(1), error.Result);
        Run($"{launcher} -n 2 {Program} {train} --out many --log many.jsonl --resume").Succeeded();
        Assert.That(Weights("many"), Is.EqualTo(Weights("one")));
        Assert.That(File.ReadAllText(In("many.jsonl")), Is.EqualTo(File.ReadAllText(In("one.jsonl"))));
        Assert.That(File.Exists(In("many.checkpoint")), Is.False);
    }

    [Test]
    public void Ctrl_C_ends_all_processes_and_the_run_goes_on_in_one([ValueSource(nameof(Implementations))] string mpi)
    {
        string launcher = Launcher(mpi), train = Train(150) + "--checkpoint-steps 3";
        Run($"qengine {train} --shards 8 --out one").Succeeded();
        using Process run = Start($"exec {launcher} -n 2 {Program} {train} --out many");
        Task<string> output = run.StandardOutput.ReadToEndAsync(), error = run.StandardError.ReadToEndAsync();
        int[] processes = Wait(() => Processes(run.Id) is { Length: 2 } all && File.Exists(In("many.checkpoint")) ? all : null);

        ShellProgram.RequireHeard(run, "INT");
        Signal("INT", run.Id);
        Assert.That(run.WaitForExit(Limit), Is.True, "has ended");
        foreach (int process in processes) Wait(() => File.Exists($"/proc/{process}/stat") ? null : "");

        // A run that has come to its end leaves none. MPICH's launcher returns 0 now and then, though its processes return 130.
        Assert.That(File.Exists(In("many.checkpoint")), "interrupted within the run");
        if (mpi != "MPICH") Assert.That(run.ExitCode, Is.Not.Zero);
        Assert.That(output.Result + error.Result, Does.Not.Contain("   at "));
        Run($"qengine {train} --shards 8 --out many --resume").Succeeded();
        Assert.That(Weights("many"), Is.EqualTo(Weights("one")));
    }

    /// <summary>What is wrong everywhere is said once; what is wrong in one process is said by it. Launchers add lines of their own.</summary>
    [Test]
    public void An_error_is_one_line_and_ends_all_processes([ValueSource(nameof(Implementations))] string mpi)
    {
        string launcher = Launcher(mpi), train = Train(1), other = train.Replace("--epochs 1", "--epochs 2");
        Directory.CreateDirectory(In("elsewhere"));
        File.WriteAllText(In("elsewhere/rows.tsv"), string.Join('\n', File.ReadLines(In("rows.tsv")).Skip(1)));

        Failed(2, "option of train, found '--bach'", $"-n 3 {Program} {train} --out many --bach 2");
        Failed(2, "expected --shards of at least 3 for as many processes, found 2", $"-n 3 {Program} {train} --out many --shards 2");
        Failed(1, "none.tsv", $"-n 3 {Program} {train.Replace("rows.tsv", "none.tsv")} --out many");
        Failed(1, "none.tsv", $"-n 2 {Program} {train} --out many : -n 1 {Program} {train.Replace("rows.tsv", "none.tsv")} --out many");
        Failed(1, "expected \"epochs 1\" in all processes, as in process 0, found \"epochs 2\" in process 1", $"-n 1 {Program} {train} --out many : -n 1 {Program} {other} --out many");
        Failed(1, "\"data ", $"-n 1 {Program} {train} --out many : -n 1 -wdir '{In("elsewhere")}' {Program} {train} --out many");
        Assert.That(Directory.Exists(In("many")), Is.False);

        void Failed(int code, string message, string arguments)
        {
            CommandLine run = Run($"{launcher} {arguments}");
            string[] lines = [.. run.Error.Split('\n').Where(line => line.StartsWith("qengine: ", StringComparison.Ordinal))];
            Assert.That(lines, Has.Length.EqualTo(1), run.Error);
            Assert.That(lines[0], Does.Contain(message));
            Assert.That(run.Code, Is.EqualTo(code), run.Error);
            Assert.That(run.Output + run.Error, Does.Not.Contain("   at "));
        }
    }

    [Test]
    public void Signals_that_the_runtime_needs_are_left_alone([ValueSource(nameof(Implementations))] string mpi)
    {
        CommandLine run = Run($"{Launcher(mpi)} -n 2 {ShellProgram.WordsOf(typeof(ChildProgram).Assembly.Location)} {ChildProgram.NeedSignals}").Succeeded();

        Assert.That(run.Output.Split('\n').Select(line => line.Trim()), Has.One.EqualTo("process 0 of 2 caught 2").And.One.EqualTo("process 1 of 2 caught 2"));
    }

    /// <summary>Slurm's launcher with PMIx and MPICH's library, for instance, would otherwise train once for each process.</summary>
    [Test]
    public void A_library_that_does_not_know_the_launcher_is_refused()
    {
        _ = Launcher("MPICH");

        CommandLine run = Run($"PMI_SIZE=3 PMI_RANK=0 qengine {Train(1)} --out model");

        run.Failed(1, "expected an MPI library that finds the 3 processes which the launcher started, found one that finds 1: MPICH");
        Assert.That(Directory.Exists(In("model")), Is.False);
    }

    private static string Program => ShellProgram.Words;

    /// <summary>A training of some seconds, with dropout and a development set.</summary>
    private string Train(int epochs)
    {
        SplittableRandom random = new(3);
        string[] words = ["red", "green", "blue", "car", "tree", "sky", "fast", "old", "cars"];
        string Text(ref SplittableRandom random)
        {
            string[] text = new string[2 + random.NextInt(5)];
            for (int i = 0; i < text.Length; i++) text[i] = words[random.NextInt(words.Length)];
            return string.Join(' ', text);
        }
        string[] rows = new string[Rows];
        for (int i = 0; i < rows.Length; i++) rows[i] = string.Join('\t', Text(ref random), Text(ref random), Text(ref random), Text(ref random));
        Write("rows.tsv", string.Join('\n', rows));
        return $"train --triples rows.tsv --encoder '{Plain}' --max-length 8 --dropout 0.1 --head quantum --dim 4 --epochs {epochs} --batch 12 --negatives 2 --dev-share 0.2 ";
    }

    private byte[] Weights(string folder) => File.ReadAllBytes(Path.Combine(In(folder), "model.safetensors"));

    private CommandLine Run(string script) => ShellProgram.Run(script, Folder);

    private Process Start(string script) => Process.Start(
        new ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static string Launcher(string mpi)
    {
        string line = Launchers[mpi], program = line.Split(' ')[0];
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, program)))) Assert.Ignore($"skipped: there is no {program}");
        return line;
    }

    /// <summary>The processes of the program under a launcher, by rank.</summary>
    private static int[] Processes(int launcher)
    {
        List<(int Rank, int Process)> found = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out int process) || !IsBelow(process, launcher)) continue;
            string[] variables = Read($"{folder}/environ").Split('\0');
            string? rank = variables.FirstOrDefault(variable => variable.StartsWith("OMPI_COMM_WORLD_RANK=", StringComparison.Ordinal) || variable.StartsWith("PMI_RANK=", StringComparison.Ordinal));
            if (rank is not null) found.Add((int.Parse(rank[(rank.IndexOf('=') + 1)..], CultureInfo.InvariantCulture), process));
        }
        return [.. found.Order().Select(one => one.Process)];
    }

    private static bool IsBelow(int process, int ancestor)
    {
        while (process > 1 && process != ancestor)
        {
            // pid (name) state parent ...
            string status = Read($"/proc/{process}/stat");
            if (status.Length == 0) return false;
            process = int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        return process == ancestor;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static T Wait<T>(Func<T?> ready)
        where T : class
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            if (ready() is { } result) return result;
            Assert.That(clock.Elapsed, Is.LessThan(Limit), "waited in vain");
            Thread.Sleep(50);
        }
    }

    private static void Signal(string signal, int process)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        kill.WaitForExit();
    }
}
