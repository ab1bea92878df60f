using System.Diagnostics;
using NUnit.Framework;
using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>A process that changes a collection, killed at any moment: what it had committed is there, and nothing else.</summary>
public sealed class KilledProcessTests
{
    private const int Kills = 100;

    [Test]
    [Category("Slow")]
    public void A_hundred_kills_leave_what_was_committed()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        ChangingIndex.Create(path);
        SplittableRandom random = new(TestContext.CurrentContext.Random.NextULong());
        List<IdText> documents = [];
        int done = 0, leftovers = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            int told = KilledAfter(path, done, random.NextInt(5), TimeSpan.FromMilliseconds(random.NextInt(60)));
            for (; done < told; done++) ChangingIndex.Change(documents, done);
            if (Directory.EnumerateDirectories(path).Count() > CollectionManifest.Read(path).Segments.Count) leftovers++;
            // Of the change that it was making when it was killed nobody knows whether it is made.
            List<IdText> more = [.. documents];
            ChangingIndex.Change(more, done);
            IdText[] found = Documents(path);
            bool isMade = !found.SequenceEqual(documents);
            if (isMade) Assert.That(found, Is.EqualTo(more), $"after {done} changes or one more");
            (documents, done) = isMade ? (more, done + 1) : (documents, done);
            CollectionWriter.Open(path).Dispose();
            Assert.That(Directory.EnumerateDirectories(path).Select(Path.GetFileName),
                Is.EquivalentTo(CollectionManifest.Read(path).Segments.Select(segment => segment.Name)), "the next writer clears up");
        }
        TestContext.Out.WriteLine($"{done} changes, {leftovers} of {Kills} kills left something behind");
        Assert.That(done, Is.GreaterThan(Kills), "changes are made between kills");
        Assert.That(leftovers, Is.GreaterThan(Kills / 10), "kills come while something is written");
    }

    /// <summary>Lets a process make some changes, kills it within a later one, and gives how many it has told of.</summary>
    private static int KilledAfter(string path, int done, int changes, TimeSpan time)
    {
        string runtime = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        ProcessStartInfo start = new(runtime, ["exec", typeof(ChildProgram).Assembly.Location, ChildProgram.ChangeIndex, path, $"{done}"])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        int told = -1;
        while (told < done + changes)
            told = int.Parse(process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the process makes no changes"));
        Thread.Sleep(time);
        Assert.That(process.HasExited, Is.False, "it makes changes until it is killed");
        process.Kill();
        while (process.StandardOutput.ReadLine() is { } line)
            if (int.TryParse(line, out int number)) told = Math.Max(told, number);
        process.WaitForExit();
        return told;
    }

    /// <summary>The documents, and that each is found by its vector and by its words.</summary>
    private static IdText[] Documents(string path)
    {
        using Collection collection = Collection.Open(path, WorkerPool.Single);
        Assert.That(collection.Warnings, Is.Empty);
        int[] numbers = [.. collection.Indices()];
        IdText[] documents = [.. numbers.Select(collection.Document)];
        if (documents.Length == 0) return documents;
        float[] scores = new float[numbers.Length];
        collection.Score(ChangingIndex.Vector(documents[^1]), numbers, scores);
        Assert.That(scores[^1], Is.EqualTo(0).Within(1e-5), "its own ln F");
        Hit[] expected = [.. Bm25Index.Build(documents.Select(document => document.Text)).CreateSearcher().Search(documents[0].Text, 1000).ToArray()];
        Assert.That(new LexicalIndex(collection, CancellationToken.None).Search(documents[0].Text, new(), 1000, null),
            Is.EqualTo(expected.Select(hit => hit with { Index = numbers[hit.Index] })));
        return documents;
    }
}
