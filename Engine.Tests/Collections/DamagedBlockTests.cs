using NUnit.Framework;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>Exactly which documents a damaged block hides, and that no change loses them unseen.</summary>
public sealed class DamagedBlockTests
{
    private const int Block = 1 << 20;

    // Rows of 8,000 bytes behind a header of 128: row i has the bytes from 128 + 8000 i on.
    private const int Columns = 2000, Header = 128, RowBytes = 4 * Columns;
    private const int Documents = 400;

    // Any byte of a block hides the whole of it. Rows 131 and 262 lie across the two ends of block 1, row 393 across those of 2 and 3.
    [TestCase(0, 0, 131)]
    [TestCase(Header - 1, 0, 131)]
    [TestCase(Header, 0, 131)]
    [TestCase(Block - 1, 0, 131)]
    [TestCase(Block, 131, 262)]
    [TestCase(Block + 500_000, 131, 262)]
    [TestCase((2 * Block) - 1, 131, 262)]
    [TestCase(2 * Block, 262, 393)]
    [TestCase(3 * Block, 393, 399)]
    [TestCase(Header + (Documents * RowBytes) - 1, 393, 399)]
    public void Rows_of_a_damaged_block_of_embeddings_are_lost_and_no_others(int damaged, int first, int last)
    {
        using TemporaryFolder folder = new();
        string path = Wide(folder);
        Hit[] before = Found(path);
        Flip(Path.Combine(path, "segment-000001", "embeddings.npy"), damaged);

        using Collection collection = Collection.Open(path, WorkerPool.Single);

        int[] left = [.. Enumerable.Range(0, Documents).Where(i => i < first || i > last)];
        Assert.That(collection.Indices(), Is.EqualTo(left));
        Assert.That((collection.Count, collection.Damaged), Is.EqualTo((left.Length, Documents - left.Length)));
        int from = damaged / Block * Block;
        Assert.That(collection.Warnings, Has.Count.EqualTo(2));
        Assert.That(collection.Warnings[0],
            Does.StartWith($"expected the checksum of bytes {from} to {from + Block - 1} as they were written, found another: ")
            .And.EndWith("embeddings.npy"));
        Assert.That(collection.Warnings[1],
            Does.StartWith($"{last - first + 1} documents of ")
            .And.EndWith($"embeddings.npy are left out, the first row {first}, the last {last}"));
        Assert.That(collection.Search(Row(1000), Documents)[0], Is.EqualTo(before.Where(hit => left.Contains(hit.Index))),
            "with the scores they had");
        foreach (int lost in (int[])[first, last]) RequireNoDocument(collection, Row(0), lost);
    }

    [Test]
    public void Codes_of_damaged_rows_rule_out_no_others()
    {
        using TemporaryFolder folder = new();
        string path = Wide(folder, CodeBits.Eight);
        Hit[] before = Found(path);
        Flip(Path.Combine(path, "segment-000001", "embeddings.npy"), Block);

        using Collection collection = Collection.Open(path, WorkerPool.Single);

        Hit[] left = [.. before.Where(hit => hit.Index is < 131 or > 262)];
        Assert.That(left, Has.Length.EqualTo(268));
        Assert.That(collection.Search(Row(1000), Documents)[0], Is.EqualTo(left));
        Assert.That(collection.Search(Row(1000), 20)[0], Is.EqualTo(left[..20]));
        Assert.That(collection.SearchNearest(Row(1000), 20, Documents)[0], Is.EqualTo(left[..20]));
    }

