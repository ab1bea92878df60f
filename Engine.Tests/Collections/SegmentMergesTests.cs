using NUnit.Framework;
using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Collections;

/// <summary>Few segments however often something is added, and every document copied few times.</summary>
public sealed class SegmentMergesTests
{
    [Property(MaxTest = 100)]
    public bool There_are_few_segments_and_documents_are_copied_few_times(ushort[] sizes)
    {
        List<SegmentEntry> segments = [];
        long documents = 0, copied = 0;
        for (int i = 0; i < 20 * sizes.Length; i++)
        {
            int size = 1 + sizes[i % sizes.Length];
            segments.Add(new SegmentEntry(i + 1, size, [], 0));
            documents += size;
            int count = Choose(segments, int.MaxValue), merged = segments.TakeLast(count).Sum(segment => segment.Documents);
            if (count is > 0 and < SegmentMerges.Fewest) return false;
            if (count == 0) continue;
            segments.RemoveRange(segments.Count - count, count);
            segments.Add(new SegmentEntry(i + 1, merged, [], 0));
            copied += merged;
        }
        double doublings = 1 + Math.Log2(Math.Max(1, documents));
        return segments.Count <= SegmentMerges.Fewest * doublings && copied <= doublings * documents
            && segments.Sum(segment => (long)segment.Documents) == documents;
    }

    [TestCase(new[] { 1, 1, 1, 1, 1, 1, 1 }, 0)]
    [TestCase(new[] { 1, 1, 1, 1, 1, 1, 1, 1 }, 8)]
    [TestCase(new[] { 9000, 1, 1, 1, 1, 1, 1, 1 }, 0)]
    [TestCase(new[] { 9000, 1, 1, 1, 1, 1, 1, 1, 1 }, 8)]
    [TestCase(new[] { 8, 1, 1, 1, 1, 1, 1, 1, 1 }, 9)]
    [TestCase(new[] { 9, 1, 1, 1, 1, 1, 1, 1, 1 }, 8)]
    [TestCase(new[] { 1, 9, 1, 1, 1, 1, 1, 1, 1 }, 0)]
    [TestCase(new[] { 5, 9, 2, 2, 2, 2, 2, 2, 2 }, 9)]
    public void The_youngest_are_chosen_of_which_none_is_more_than_half(int[] sizes, int expected) =>
        Assert.That(Choose([.. sizes.Select((size, i) => new SegmentEntry(i + 1, size, [], 0))], int.MaxValue), Is.EqualTo(expected));

    [Test]
    public void No_more_documents_are_chosen_than_a_segment_holds() =>
        Assert.That(Choose([.. Enumerable.Range(1, 12).Select(i => new SegmentEntry(i, 10, [3], 0))], 71), Is.Zero);

    [TestCase(9, 9, 8)]
    [TestCase(9, 10, 0)]
    [TestCase(10, 9, 0)]
    public void Nor_more_bytes_of_ids_or_of_words(int idBytes, int lexicalBytes, int expected) =>
        Assert.That(
            SegmentMerges.Choose([.. Enumerable.Repeat(new SegmentSize(1, idBytes, lexicalBytes), 8)], new SegmentLimits(100, 8 * 9, 1)),
            Is.EqualTo(expected));

    private static int Choose(IEnumerable<SegmentEntry> segments, int maxDocuments) => SegmentMerges.Choose(
        [.. segments.Select(segment => new SegmentSize(segment.Documents - segment.Deleted.Count, 0, 0))],
        new SegmentLimits(maxDocuments, long.MaxValue, 1));

    [Test]
    public void Documents_keep_their_order_and_deleted_ones_go()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        using CollectionWriter writer = CollectionWriter.Create(path, SmallCollection.Dimension, Similarity.Fidelity, "m", CodeBits.Eight);
        for (int i = 0; i < 7; i++) SmallCollection.Append(writer, 2 * i, 2);
        writer.Delete(new HashSet<string> { "d3", "d4", "d5" }, WorkerPool.Single);
        Assert.That(writer.Manifest.Segments, Has.Count.EqualTo(6));
        for (int i = 7; i < 20; i++) SmallCollection.Append(writer, 2 * i, 2);

        Assert.That(writer.Manifest.Segments.Count, Is.LessThan(SegmentMerges.Fewest));
        Assert.That(writer.Manifest.Segments.Sum(segment => segment.Deleted.Count), Is.Zero);
        Assert.That(Directory.EnumerateDirectories(path).Count(), Is.EqualTo(writer.Manifest.Segments.Count), "what was merged is gone");
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(Enumerable.Range(0, 40).Where(i => i is < 3 or > 5).Select(i => $"d{i}")));
        using Collection collection = Collection.Open(path, WorkerPool.Single);
        Assert.That(collection.Search(SmallCollection.Vector(21), 1)[0][0].Index, Is.EqualTo(collection.Find("d21")));
    }

    [Test]
    public void A_process_killed_while_it_merges_has_appended()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        using (CollectionWriter writer = CollectionWriter.Create(path, SmallCollection.Dimension, Similarity.Fidelity, "m", null))
        {
            for (int i = 0; i < 7; i++) SmallCollection.Append(writer, i, 1);
            int commits = 0;
            writer.BeforeCommit = () =>
            {
                if (++commits == 2) throw new OperationCanceledException();
            };
            Assert.That(() => SmallCollection.Append(writer, 7, 1), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(writer.Manifest.Segments, Has.Count.EqualTo(8));
        }
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(Enumerable.Range(0, 8).Select(i => $"d{i}")));
        using CollectionWriter next = CollectionWriter.Open(path);
        Assert.That(Directory.EnumerateDirectories(path).Count(), Is.EqualTo(8), "the leftover is gone");
        SmallCollection.Append(next, 8, 1);
        Assert.That(next.Manifest.Segments, Has.Count.EqualTo(1));
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(Enumerable.Range(0, 9).Select(i => $"d{i}")));
    }

    [Test]
    public void Damaged_documents_are_not_merged_away()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.NewFolder(folder);
        using CollectionWriter writer = CollectionWriter.Create(path, SmallCollection.Dimension, Similarity.Fidelity, "m", null);
        for (int i = 0; i < 7; i++) SmallCollection.Append(writer, i, 1);
        string texts = Path.Combine(path, "segment-000003", "documents.jsonl");
        byte[] good = File.ReadAllBytes(texts), damaged = [.. good];
        damaged[2] ^= 1;
        File.Delete(texts);
        File.WriteAllBytes(texts, damaged);

        SmallCollection.Append(writer, 7, 1);

        Assert.That(writer.Manifest.Segments, Has.Count.EqualTo(8));
        File.Delete(texts);
        File.WriteAllBytes(texts, good);
        SmallCollection.Append(writer, 8, 1);
        Assert.That(writer.Manifest.Segments, Has.Count.EqualTo(1));
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(Enumerable.Range(0, 9).Select(i => $"d{i}")));
    }
}
