using NUnit.Framework;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Storage;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>The folder of a collection replaced as a whole, while others append to it and read it.</summary>
public sealed class CollectionFolderTests
{
    [Test]
    public void A_collection_that_somebody_is_writing_is_not_replaced()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, null, 5);
        using (CollectionWriter writer = CollectionWriter.Open(path))
        {
            Assert.That(() => CollectionFolder.Require(path),
                Throws.TypeOf<QEngineException>().With.Message.Contains("nobody else is writing"));
            Assert.That(() => Replace(path, 1), Throws.TypeOf<QEngineException>().With.Message.Contains("nobody else is writing"));
            SmallCollection.Append(writer, 5, 1);
        }
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(new[] { "d1", "d2", "d3", "d4", "d5" }));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path("")).Select(Path.GetFileName), Is.EqualTo(new[] { "index" }),
            "nothing is left beside it");
        Replace(path, 3);
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(new[] { "d3" }));
    }

    [Test]
    public void Nobody_appends_while_it_is_replaced()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, null, 5);

        CollectionFolder.Write(path, target =>
        {
            Fill(target, 1);
            Assert.That(() => CollectionWriter.Open(path),
                Throws.TypeOf<QEngineException>().With.Message.Contains("nobody else is writing"));
            using Collection older = Collection.Open(path, WorkerPool.Single);
            Assert.That(older.Count, Is.EqualTo(4), "readers are not kept out");
        });

        using CollectionWriter writer = CollectionWriter.Open(path);
        Assert.That(writer.Manifest.Model, Is.EqualTo("1"));
    }

    [Test]
    public void What_has_appeared_meanwhile_is_not_lost()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("index");
        CollectionWriter? writer = null;
        Assert.That(() => CollectionFolder.Write(path, target =>
        {
            Fill(target, 1);
            Replace(path, 2);
            writer = CollectionWriter.Open(path);
        }), Throws.TypeOf<QEngineException>().With.Message.Contains("nobody else is writing"));
        using (writer) SmallCollection.Append(writer!, 7, 1);
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(new[] { "d2", "d7" }));

        Assert.That(() => CollectionFolder.Write(path, target =>
        {
            Fill(target, 1);
            File.WriteAllText(Path.Combine(path, "thesis.txt"), "precious");
        }), Throws.TypeOf<QEngineException>().With.Message.Contains("thesis.txt"));
        Assert.That(File.ReadAllText(Path.Combine(path, "thesis.txt")), Is.EqualTo("precious"));
    }

    [TestCase("embeddings.npy")]
    [TestCase("documents.jsonl")]
    [TestCase("segment.json")]
    [TestCase("config.json")]
    [TestCase("vocab.txt")]
    [TestCase("model/config.json")]
    [TestCase("segment-000001/documents.jsonl")]
    [TestCase("index.json", "{\"format\": \"html\"}")]
    [TestCase("index.json", "{\"pages\": []}")]
    [TestCase("index.json", "none")]
    public void A_folder_that_is_no_collection_is_not_replaced_whatever_its_names(string name, string content = "precious")
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder), file = Path.Combine(path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);

        Assert.That(() => CollectionFolder.Require(path), Throws.TypeOf<QEngineException>().With.Message.Contains(name.Split('/')[0]));
        Assert.That(() => Replace(path, 1), Throws.TypeOf<QEngineException>().With.Message.Contains(name.Split('/')[0]));

        Assert.That(Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories), Is.EqualTo(new[] { file }));
        Assert.That(File.ReadAllText(file), Is.EqualTo(content));
    }

    [TestCase("embeddings.npy")]
    [TestCase("vocab.txt")]
    [TestCase("model.safetensors")]
    public void Nor_is_what_somebody_has_put_beside_one(string name)
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, null, 5), file = Path.Combine(path, name);
        File.WriteAllText(file, "precious");

        Assert.That(() => Replace(path, 1), Throws.TypeOf<QEngineException>().With.Message.Contains($"found \"{name}\" in"));

        Assert.That(File.ReadAllText(file), Is.EqualTo("precious"));
        Assert.That(SmallCollection.Ids(path), Has.Length.EqualTo(4));
    }

    [TestCase(1)]
    [TestCase(2)]
    public void An_index_of_an_older_format_is_replaced_with_the_files_it_had(int format)
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        File.WriteAllText(Path.Combine(path, "index.json"), $$"""{"format": {{format}}, "count": 1}""");
        foreach (string name in (string[])["embeddings.npy", "documents.jsonl"]) File.WriteAllText(Path.Combine(path, name), "");

        Replace(path, 4);

        Assert.That(SmallCollection.Ids(path), Is.EqualTo(new[] { "d4" }));
        Assert.That(Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "index.json", "segment-000001", "writer.lock" }));
    }

    [Test]
    public void A_new_empty_or_left_over_folder_is_written()
    {
        using TemporaryFolder folder = new();
        string empty = SmallCollection.NewFolder(folder, "empty"), begun = SmallCollection.NewFolder(folder, "begun"),
            killed = SmallCollection.NewFolder(folder, "killed");
        WriterLock.Take(begun).Dispose();
        Fill(killed, 1);
        Directory.CreateDirectory(Path.Combine(killed, "segment-000002.1-2.tmp"));
        File.WriteAllText(Path.Combine(killed, "segment-000002.1-2.tmp", ".qengine-1-3.tmp"), "");

        foreach (string path in (string[])[empty, begun, killed, folder.Path("new")])
        {
            CollectionFolder.Require(path);
            Replace(path, 6);
            Assert.That(SmallCollection.Ids(path), Is.EqualTo(new[] { "d6" }));
        }
    }

    [Test]
    public void A_lock_opened_before_a_replacement_and_taken_after_it_is_not_that_of_the_new_folder()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, null, 5), old = folder.Path("old.lock");
        using (WriterLock older = WriterLock.Take(path))
        {
            older.Retire();
            // The old folder's file, open and about to be locked, while the new folder has another.
            File.Move(Path.Combine(path, WriterLock.FileName), old);
        }
        List<string> opened = [];
        FileStream Open(string file)
        {
            opened.Add(file);
            return new FileStream(opened.Count == 1 ? old : file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }

        using (WriterLock.Take(path, Open))
        {
            Assert.That(opened, Has.Count.EqualTo(2));
            Refused.With(() => CollectionWriter.Open(path), "nobody else is writing");
        }
        File.Copy(old, Path.Combine(path, WriterLock.FileName), overwrite: true);
        CollectionWriter.Open(path).Dispose();
    }

    [Test]
    public void A_folder_that_is_replaced_while_it_is_opened_is_not_taken_for_a_damaged_one()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("index");
        string[] kept = [folder.Path("even"), folder.Path("odd")];
        for (int i = 0; i < kept.Length; i++) Fill(Directory.CreateDirectory(kept[i]).FullName, i);
        string[] manifests = [.. kept.Select(each => File.ReadAllText(Path.Combine(each, "index.json")))];
        Directory.Move(kept[0], path);
        using CancellationTokenSource end = new();
        int opened = 0, wrong = 0;
        Thread[] readers = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            while (!end.IsCancellationRequested)
            {
                try
                {
                    using Collection collection = Collection.Open(path, WorkerPool.Single);
                    Interlocked.Increment(ref opened);
                    bool isWhole = collection.Count == 1 && collection.Document(0).Id == $"d{int.Parse(collection.Manifest.Model) % 2}";
                    if (!isWhole) Interlocked.Increment(ref wrong);
                }
                catch (QEngineException)
                {
                    // Replaced faster than anything can be opened.
                }
            }
        }))];
        foreach (Thread reader in readers) reader.Start();
        long start = Environment.TickCount64;
        for (int i = 1; (i < 500 || opened < 100) && Environment.TickCount64 - start < 60_000; i++)
        {
            // Each manifest is another, as that of a new index is.
            string manifest = manifests[i % 2].Replace($"\"model\": \"{i % 2}\"", $"\"model\": \"{i}\"", StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(kept[i % 2], "index.json"), manifest);
            Directory.Move(path, kept[(i + 1) % 2]);
            Directory.Move(kept[i % 2], path);
            if (i % 3 == 0) Thread.Yield();
            else Thread.Sleep(1);
        }
        end.Cancel();
        foreach (Thread reader in readers) reader.Join();

        Assert.That(opened, Is.AtLeast(100));
        Assert.That(wrong, Is.Zero, $"of {opened}");
    }

    [Test]
    public void Appending_and_reading_while_it_is_replaced_again_and_again()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("index");
        Replace(path, 0);
        using CancellationTokenSource end = new();
        List<(string Generation, string Id)> appended = [];
        int reads = 0, refused = 0, last = 0;
        Thread[] threads =
        [
            .. Enumerable.Range(0, 3).Select(thread => new Thread(() => Guarded(() =>
            {
                for (int i = 0; !end.IsCancellationRequested; i++)
                {
                    int document = 1_000_000 + (100_000 * thread) + i;
                    try
                    {
                        using CollectionWriter writer = CollectionWriter.Open(path);
                        SmallCollection.Append(writer, document, 1);
                        lock (appended) appended.Add((writer.Manifest.Model, $"d{document}"));
                    }
                    catch (QEngineException)
                    {
                        Interlocked.Increment(ref refused);
                    }
                    Thread.Sleep(2 + (3 * thread));
                }
            }))),
            .. Enumerable.Range(0, 3).Select(_ => new Thread(() => Guarded(() =>
            {
                while (!end.IsCancellationRequested)
                {
                    using Collection collection = Collection.Open(path, WorkerPool.Single);
                    string first = collection.Document(collection.Indices().First()).Id;
                    Assert.That((first, collection.Warnings.Count), Is.EqualTo(($"d{collection.Manifest.Model}", 0)),
                        "manifest and segments are of one folder");
                    Assert.That(collection.Search(SmallCollection.Vector(int.Parse(collection.Manifest.Model)), 1)[0][0].Index, Is.Zero);
                    Interlocked.Increment(ref reads);
                }
            }))),
        ];
        Exception? failure = null;
        foreach (Thread thread in threads) thread.Start();

        // About a second, however busy the machine is.
        long start = Environment.TickCount64;
        while ((last < 20 || appended.Count < 20 || reads < 20) && failure is null && Environment.TickCount64 - start < 60_000)
        {
            try
            {
                Replace(path, last + 1);
                last++;
            }
            catch (QEngineException)
            {
                // Somebody is appending.
            }
            Thread.Sleep(1);
        }
        end.Cancel();
        foreach (Thread thread in threads) thread.Join();

        Assert.That(failure, Is.Null, $"{failure}");
        TestContext.Out.WriteLine($"{last} replacements, {appended.Count} documents appended, {refused} refused, {reads} reads");
        Assert.That(Math.Min(last, Math.Min(appended.Count, reads)), Is.AtLeast(20));
        string[] kept = [.. appended.Where(document => document.Generation == $"{last}").Select(document => document.Id)];
        Assert.That(SmallCollection.Ids(path).Skip(1).Order(), Is.EqualTo(kept.Order()),
            "whatever was appended since the last replacement is there");

        void Guarded(Action work)
        {
            try
            {
                work();
            }
            catch (Exception error)
            {
                failure = error;
            }
        }
    }

    private static void Replace(string path, int generation) => CollectionFolder.Write(path, target => Fill(target, generation));

    private static void Fill(string target, int generation)
    {
        using CollectionWriter writer =
            CollectionWriter.Create(target, SmallCollection.Dimension, Similarity.Fidelity, $"{generation}", null);
        SmallCollection.Append(writer, generation, 1);
    }
}
