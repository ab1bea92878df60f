using NUnit.Framework;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>Who may write a collection, and when: nobody's documents are lost to another.</summary>
public sealed class CollectionWriterTests
{
    [Test]
    public void A_collection_is_not_begun_where_there_is_one()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, null, 5);
        string[] before = Snapshot(path);

        Assert.That(() => Create(path),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo($"expected a folder without an index, found index.json in {path}"));

        Assert.That(Snapshot(path), Is.EqualTo(before));
        using CollectionWriter writer = CollectionWriter.Open(path);
        Assert.That(() => Create(path), Throws.TypeOf<QEngineException>().With.Message.Contains("nobody else is writing"));
        Assert.That(SmallCollection.Append(writer, 5, 2), Is.EqualTo(2));
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(new[] { "d1", "d2", "d3", "d4", "d5", "d6" }));
    }

    [Test]
    public void Nor_where_segments_have_lost_their_manifest_or_somebody_elses_is()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, null, 5), other = SmallCollection.NewFolder(folder, "other");
        File.Move(Path.Combine(path, "index.json"), folder.Path("kept.json"));
        File.WriteAllText(Path.Combine(other, "index.json"), "{}");

        Assert.That(() => Create(path), Throws.TypeOf<QEngineException>().With.Message.Contains("found segment-000001 in"));
        Assert.That(() => Create(other), Throws.TypeOf<QEngineException>().With.Message.Contains("found index.json in"));

        Assert.That(File.ReadAllText(Path.Combine(other, "index.json")), Is.EqualTo("{}"));
        File.Move(folder.Path("kept.json"), Path.Combine(path, "index.json"));
        Assert.That(SmallCollection.Ids(path), Has.Length.EqualTo(4));
    }

    [Test]
    public void The_lock_comes_before_anything_is_written()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        File.WriteAllText(Path.Combine(path, "notes.txt"), "mine");
        using (WriterLock.Take(path))
            Assert.That(() => Create(path), Throws.TypeOf<QEngineException>().With.Message.Contains("nobody else is writing"));
        Assert.That(Snapshot(path), Is.EqualTo(new[] { "notes.txt mine", "writer.lock " }));
        Assert.That(() => Create(folder.Path("none")),
            Throws.TypeOf<QEngineException>().With.Message.Contains("no such folder").And.Message.Contains("none"));
        Assert.That(Directory.Exists(folder.Path("none")), Is.False);

        Create(path).Dispose();

        Assert.That(Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "notes.txt", "writer.lock", "index.json" }));
    }

    [Test]
    public void A_folder_without_a_collection_is_not_given_a_lock()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);

        Assert.That(() => CollectionWriter.Open(path), Throws.TypeOf<QEngineException>().With.Message.Contains("index.json"));
        File.WriteAllText(Path.Combine(path, "index.json"), "{}");
        Assert.That(() => CollectionWriter.Open(path), Throws.TypeOf<QEngineException>().With.Message.Contains("format"));

        Assert.That(Snapshot(path), Is.EqualTo(new[] { "index.json {}" }));
    }

    [Test]
    public void Threads_that_begin_at_once_begin_one_collection()
    {
        for (int round = 0; round < 20; round++)
        {
            using TemporaryFolder folder = new();
            string path = SmallCollection.NewFolder(folder);
            int begun = 0, refused = 0;
            Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
            {
                try
                {
                    using CollectionWriter writer = Create(path);
                    SmallCollection.Append(writer, 10 * thread, 10);
                    Interlocked.Increment(ref begun);
                }
                catch (QEngineException)
                {
                    Interlocked.Increment(ref refused);
                }
            });
            Assert.That((begun, refused), Is.EqualTo((1, 7)));
            Assert.That(SmallCollection.Ids(path), Has.Length.EqualTo(10));
        }
    }

    [Test]
    public void Changes_of_several_threads_by_one_writer_wait_for_each_other()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        using (CollectionWriter writer = Create(path))
        {
            Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            {
                SmallCollection.Append(writer, 10 * i, 10);
                Assert.That(writer.Delete(new HashSet<string> { $"d{10 * i}", $"d{(10 * i) + 9}" }, WorkerPool.Single),
                    Has.Count.EqualTo(2));
                if (i % 6 == 0) writer.Compact(CodeBits.One, WorkerPool.Single);
            });
            Assert.That(writer.Manifest.Count, Is.EqualTo(24 * 8));
        }
        Assert.That(SmallCollection.Ids(path).Order(),
            Is.EqualTo(Enumerable.Range(0, 240).Where(i => i % 10 is not (0 or 9)).Select(i => $"d{i}").Order()));
    }

    [Test]
    public void Closed_it_changes_nothing_and_another_may()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, null, 5);
        CollectionWriter writer = CollectionWriter.Open(path);
        NewSegments? kept = null;
        writer.Append(target => (kept = target).Add([new IdText("kept", "x")], SmallCollection.Vector(1)), replace: false,
            WorkerPool.Single);
        writer.Dispose();
        writer.Dispose();

        Assert.That(() => SmallCollection.Append(writer, 5, 1), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => writer.Delete(new HashSet<string> { "d1" }, WorkerPool.Single), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => writer.Compact(null, WorkerPool.Single), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => kept!.Add([new IdText("late", "x")], SmallCollection.Vector(1)), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(new[] { "d1", "d2", "d3", "d4", "kept" }));

        // Closed within a change, that change is not made: the lock may be another's by then.
        CollectionWriter hasty = CollectionWriter.Open(path);
        Assert.That(() => hasty.Append(target =>
        {
            target.Add([new IdText("hasty", "x")], SmallCollection.Vector(1));
            hasty.Dispose();
        }, replace: false, WorkerPool.Single), Throws.TypeOf<ObjectDisposedException>());
        using CollectionWriter other = CollectionWriter.Open(path);
        void Nested(NewSegments target) => other.Delete(new HashSet<string> { "d1" }, WorkerPool.Single);
        Assert.That(() => other.Append(Nested, replace: false, WorkerPool.Single), Throws.InvalidOperationException);
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(new[] { "d1", "d2", "d3", "d4", "kept" }));
        SmallCollection.Append(other, 7, 1);
        Assert.That(SmallCollection.Ids(path)[^1], Is.EqualTo("d7"));
    }

    [Test]
    public void Disposing_waits_for_the_change_under_way()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        CollectionWriter writer = Create(path);
        using ManualResetEventSlim within = new();
        Thread closer = new(() =>
        {
            within.Wait();
            writer.Dispose();
        });
        closer.Start();

        writer.Append(target =>
        {
            within.Set();
            Thread.Sleep(100);
            Assert.That(() => CollectionWriter.Open(path), Throws.TypeOf<QEngineException>(), "it is still locked");
            target.Add([new IdText("a", "x")], SmallCollection.Vector(1));
        }, replace: false, WorkerPool.Single);
        closer.Join();

        Assert.That(SmallCollection.Ids(path), Is.EqualTo(new[] { "a" }));
        CollectionWriter.Open(path).Dispose();
    }

    [Test]
    public void A_manifest_that_somebody_else_wrote_meanwhile_is_kept()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, null, 5), manifest = Path.Combine(path, "index.json");
        using CollectionWriter writer = CollectionWriter.Open(path);
        string other = File.ReadAllText(manifest).Replace("QBEC", "BEC", StringComparison.Ordinal);
        File.WriteAllText(manifest, other);

        Assert.That(() => SmallCollection.Append(writer, 5, 1),
            Throws.TypeOf<QEngineException>().With.Message.Contains("expected an index that nobody else changes"));
        Assert.That(() => writer.Delete(new HashSet<string> { "d1" }, WorkerPool.Single), Throws.TypeOf<QEngineException>());
        Assert.That(() => writer.Compact(null, WorkerPool.Single), Throws.TypeOf<QEngineException>());

        Assert.That(File.ReadAllText(manifest), Is.EqualTo(other));
        Assert.That(SmallCollection.Ids(path), Has.Length.EqualTo(4));
        // A segment that the other lists is not this writer's to delete.
        Directory.CreateDirectory(Path.Combine(path, "segment-000009"));
        Assert.That(() => writer.Compact(null, WorkerPool.Single), Throws.TypeOf<QEngineException>());
        Assert.That(Directory.Exists(Path.Combine(path, "segment-000009")), Is.True);
    }

    [Test]
    public void A_documents_file_that_cannot_be_begun_leaves_no_embeddings_file()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        Directory.CreateDirectory(Path.Combine(path, "documents.jsonl"));

        Assert.That(() => new SegmentWriter(path, new CollectionManifest(3, Similarity.Cosine, "m", null, 1, []), SegmentLimits.For(3)),
            Throws.TypeOf<QEngineException>());

        Assert.That(Directory.EnumerateFiles(path, "*", new EnumerationOptions { AttributesToSkip = 0 }), Is.Empty);
        Assert.That(SmallCollection.Held(path), Is.Empty);
    }

    [Test]
    public void What_a_killed_writer_left_is_deleted_and_folders_of_others_are_not()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, null, 5);
        string[] leftovers = ["segment-000007", "segment-000002.12-3.tmp", "segment-000001.9-9.old", "segment-1000000"],
            others = ["segment-notes", "segment-12", "segments", "model"];
        foreach (string name in leftovers.Concat(others))
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(path, name)).FullName, "x"), "");
        File.WriteAllText(Path.Combine(path, ".qengine-12-3.tmp"), "");
        File.WriteAllText(Path.Combine(path, ".qengine-notes"), "");

        CollectionWriter.Open(path).Dispose();

        Assert.That(
            Directory.EnumerateFileSystemEntries(path, "*", new EnumerationOptions { AttributesToSkip = 0 }).Select(Path.GetFileName),
            Is.EquivalentTo(others.Concat(["segment-000001", "index.json", "writer.lock", ".qengine-notes"])));
    }

    [Test]
    public void Manifests_are_equal_when_they_say_the_same()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, CodeBits.Four, 9, 9);
        CollectionManifest one = CollectionManifest.Read(path), other = CollectionManifest.Read(path);

        Assert.That(one, Is.EqualTo(other));
        Assert.That(one.GetHashCode(), Is.EqualTo(other.GetHashCode()));
        SegmentEntry first = one.Segments[0];
        SegmentEntry[] others =
        [
            first with { Deleted = [1] }, first with { Deleted = [.. first.Deleted, 8] },
            first with { Checksum = first.Checksum ^ 1 }, first with { Documents = 10 },
        ];
        foreach (SegmentEntry changed in others)
            Assert.That(one with { Segments = [changed, one.Segments[1]] }, Is.Not.EqualTo(other), "though the next segment is the same");
        Assert.That(one with { Segments = [first] }, Is.Not.EqualTo(other));
        Assert.That(one with { Codes = null }, Is.Not.EqualTo(other));
        Assert.That(one with { NextSegment = 9 }, Is.Not.EqualTo(other));
    }

    private static CollectionWriter Create(string path) =>
        CollectionWriter.Create(path, SmallCollection.Dimension, Similarity.Fidelity, "QBEC", null);

    private static string[] Snapshot(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { AttributesToSkip = 0, RecurseSubdirectories = true })
            .Select(path => $"{Path.GetRelativePath(folder, path)} {(new FileInfo(path).Length > 0 ? File.ReadAllText(path) : "")}")
            .Order(StringComparer.Ordinal)];
}
