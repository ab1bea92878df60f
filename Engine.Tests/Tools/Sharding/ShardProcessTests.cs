using System.Diagnostics;
using NUnit.Framework;
using QEngine.Collections;
using QEngine.Tests.Tools.Commands;

namespace QEngine.Tests.Tools.Sharding;

/// <summary>Shards by processes of their own, at the same time, of which one is killed.</summary>
public sealed class ShardProcessTests : CommandFixture
{
    private const int Shards = 4, Texts = 60_000;

    [Test]
    [Category("Slow")]
    public void Four_processes_one_of_them_killed_and_run_again_make_the_index_of_one_run()
    {
        string[] words = ["red", "green", "blue", "cars", "trees", "sky", "fast", "old"];
        Random random = new(9);
        string Text() => string.Join(' ', Enumerable.Range(0, 1 + random.Next(20)).Select(_ => words[random.Next(words.Length)]));
        File.WriteAllLines(In("d.tsv"), Enumerable.Range(0, Texts).Select(i => $"d{i}\t{Text()}"));
        File.WriteAllLines(In("q.tsv"), Enumerable.Range(0, 50).Select(i => $"q{i}\t{Text()}"));
        CommandLine.Run("index", "--model", Quantum, "--input", In("d.tsv"), "--output", In("one")).Succeeded();

        Process[] processes = [.. Enumerable.Range(0, Shards).Select(Start)];
        Stopwatch clock = Stopwatch.StartNew();
        bool IsWriting() => Directory.Exists(In("many")) && Directory.EnumerateDirectories(In("many"), "segment-002001*").Any();
        while (!IsWriting() && clock.Elapsed < TimeSpan.FromSeconds(60)) Thread.Sleep(1);
        Assert.That(processes[2].HasExited, Is.False, "it is killed at its work");
        processes[2].Kill();
        foreach (Process process in processes) process.WaitForExit();
        Assert.That(processes.Select((process, i) => i == 2 || process.ExitCode == 0), Is.All.True);
        CommandLine.Run("index", "--merge", "--output", In("many")).Failed(1, "without 2");
        using (Process again = Start(2))
        {
            again.WaitForExit();
            Assert.That(again.ExitCode, Is.Zero, again.StandardError.ReadToEnd());
        }
        CommandLine.Run("index", "--merge", "--output", In("many")).Succeeded();

        Assert.That(CollectionManifest.Read(In("many")).Count, Is.EqualTo(Texts));
        foreach (string[] options in (string[][])[[], ["--hybrid", "rrf"]])
            Assert.That(Run("many", options), Is.EqualTo(Run("one", options)));
        Assert.That(Directory.EnumerateFileSystemEntries(In("many"), "*.tmp"), Is.Empty);
        foreach (Process process in processes) process.Dispose();
    }

    private Process Start(int shard) => ShellProgram.Start(
        "index", "--shard", $"{shard}/{Shards}", "--model", Quantum, "--input", In("d.tsv"), "--output", In("many"), "--threads", "1", "--quiet");

    private byte[] Run(string index, string[] options)
    {
        CommandLine.Run(["search", "--index", In(index), "--queries", In("q.tsv"), "--run", In("run.trec"), "--top", "100", .. options]).Succeeded();
        return File.ReadAllBytes(In("run.trec"));
    }
}