    // Lines of 8,192 bytes, the first one longer: newline i is byte 8192 (i + 1) + longer - 1. Block 1 has bytes 1,048,576 to 2,097,151.
    // 1: newline 127 is its first byte; newline 255 is the first byte behind it, so that line 256 is known to begin there.
    // 0: newline 127 is the last byte before it; newline 255 is its last byte, which hides where line 256 begins.
    // -1: line 128 begins with the last byte before it, line 256 with its last byte.
    [TestCase(1, 127, 255)]
    [TestCase(0, 128, 256)]
    [TestCase(-1, 128, 256)]
    [TestCase(100, 127, 255)]
    public void Lines_of_a_damaged_block_of_texts_are_lost_and_no_others(int longer, int first, int last)
    {
        using TemporaryFolder folder = new();
        string path = Lines(folder, Enumerable.Range(0, Documents).Select(i => i == 0 ? 8192 + longer : 8192)),
            texts = Path.Combine(path, "segment-000001", "documents.jsonl");
        Assert.That(File.ReadAllBytes(texts)[(8192 * 128) + longer - 1], Is.EqualTo((byte)'\n'));
        foreach (int damaged in (int[])[Block, Block + 1, Block + 500_000, (2 * Block) - 1])
        {
            Flip(texts, damaged);

            using (Collection collection = Collection.Open(path, WorkerPool.Single)) RequireLost(collection, first, last);

            Flip(texts, damaged);
        }
        using Collection whole = Collection.Open(path, WorkerPool.Single);
        Assert.That((whole.Count, whole.Damaged, whole.Warnings.Count), Is.EqualTo((Documents, 0, 0)), "written back, nothing was lost");
    }

    [TestCase(1, 0, 1)]
    [TestCase(2, 1, 1)]
    [TestCase(3, 1, 1)]
    [TestCase(4, 1, 2)]
    public void A_line_longer_than_a_block_is_lost_with_any_of_its_blocks(int block, int first, int last)
    {
        // Line 0 ends within block 1, line 1 within block 4, line 2 within block 5.
        using TemporaryFolder folder = new();
        string path = Lines(folder, [Block + 1000, (3 * Block) + 5, Block, 100, 100]);
        Flip(Path.Combine(path, "segment-000001", "documents.jsonl"), (block * Block) + 77);

        using Collection collection = Collection.Open(path, WorkerPool.Single);

        RequireLost(collection, first, last, 5);
    }

    [Test]
    public void Texts_and_embeddings_damaged_in_different_places_hide_both()
    {
        using TemporaryFolder folder = new();
        string path = Wide(folder), segment = Path.Combine(path, "segment-000001");
        Flip(Path.Combine(segment, "embeddings.npy"), 3 * Block);
        string texts = Path.Combine(segment, "documents.jsonl");
        Flip(texts, 0);

        using Collection collection = Collection.Open(path, WorkerPool.Single);

        int lines = File.ReadAllBytes(texts).AsSpan(0, Math.Min(Block, (int)new FileInfo(texts).Length)).Count((byte)'\n');
        Assert.That(lines, Is.EqualTo(Documents), "all texts lie in one block");
        Assert.That((collection.Count, collection.Damaged), Is.EqualTo((0, Documents)));
        Assert.That(collection.Warnings, Has.Count.EqualTo(4));
        Assert.That(collection.Search(Row(0), 3)[0], Is.Empty);
    }

    [Test]
    public void Merging_refuses_damaged_documents_until_they_are_to_be_dropped()
    {
        using TemporaryFolder folder = new();
        string path = Wide(folder), embeddings = Path.Combine(path, "segment-000001", "embeddings.npy");
        using CollectionWriter writer = CollectionWriter.Open(path);
        writer.Delete(new HashSet<string> { "d0", "d131", "d200" }, WorkerPool.Single);
        Flip(embeddings, Block);
        byte[] damaged = File.ReadAllBytes(embeddings);
        CollectionManifest before = writer.Manifest;

        Assert.That(() => writer.Compact(CodeBits.Eight, WorkerPool.Single),
            Throws.TypeOf<QEngineException>().With.Message.Contains("found 130 of 397 in damaged blocks"));

        Assert.That(CollectionManifest.Read(path), Is.EqualTo(before));
        Assert.That(File.ReadAllBytes(embeddings), Is.EqualTo(damaged));
        Assert.That(writer.Warnings,
            Has.Count.EqualTo(2).And.Some.Contains("130 documents of").And.Some.Contains("the first row 132, the last 262"));
        Assert.That(writer.Compact(CodeBits.Eight, WorkerPool.Single, dropDamaged: true), Is.EqualTo(130));
        using Collection mended = Collection.Open(path, WorkerPool.Single);
        Assert.That((mended.Count, mended.Damaged, mended.Warnings.Count), Is.EqualTo((397 - 130, 0, 0)));
        Assert.That(writer.Compact(null, WorkerPool.Single, dropDamaged: true), Is.Zero);
    }

