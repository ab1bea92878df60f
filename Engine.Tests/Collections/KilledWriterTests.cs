using NUnit.Framework;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>What is on the disk at the moment before the manifest is replaced, when a killed writer leaves it.</summary>
public sealed class KilledWriterTests
{
    private static readonly string[] Segments = ["segment-000001", "segment-000002"];

    [Test]
    public void A_merge_keeps_what_it_merges_until_the_manifest_lists_the_merged([Values] bool killed)
    {
        using TemporaryFolder folder = new();
        string path = Filled(folder);
        string[] files = Files(path, Segments), before = [];
        using (CollectionWriter writer = CollectionWriter.Open(path))
        {
            writer.BeforeCommit = () =>
            {
                before = Files(path, Segments);
                if (killed) throw new OperationCanceledException();
            };

            if (killed) Assert.That(() => writer.Compact(null, WorkerPool.Single), Throws.InstanceOf<OperationCanceledException>());
            else writer.Compact(null, WorkerPool.Single);
        }

        Assert.That(before, Is.EqualTo(files), "nothing is deleted before");
        Assert.That(Files(path, Segments), killed ? Is.EqualTo(files) : Is.Empty);
        Assert.That(Documents(path), Is.EqualTo(new[] { "a text of a", "b text of b", "c text of c" }));
    }

    [Test]
    public void A_killed_deletion_of_everything_keeps_its_segment()
    {
        using TemporaryFolder folder = new();
        string path = Filled(folder);
        string[] files = Files(path, Segments);
        using (CollectionWriter writer = CollectionWriter.Open(path))
        {
            writer.BeforeCommit = () => throw new OperationCanceledException();
            Assert.That(
                () => writer.Delete(new HashSet<string> { "a" }, WorkerPool.Single), Throws.InstanceOf<OperationCanceledException>());
        }

        Assert.That(Files(path, Segments), Is.EqualTo(files));
        Assert.That(Documents(path), Has.Length.EqualTo(3));
    }

    private static string Filled(TemporaryFolder folder)
    {
        string path = Directory.CreateDirectory(folder.Path("index")).FullName;
        using CollectionWriter writer = CollectionWriter.Create(path, 2, Similarity.Fidelity, "QBEC", null);
        foreach (string ids in (string[])["a", "bc"])
        {
            IdText[] documents = [.. ids.Select(id => new IdText($"{id}", $"text of {id}"))];
            float[] embeddings = [.. ids.SelectMany(id => new[] { 1f, id - 'a' })];
            writer.Append(target => target.Add(documents, embeddings), replace: false, WorkerPool.Single);
        }
        return path;
    }

    /// <summary>The files of segments with their sizes.</summary>
    private static string[] Files(string path, string[] segments) =>
    [
        .. segments.Select(segment => Path.Combine(path, segment)).Where(Directory.Exists)
            .SelectMany(Directory.GetFiles).Order(StringComparer.Ordinal).Select(file => $"{file} {new FileInfo(file).Length}"),
    ];

    private static string[] Documents(string path)
    {
        using Collection collection = Collection.Open(path, WorkerPool.Single);
        Assert.That(collection.Warnings, Is.Empty);
        return [.. collection.Indices().Select(index => collection.Document(index)).Select(document => $"{document.Id} {document.Text}")];
    }
}
