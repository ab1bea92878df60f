using NUnit.Framework;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>Arguments that no caller means are argument exceptions, before anything is written.</summary>
public sealed class CollectionArgumentTests
{
    [Test]
    public void Nulls_are_refused_by_name()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, null, 5);
        using CollectionWriter writer = CollectionWriter.Open(path);
        (string Name, Action Call)[] calls =
        [
            ("folder", () => Collection.Open(null!, WorkerPool.Single)),
            ("workers", () => Collection.Open(path, null!)),
            ("folder", () => CollectionManifest.Read(null!)),
            ("folder", () => CollectionWriter.Open(null!)),
            ("folder", () => CollectionWriter.Create(null!, 3, Similarity.Cosine, "m", null)),
            ("model", () => CollectionWriter.Create(path, 3, Similarity.Cosine, null!, null)),
            ("folder", () => CollectionFolder.Require(null!)),
            ("folder", () => CollectionFolder.Write(null!, _ => { })),
            ("write", () => CollectionFolder.Write(path, null!)),
            ("write", () => writer.Append(null!, false, WorkerPool.Single)),
            ("workers", () => writer.Append(_ => { }, false, null!)),
            ("ids", () => writer.Delete(null!, WorkerPool.Single)),
            ("workers", () => writer.Delete(new HashSet<string>(), null!)),
            ("workers", () => writer.Compact(null, null!)),
            ("documents", () => writer.Append(segment => segment.Add(null!, []), false, WorkerPool.Single)),
            ("stream", () => new DocumentWriter(null!)),
        ];
        foreach ((string name, Action call) in calls) Assert.That(Assert.Throws<ArgumentNullException>(call)!.ParamName, Is.EqualTo(name));

        using DocumentWriter lines = new(Stream.Null);
        foreach (IdText document in (IdText[])[default, new("a", null!), new(null!, "b")])
        {
            Assert.That(Assert.Throws<ArgumentException>(() => lines.Write(document))!.ParamName, Is.EqualTo("document"));
            void Add(NewSegments segment) => segment.Add([new IdText("x", "y"), document], SmallCollection.Vectors(0, 2));
            ArgumentException refused = Assert.Throws<ArgumentException>(() => writer.Append(Add, false, WorkerPool.Single))!;
            Assert.That((refused.ParamName, refused.Message),
                Is.EqualTo(("documents", "expected documents with id and text, found null in document 1 (Parameter 'documents')")));
        }
        Assert.That(SmallCollection.Ids(path), Has.Length.EqualTo(4));
        Assert.That(SmallCollection.Append(writer, 9, 1), Is.EqualTo(1), "the writer goes on");
    }

    [Test]
    public void Sizes_and_names_that_there_are_not_are_refused_before_a_file_is_written()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        foreach (int dimension in (int[])[0, -1, int.MinValue])
        {
            Assert.That(() => CollectionWriter.Create(path, dimension, Similarity.Cosine, "m", null),
                Throws.TypeOf<ArgumentOutOfRangeException>());
        }
        Assert.That(() => CollectionWriter.Create(path, 3, (Similarity)7, "m", null), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => CollectionWriter.Create(path, 3, Similarity.Cosine, "m", (CodeBits)3),
            Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => CollectionManifest.NameOf((Similarity)(-1)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(Directory.EnumerateFileSystemEntries(path), Is.Empty);

        using CollectionWriter writer = CollectionWriter.Create(path, 3, Similarity.Cosine, "m", null);
        Assert.That(() => writer.Compact((CodeBits)2, WorkerPool.Single), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Numbers_of_no_document_that_can_be_found_are_out_of_range([Values] bool empty)
    {
        using TemporaryFolder folder = new();
        string path = empty ? SmallCollection.NewFolder(folder) : SmallCollection.Write(folder, CodeBits.Eight, 10, 10);
        if (empty) CollectionWriter.Create(path, SmallCollection.Dimension, Similarity.Fidelity, "m", null).Dispose();
        using Collection collection = Collection.Open(path, WorkerPool.Single);
        int[] deleted = empty ? [] : [0, 7, 14];
        foreach (int index in (int[])[-1, int.MinValue, 20, int.MaxValue, .. deleted])
        {
            Action[] calls = [() => collection.Document(index), () => collection.Score(SmallCollection.Vector(0), [index], new float[1])];
            foreach (Action call in calls)
                Assert.That(Assert.Throws<ArgumentOutOfRangeException>(call)!.Message,
                    Does.StartWith($"expected the number of a document that can be found, found {index}"));
        }
        Assert.That(collection.Indices().Count(), Is.EqualTo(empty ? 0 : 17));
        Assert.That(() => collection.Search(SmallCollection.Vector(0), 0), BadArgument.OutOfRange("top", 0));
        Assert.That(() => collection.Search(SmallCollection.Vector(0).AsSpan(1), 1), BadArgument.Named("queries", "found 7 numbers"));
        Assert.That(() => collection.SearchNearest(SmallCollection.Vector(0), 5, 4), BadArgument.OutOfRange("rescored", 4));
        Assert.That(() => collection.SearchNearest(SmallCollection.Vector(0), 5, -1), BadArgument.OutOfRange("rescored", -1));
        Assert.That(() => collection.Score(SmallCollection.Vectors(0, 2), [], []), BadArgument.Named("query", "a query of 8 numbers, found 16"));
    }

    [Test]
    public void Ids_that_cannot_be_kept_as_they_are_are_refused_and_nothing_of_the_batch_is_added()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, null, 5);
        using CollectionWriter writer = CollectionWriter.Open(path);

        writer.Append(segment =>
        {
            // No test cases: an attribute keeps no lone surrogate.
            foreach (string id in (string[])["", " \t", "a\ud800", "\udc00\ud800", "\ud800\ud83d\ude00"])
                Assert.That(() => segment.Add([new IdText("x", "y"), new IdText(id, "z")], SmallCollection.Vectors(0, 2)),
                    Throws.TypeOf<QEngineException>().With.Message.Contains("document 1"));
            Assert.That(() => segment.Add([new IdText("x", "y")], [1, 2, 3, 4, 5, 6, 7, float.NaN]), Throws.TypeOf<QEngineException>());
            Assert.That(segment.Count, Is.Zero);
            segment.Add([new IdText("kept\U0001F600", "\U0001F600")], SmallCollection.Vector(0));
        }, replace: false, WorkerPool.Single);

        Assert.That(SmallCollection.Ids(path)[^1], Is.EqualTo("kept\U0001F600"));
    }

    [Test]
    public void Lone_surrogates_of_a_text_are_kept_as_the_embedder_reads_them()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        using (CollectionWriter writer = CollectionWriter.Create(path, SmallCollection.Dimension, Similarity.Fidelity, "m", null))
            writer.Append(segment => segment.Add([new IdText("a", "x\ud800y \udc00")], SmallCollection.Vector(0)), replace: false,
                WorkerPool.Single);

        using Collection collection = Collection.Open(path, WorkerPool.Single);

        Assert.That(collection.Document(0).Text, Is.EqualTo("x\uFFFDy \uFFFD"));
    }
}