    [Test]
    public void Damaged_documents_are_deleted_and_replaced_by_the_ids_that_can_be_read()
    {
        using TemporaryFolder folder = new();
        string path = Wide(folder), embeddings = Path.Combine(path, "segment-000001", "embeddings.npy");
        byte[] good = File.ReadAllBytes(embeddings);
        Flip(embeddings, Block);
        using CollectionWriter writer = CollectionWriter.Open(path);

        Assert.That(writer.Delete(new HashSet<string> { "d131", "d130", "nope" }, WorkerPool.Single), Is.EqualTo(new[] { "d130", "d131" }));
        Assert.That(() => AppendOne(writer, "d132", false),
            Throws.TypeOf<QEngineException>().With.Message.Contains("expected ids that the index does not have, found 'd132'"));
        AppendOne(writer, "d132", true);
        Assert.That(writer.Warnings, Is.Empty, "ids alone are read");

        // What is deleted and replaced stays so when the file is brought back, and nothing is there twice.
        File.Delete(embeddings);
        File.WriteAllBytes(embeddings, good);
        Assert.That(SmallCollection.Ids(path),
            Is.EqualTo(Enumerable.Range(0, Documents).Where(i => i is < 130 or > 132).Select(i => $"d{i}").Append("d132")));
    }

    [Test]
    public void Documents_whose_text_is_damaged_are_deleted_by_their_ids()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, null, 10, 10);
        Flip(Path.Combine(path, "segment-000001", "documents.jsonl"), 5);
        using CollectionWriter writer = CollectionWriter.Open(path);

        Assert.That(writer.Delete(new HashSet<string> { "d1", "d7", "d18" }, WorkerPool.Single), Is.EqualTo(new[] { "d1", "d18" }),
            "d7 was deleted before");
        Assert.That(() => SmallCollection.Append(writer, 2, 1),
            Throws.TypeOf<QEngineException>().With.Message.Contains("expected ids that the index does not have, found 'd2'"));
        SmallCollection.Append(writer, 2, 1, replace: true);

        Flip(Path.Combine(path, "segment-000001", "documents.jsonl"), 5);
        Assert.That(SmallCollection.Ids(path),
            Is.EqualTo(new[] { "d3", "d4", "d5", "d6", "d8", "d9", "d10", "d11", "d12", "d13", "d15", "d16", "d17", "d19", "d2" }));
    }

    [Test]
    public void Damaged_ids_are_read_with_the_texts()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, CodeBits.Eight, 10, 10);
        Flip(Path.Combine(path, "segment-000001", "ids.bin"), 50);

        using (Collection collection = Collection.Open(path, WorkerPool.Single))
        {
            Assert.That(collection.Warnings, Has.Count.EqualTo(1).And.One.EndsWith("ids.bin: ids are read with the texts"));
            Assert.That((collection.Count, collection.Damaged), Is.EqualTo((17, 0)));
            Assert.That(collection.Indices().Select(collection.Id), Is.EqualTo(SmallCollection.Ids(path)));
            Assert.That((collection.Find("d4"), collection.Find("d7"), collection.Find("d15"), collection.Find("x")),
                Is.EqualTo(((int?)4, (int?)null, (int?)15, (int?)null)));
        }
        using CollectionWriter writer = CollectionWriter.Open(path);
        Assert.That(writer.Delete(new HashSet<string> { "d1", "d15" }, WorkerPool.Single), Is.EqualTo(new[] { "d1", "d15" }));
        Assert.That(writer.Warnings, Has.Count.EqualTo(1));
        Assert.That(writer.Compact(null, WorkerPool.Single), Is.Zero, "nothing is lost");
        using Collection mended = Collection.Open(path, WorkerPool.Single);
        Assert.That((mended.Count, mended.Warnings.Count), Is.EqualTo((15, 0)));
    }

    [Test]
    public void A_segment_of_damaged_documents_alone_is_kept()
    {
        using TemporaryFolder folder = new();
        string path = SmallCollection.Write(folder, null, 10, 10);
        string[] files = Array.ConvertAll(
            new[] { "documents.jsonl", "ids.bin" }, name => Path.Combine(path, "segment-000001", name));
        foreach (string file in files) Flip(file, 5);
        using CollectionWriter writer = CollectionWriter.Open(path);

        Assert.That(writer.Delete(Enumerable.Range(0, 20).Select(i => $"d{i}").ToHashSet(), WorkerPool.Single), Has.Count.EqualTo(9),
            "d14 was deleted before");

        Assert.That(writer.Manifest.Segments.Select(segment => segment.Number), Is.EqualTo(new[] { 1 }));
        Assert.That(writer.Manifest.Count, Is.EqualTo(8));
        Assert.That(() => writer.Compact(null, WorkerPool.Single, dropDamaged: true),
            Throws.TypeOf<QEngineException>().With.Message.Contains("expected documents to keep, found none"));
        foreach (string file in files) Flip(file, 5);
        Assert.That(SmallCollection.Ids(path), Is.EqualTo(new[] { "d1", "d2", "d3", "d4", "d5", "d6", "d8", "d9" }));
    }

    private static void RequireLost(Collection collection, int first, int last, int documents = Documents)
    {
        int[] left = [.. Enumerable.Range(0, documents).Where(i => i < first || i > last)];
        Assert.That(collection.Indices(), Is.EqualTo(left));
        Assert.That(collection.Damaged, Is.EqualTo(last - first + 1));
        Assert.That(collection.Warnings[^1],
            Does.StartWith($"{last - first + 1} documents of ")
            .And.EndWith($"documents.jsonl are left out, the first row {first}, the last {last}"));
        foreach (int i in left) Assert.That(collection.Document(i).Id, Is.EqualTo($"d{i}"));
        Assert.That(collection.Search(SmallCollection.Vector(0), documents)[0].Select(hit => hit.Index).Order(), Is.EqualTo(left));
        foreach (int lost in (int[])[first, last]) RequireNoDocument(collection, SmallCollection.Vector(0), lost);
    }

    private static void RequireNoDocument(Collection collection, float[] query, int index)
    {
        Assert.That(() => collection.Document(index),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains($"a document that can be found, found {index}"));
        Assert.That(() => collection.Score(query, [index], new float[1]), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static string Wide(TemporaryFolder folder, CodeBits? codes = null)
    {
        string path = SmallCollection.NewFolder(folder);
        using CollectionWriter writer = CollectionWriter.Create(path, Columns, Similarity.Fidelity, "QBEC", codes);
        IdText[] documents = [.. Enumerable.Range(0, Documents).Select(i => new IdText($"d{i}", $"text {i}"))];
        float[] rows = [.. Enumerable.Range(0, Documents).SelectMany(Row)];
        writer.Append(target => target.Add(documents, rows), replace: false, WorkerPool.Single);
        Assert.That(new FileInfo(Path.Combine(path, "segment-000001", "embeddings.npy")).Length,
            Is.EqualTo(Header + (Documents * RowBytes)));
        return path;
    }

    private static float[] Row(int i)
    {
        float[] small = SmallCollection.Vector(i);
        return [.. Enumerable.Range(0, Columns).Select(column => small[column % small.Length])];
    }

    private static void AppendOne(CollectionWriter writer, string id, bool replace) =>
        writer.Append(target => target.Add([new IdText(id, "new")], Row(999)), replace, WorkerPool.Single);

    /// <summary>Documents whose lines have as many bytes, newlines included.</summary>
    private static string Lines(TemporaryFolder folder, IEnumerable<int> lengths)
    {
        string path = SmallCollection.NewFolder(folder);
        static IdText Line(int length, int i) => new($"d{i}", new string('x', length - $$"""{"_id":"d{{i}}","text":""}""".Length - 1));
        IdText[] documents = [.. lengths.Select(Line)];
        using CollectionWriter writer = CollectionWriter.Create(path, SmallCollection.Dimension, Similarity.Fidelity, "QBEC", null);
        writer.Append(target => target.Add(documents, SmallCollection.Vectors(0, documents.Length)), replace: false, WorkerPool.Single);
        Assert.That(new FileInfo(Path.Combine(path, "segment-000001", "documents.jsonl")).Length, Is.EqualTo(lengths.Sum()));
        return path;
    }

    private static Hit[] Found(string path)
    {
        using Collection collection = Collection.Open(path, WorkerPool.Single);
        return collection.Search(Row(1000), Documents)[0];
    }

    /// <summary>Changes a bit; a second time, it is as before.</summary>
    private static void Flip(string file, int at)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[at] ^= 0x40;
        // A new file, as a restored one is: that which a collection has mapped is not written over.
        File.Delete(file);
        File.WriteAllBytes(file, bytes);
    }
}
