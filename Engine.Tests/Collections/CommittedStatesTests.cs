using System.Collections.Concurrent;
using NUnit.Framework;
using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>Searches of every kind while an index is changed: each finds, to the bit, what one committed state has.</summary>
public sealed class CommittedStatesTests
{
    private const int Changes = 40, Dimension = SmallCollection.Dimension;

    private static readonly SearchOptions[] Kinds =
    [
        new() { IdsOnly = true },
        new() { Hybrid = new ReciprocalRankFusion() },
        new() { Hybrid = new WeightedFusion(0.5), Bm25 = new() { Stem = true }, Filter = MetadataFilter.AtLeast("number", 10) },
        new() { Filter = MetadataFilter.AtMost("number", 25), Approximate = true },
    ];

    [Test]
    public void Every_search_is_of_one_of_them()
    {
        using TemporaryFolder folder = new();
        using SearchIndex index = SearchIndex.CreateForVectors(folder.Path("index"), Dimension, Similarity.Cosine, workers: WorkerPool.Single);
        index.Add([.. Enumerable.Range(0, 60).Select(i => Version(i, 0))]);
        // What each kind finds in each state; only this thread changes the index, so that nothing comes between.
        List<string[]> states = [[.. Kinds.Select(options => Found(index, options))]];
        int committed = 0;
        ConcurrentBag<(int Kind, int Before, int After, string Found)> searches = [];
        ConcurrentQueue<Exception> failures = [];
        using CancellationTokenSource end = new();
        Thread[] readers = [.. Kinds.Select((_, kind) => new Thread(() => Guarded(failures, () =>
        {
            while (!end.IsCancellationRequested)
            {
                int before = Volatile.Read(ref committed);
                string found = Found(index, Kinds[kind]);
                searches.Add((kind, before, Volatile.Read(ref committed), found));
            }
        })))];
        foreach (Thread reader in readers) reader.Start();
        Guarded(failures, () =>
        {
            for (int change = 1; change <= Changes; change++)
            {
                Change(index, change);
                states.Add([.. Kinds.Select(options => Found(index, options))]);
                Volatile.Write(ref committed, change);
            }
        });
        end.Cancel();
        foreach (Thread reader in readers) reader.Join();

        Assert.That(failures, Is.Empty);
        Assert.That(states, Has.Count.EqualTo(Changes + 1));
        Assert.That(searches.Select(search => search.Kind).Distinct().Count(), Is.EqualTo(Kinds.Length));
        // A state is there before it is told of: the one behind the last that was told of may have been found.
        foreach ((int kind, int before, int after, string found) in searches)
            Assert.That(states[before..Math.Min(after + 2, states.Count)].Select(state => state[kind]), Has.Some.EqualTo(found));
        TestContext.Out.WriteLine($"{searches.Count} searches in {Changes} changes");
    }

    private static void Change(SearchIndex index, int change)
    {
        if (change % 9 == 8) index.Compact();
        else if (change % 4 == 3) index.Delete(Enumerable.Range(0, 60).Where(i => i % 5 == change % 5).Select(i => $"d{i}"));
        else
        {
            int first = change * 11 % 50;
            index.Add([.. Enumerable.Range(first, 1 + (change % 10)).Select(i => Version(i, change))], new AddOptions { Replace = true });
        }
    }

    private static Document Version(int i, int version) => new($"d{i}", $"version {version} of {i} {SmallIndex.Text(i + version)}")
    {
        Vector = SmallCollection.Vector(i + (100 * version)),
        Metadata = new Dictionary<string, MetadataValue> { ["number"] = i, ["version"] = version },
    };

    private static string Found(SearchIndex index, SearchOptions options)
    {
        SearchQuery query = new("versions of hello world a b c") { Vector = SmallCollection.Vector(7) };
        return string.Join(' ', index.SearchAll([query], 1000, options)[0].Select(hit => $"{hit.Id} {hit.Score:R} {hit.Text}"));
    }

    private static void Guarded(ConcurrentQueue<Exception> failures, Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure)
        {
            failures.Enqueue(failure);
        }
    }
}
