using NUnit.Framework;
using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>More documents than a segment holds, which is little here: several segments, and one commit.</summary>
public sealed class NewSegmentsTests
{
    private static readonly SegmentLimits Ten = new(10, long.MaxValue, 5);

    [Test]
    public void What_one_segment_does_not_hold_goes_into_several([Values(1, 7, 10, 25)] int batch)
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder), one = SmallCollection.NewFolder(folder, "one");
        using CollectionWriter writer = Create(path, Ten), plain = Create(one, SegmentLimits.For(SmallCollection.Dimension));
        int commits = 0;
        writer.BeforeCommit = () => commits++;

        Assert.That(AppendBatches(writer, 25, batch), Is.EqualTo(25));
        AppendBatches(plain, 25, batch);

        Assert.That(commits, Is.EqualTo(1));
        Assert.That(writer.Manifest.Segments.Select(segment => (segment.Number, segment.Documents)),
            Is.EqualTo(new[] { (1, 10), (2, 10), (3, 5) }));
        Assert.That(writer.Manifest.NextSegment, Is.EqualTo(4));
        Assert.That(Found(path), Is.EqualTo(Found(one)), "the same documents, numbers and scores");
        Assert.That(Directory.EnumerateDirectories(path).Count(), Is.EqualTo(3));
    }

    [Test]
    public void Merging_all_writes_the_fewest_that_hold_them()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        using CollectionWriter writer = Create(path, Ten);
        AppendBatches(writer, 35, 35);
        writer.Delete(Enumerable.Range(0, 35).Where(i => i % 5 == 2).Select(i => $"d{i}").ToHashSet(), WorkerPool.Single);
        string[] ids = SmallCollection.Ids(path);
        CollectionManifest before = writer.Manifest;
        writer.BeforeCommit = () => throw new InvalidOperationException("killed");
        Assert.That(() => writer.Compact(null, WorkerPool.Single), Throws.InvalidOperationException);
        Assert.That((writer.Manifest, CollectionManifest.Read(path)), Is.EqualTo((before, before)));
        Assert.That(Directory.EnumerateDirectories(path).Count(), Is.EqualTo(4), "what was written is gone");
        writer.BeforeCommit = null;

        writer.Compact(CodeBits.Eight, WorkerPool.Single);

        Assert.That(writer.Manifest.Segments.Select(segment => (segment.Number, segment.Documents)),
            Is.EqualTo(new[] { (5, 10), (6, 10), (7, 8) }));
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(ids));
        writer.Compact(CodeBits.Eight, WorkerPool.Single);
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(ids));
    }

    [Test]
    public void An_id_twice_is_refused_wherever_its_segments_are_and_an_older_one_replaced_once()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        using CollectionWriter writer = Create(path, Ten);
        void Append(bool replace, params int[] ids) => writer.Append(
            target => target.Add([.. ids.Select(i => new IdText($"d{i}", $"text {i}"))], SmallCollection.Vectors(0, ids.Length)),
            replace, WorkerPool.Single);

        Append(false, [.. Enumerable.Range(0, 12)]);
        CollectionManifest before = writer.Manifest;
        Assert.That(() => Append(true, [.. Enumerable.Range(20, 25), 22]),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo("expected each id once, found 'd22' twice"));
        Assert.That(() => Append(false, [.. Enumerable.Range(20, 25), 3, 11]),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo("expected ids that the index does not have, found 'd3' and 1 more"));
        Assert.That((writer.Manifest, Directory.EnumerateDirectories(path).Count()), Is.EqualTo((before, 2)), "nothing is left");

        Append(true, [.. Enumerable.Range(10, 15), 3]);

        Assert.That(SmallCollection.Ids(path),
            Is.EqualTo(Enumerable.Range(0, 10).Where(i => i != 3).Concat(Enumerable.Range(10, 15)).Append(3).Select(i => $"d{i}")));
    }

    [TestCase(200, 1, 10)]
    [TestCase(1, 200, 10)]
    [TestCase(1, 1, 1)]
    public void A_segment_ends_with_the_document_that_makes_its_ids_or_words_too_many_bytes(int idLength, int words, int segments)
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        using CollectionWriter writer = Create(path, new SegmentLimits(100, 200, 1));
        IdText[] documents =
        [
            .. Enumerable.Range(0, 10).Select(i => new IdText(new string((char)('a' + i), idLength), string.Join(' ', Enumerable.Range(0, words)))),
        ];

        if (segments == 1) writer.Limits = SegmentLimits.For(SmallCollection.Dimension);
        writer.Append(target => target.Add(documents, SmallCollection.Vectors(0, 10)), replace: false, WorkerPool.Single);

        Assert.That(writer.Manifest.Segments, Has.Count.EqualTo(segments));
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(documents.Select(document => document.Id)));
    }

    [Test]
    public void Young_segments_are_merged_up_to_what_one_holds()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        using CollectionWriter writer = Create(path, Ten);
        for (int i = 0; i < 40; i++) SmallCollection.Append(writer, i, 1);

        Assert.That(writer.Manifest.Segments.Max(segment => segment.Documents), Is.InRange(SegmentMerges.Fewest, 10));
        Assert.That(writer.Manifest.Segments.Count, Is.LessThan(5 + SegmentMerges.Fewest));
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(Enumerable.Range(0, 40).Select(i => $"d{i}")));
    }

    [Test]
    public void A_change_that_is_cancelled_changes_nothing()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        using CollectionWriter writer = Create(path, Ten);
        AppendBatches(writer, 25, 25);
        CollectionManifest before = writer.Manifest;
        using CancellationTokenSource stop = new();
        stop.Cancel();

        Assert.That(() => writer.Delete(new HashSet<string> { "d1" }, WorkerPool.Single, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => writer.Compact(null, WorkerPool.Single, cancellationToken: stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(
            () => writer.Append(target => target.Add([new IdText("x", "y")], SmallCollection.Vector(1)), false, WorkerPool.Single, stop.Token),
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That((writer.Manifest, CollectionManifest.Read(path)), Is.EqualTo((before, before)));
        Assert.That(Directory.EnumerateDirectories(path).Count(), Is.EqualTo(3), "nothing is left");
        using SearchIndex index = SearchIndex.CreateForVectors(folder.Path("vectors"), 1, Similarity.Cosine);
        index.Add([new Document("a", "") { Vector = new float[] { 1 } }]);
        Assert.That(() => index.Delete(["a"], stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => index.Compact(cancellationToken: stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(index.Count, Is.EqualTo(1));
    }

    [Test]
    public void Documents_that_are_appended_already_stay_when_their_merge_is_cancelled()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        using CollectionWriter writer = Create(path, Ten);
        for (int i = 0; i < 7; i++) SmallCollection.Append(writer, i, 1);
        using CancellationTokenSource stop = new();
        writer.BeforeCommit = stop.Cancel;

        int appended = writer.Append(
            target => target.Add([new IdText("d7", "text 7")], SmallCollection.Vector(7)), false, WorkerPool.Single, stop.Token);

        Assert.That((appended, writer.Manifest.Segments.Count, Directory.EnumerateDirectories(path).Count()), Is.EqualTo((1, 8, 8)));
        writer.BeforeCommit = null;
        SmallCollection.Append(writer, 8, 1);
        Assert.That(writer.Manifest.Segments, Has.Count.EqualTo(1), "the next append merges");
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(Enumerable.Range(0, 9).Select(i => $"d{i}")));
    }

    private static CollectionWriter Create(string path, SegmentLimits limits)
    {
        CollectionWriter writer = CollectionWriter.Create(path, SmallCollection.Dimension, Similarity.Fidelity, "m", null);
        writer.Limits = limits;
        return writer;
    }

    private static int AppendBatches(CollectionWriter writer, int count, int batch) => writer.Append(
        target =>
        {
            for (int first = 0; first < count; first += batch)
            {
                int size = Math.Min(batch, count - first);
                target.Add([.. Enumerable.Range(first, size).Select(i => new IdText($"d{i}", $"text {i}"))], SmallCollection.Vectors(first, size));
            }
        },
        replace: false,
        WorkerPool.Single);

    private static (Hit[], Hit[], IdText[]) Found(string path)
    {
        using Collection collection = Collection.Open(path, WorkerPool.Single);
        LexicalIndex words = new(collection, CancellationToken.None);
        return (collection.Search(SmallCollection.Vector(100), 30)[0], words.Search("text 3 14", new(), 30, null),
            [.. collection.Indices().Select(collection.Document)]);
    }
}
