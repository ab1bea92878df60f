using NUnit.Framework;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tests.Support;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Collections;

/// <summary>Appending, deleting, merging, killed writers and damaged blocks, against a dictionary.</summary>
public sealed class CollectionTests
{
    private const int Dimension = 4;

    private static readonly CodeBits?[] Codes = [null, CodeBits.One, CodeBits.Four, CodeBits.Eight];

    [Property(MaxTest = 40)]
    public bool Any_sequence_of_changes_leaves_what_a_dictionary_would_hold(byte codes, (byte Kind, byte[] Ids)[] changes)
    {
        using TemporaryFolder folder = new();
        string path = Directory.CreateDirectory(folder.Path("index")).FullName;
        Dictionary<string, int> expected = new(StringComparer.Ordinal);
        CollectionWriter.Create(path, Dimension, Similarity.Fidelity, "QBEC", Codes[codes % Codes.Length]).Dispose();
        int version = 0;
        foreach ((byte kind, byte[] numbers) in changes)
        {
            string[] ids = [.. numbers.Select(number => $"d{number % 12}").Distinct()];
            bool killed = (kind & 8) != 0;
            version++;
            Change(path, kind & 3, ids, version, expected, killed);
            if (!Holds(path, expected)) return false;
        }
        return true;
    }

    [Test]
    public void Hits_are_those_of_one_index_over_the_documents_that_are_left([Values] Similarity similarity, [ValueSource(nameof(Codes))] CodeBits? codes)
    {
        using TemporaryFolder folder = new();
        string path = Directory.CreateDirectory(folder.Path("index")).FullName;
        using (CollectionWriter writer = CollectionWriter.Create(path, Dimension, similarity, "model", codes))
        {
            for (int segment = 0; segment < 4; segment++)
            {
                int first = 50 * segment;
                writer.Append(target => target.Add([.. Enumerable.Range(first, 50).Select(i => new IdText($"d{i}", $"text {i}"))], [.. Enumerable.Range(first, 50).SelectMany(Vector)]), replace: false, WorkerPool.Single);
            }
            writer.Delete(Enumerable.Range(0, 200).Where(i => i % 3 == 0).Select(i => $"d{i}").ToHashSet(), WorkerPool.Single);
        }
        int[] left = [.. Enumerable.Range(0, 200).Where(i => i % 3 != 0)];
        EmbeddingIndex index = new(similarity, Dimension, [.. left.SelectMany(Vector)], WorkerPool.Single);
        float[] queries = [.. Enumerable.Range(500, 20).SelectMany(Vector)];
        Hit[][] expected = index.SearchAll(queries, 15);

        using Collection collection = Collection.Open(path, WorkerPool.Single);
        Hit[][] found = collection.Search(queries, 15), near = collection.SearchNearest(queries, 15, 150);

        Assert.That(collection.Indices(), Is.EqualTo(left));
        for (int query = 0; query < expected.Length; query++)
        {
            Hit[] own = [.. expected[query].Select(hit => hit with { Index = left[hit.Index] })];
            Assert.That(found[query], Is.EqualTo(own));
            Assert.That(near[query], Is.EqualTo(own), "all are scored but for a few");
            Assert.That(collection.SearchNearest(queries, 15, 0)[query], Has.Length.EqualTo(15).And.All.Matches<Hit>(hit => hit.Index % 3 != 0));
            Assert.That(collection.Document(found[query][0].Index), Is.EqualTo(new IdText($"d{found[query][0].Index}", $"text {found[query][0].Index}")));
            float[] scores = new float[15];
            collection.Score(queries.AsSpan(query * Dimension, Dimension), [.. own.Select(hit => hit.Index)], scores);
            Assert.That(scores, Is.EqualTo(own.Select(hit => hit.Score)), "the bits of a search");
        }
        Assert.That(collection.Search(queries, 1000)[0], Has.Length.EqualTo(left.Length));
    }

    [Test]
    public void A_reader_keeps_what_it_opened_while_a_writer_merges()
    {
        using TemporaryFolder folder = new();
        string path = Two(folder);
        using Collection before = Collection.Open(path, WorkerPool.Single);
        using (CollectionWriter writer = CollectionWriter.Open(path))
        {
            writer.Delete(new HashSet<string> { "a" }, WorkerPool.Single);
            writer.Compact(CodeBits.Eight, WorkerPool.Single);
            Assert.That(() => CollectionWriter.Open(path), Throws.TypeOf<QEngineException>().With.Message.Contains("nobody else is writing"));
        }

        Assert.That(Ids(before, before.Search(Vector(0), 5)[0]), Is.EquivalentTo(new[] { "a", "b", "c" }));
        Assert.That(All(before).Select(document => document.Id), Is.EqualTo(new[] { "a", "b", "c" }));
        using Collection after = Collection.Open(path, WorkerPool.Single);
        Assert.That(All(after).Select(document => document.Id), Is.EqualTo(new[] { "b", "c" }));
        Assert.That(Directory.EnumerateDirectories(path).Select(Path.GetFileName), Is.EqualTo(new[] { "segment-000003" }));
    }

    [Test]
    public void Ids_that_are_there_already_are_an_error_unless_they_are_to_be_replaced()
    {
        using TemporaryFolder folder = new();
        string path = Two(folder);
        using CollectionWriter writer = CollectionWriter.Open(path);

        Assert.That(() => Append(writer, false, ("c", 7), ("d", 8)), Throws.TypeOf<QEngineException>().With.Message.Contains("expected ids that the index does not have, found 'c'"));
        Assert.That(() => Append(writer, false, ("e", 7), ("e", 8)), Throws.TypeOf<QEngineException>().With.Message.Contains("found 'e' twice"));
        Assert.That(Directory.EnumerateDirectories(path).Count(), Is.EqualTo(2), "what was refused is not left behind");
        Append(writer, true, ("c", 7), ("d", 8));

        using Collection collection = Collection.Open(path, WorkerPool.Single);
        Assert.That(All(collection), Is.EqualTo(new[] { new IdText("a", "text 1"), new IdText("b", "text 2"), new IdText("c", "text 7"), new IdText("d", "text 8") }));
    }

    [Test]
    public void Damaged_codes_are_named_and_nothing_is_left_out()
    {
        using TemporaryFolder folder = new();
        string path = Directory.CreateDirectory(folder.Path("index")).FullName;
        (string, int)[] documents = [.. Enumerable.Range(0, 50).Select(i => ($"d{i}", i))];
        using (CollectionWriter writer = CollectionWriter.Create(path, Dimension, Similarity.Fidelity, "QBEC", CodeBits.Four)) Append(writer, false, documents);
        using Collection before = Collection.Open(path, WorkerPool.Single);
        string codes = Path.Combine(path, "segment-000001", "codes.bin");
        byte[] bytes = File.ReadAllBytes(codes);
        Assert.That(bytes, Has.Length.EqualTo(50 * 2));
        bytes[7] ^= 1;
        File.Delete(codes);
        File.WriteAllBytes(codes, bytes);

        using Collection collection = Collection.Open(path, WorkerPool.Single);

        Assert.That(collection.Warnings, Has.Count.EqualTo(1).And.One.Contains("codes.bin: searched without codes"));
        Assert.That(collection.Count, Is.EqualTo(50));
        Assert.That(collection.Search(Vector(99), 50), Is.EqualTo(before.Search(Vector(99), 50)));
        Assert.That(collection.SearchNearest(Vector(99), 5, 50), Is.EqualTo(before.Search(Vector(99), 5)));
        File.WriteAllBytes(codes, bytes[..^1]);
        using Collection shorter = Collection.Open(path, WorkerPool.Single);
        Assert.That(shorter.Search(Vector(99), 50), Is.EqualTo(before.Search(Vector(99), 50)));
        File.Delete(codes);
        Assert.That(() => Collection.Open(path, WorkerPool.Single), Throws.TypeOf<QEngineException>().With.Message.Contains("codes.bin"));
    }

    [Test]
    public void Compacting_makes_other_codes_or_none()
    {
        using TemporaryFolder folder = new();
        string path = Two(folder);
        foreach (CodeBits? bits in Codes)
        {
            using CollectionWriter writer = CollectionWriter.Open(path);
            writer.Compact(bits, WorkerPool.Single);
            Append(writer, true, ("a", 7));

            Assert.That(writer.Manifest.Codes, Is.EqualTo(bits));
            foreach (SegmentEntry segment in writer.Manifest.Segments)
            {
                string codes = Path.Combine(path, segment.Name, "codes.bin");
                int bytes = ((((int?)bits ?? 0) * Dimension) + 7) / 8;
                Assert.That(File.Exists(codes) ? new FileInfo(codes).Length : 0, Is.EqualTo(segment.Documents * bytes));
            }
        }
    }

    [Test]
    public void The_first_documents_have_distinct_ids_too()
    {
        using TemporaryFolder folder = new();
        string path = Directory.CreateDirectory(folder.Path("index")).FullName;
        using CollectionWriter writer = CollectionWriter.Create(path, Dimension, Similarity.Fidelity, "QBEC", null);

        Assert.That(() => Append(writer, false, ("a", 1), ("a", 2)), Throws.TypeOf<QEngineException>().With.Message.Contains("'a' twice"));
    }

    [Test]
    public void A_segment_whose_documents_are_all_deleted_goes_and_an_empty_index_finds_nothing()
    {
        using TemporaryFolder folder = new();
        string path = Two(folder);
        using CollectionWriter writer = CollectionWriter.Open(path);

        writer.Delete(new HashSet<string> { "a" }, WorkerPool.Single);
        Assert.That(writer.Manifest.Segments.Select(segment => segment.Number), Is.EqualTo(new[] { 2 }));
        writer.Delete(new HashSet<string> { "b", "c" }, WorkerPool.Single);
        using Collection collection = Collection.Open(path, WorkerPool.Single);

        Assert.That(collection.Search(Vector(1), 5)[0], Is.Empty);
        Append(writer, false, ("a", 4));
        Assert.That(writer.Manifest.Count, Is.EqualTo(1));
    }

    [Test]
    public void Numbers_that_are_no_angles_are_named_with_their_file()
    {
        using TemporaryFolder folder = new();
        string path = Two(folder), segment = Path.Combine(path, "segment-000001"), embeddings = Path.Combine(segment, "embeddings.npy");
        string before = BlockChecksums.Compute(embeddings).Blocks[0].ToString("x8");
        NpyFile.Write(embeddings, [1, float.NaN, 0, 0], 1, Dimension);
        string crc = BlockChecksums.Compute(embeddings).Blocks[0].ToString("x8");
        CollectionManifest manifest = CollectionManifest.Read(path);
        Replace(Path.Combine(segment, "segment.json"), before, crc);
        Assert.That(() => Collection.Open(path, WorkerPool.Single), Throws.TypeOf<QEngineException>().With.Message.Contains("expected the checksum of index.json").And.Message.Contains("segment.json"));
        Replace(Path.Combine(path, "index.json"), manifest.Segments[0].Checksum.ToString("x8"), SegmentFile.ChecksumOf(segment).ToString("x8"));

        Assert.That(() => Collection.Open(path, WorkerPool.Single), Throws.TypeOf<QEngineException>().With.Message.Contains("row 0").And.Message.Contains("embeddings.npy"));
    }

    private static void Replace(string path, string old, string replacement) => File.WriteAllText(path, File.ReadAllText(path).Replace(old, replacement, StringComparison.Ordinal));

    [Test]
    public void A_missing_or_foreign_segment_is_named()
    {
        using TemporaryFolder folder = new();
        string path = Two(folder);
        File.Copy(Path.Combine(path, "segment-000001", "segment.json"), Path.Combine(path, "segment-000002", "segment.json"), overwrite: true);
        Assert.That(() => Collection.Open(path, WorkerPool.Single), Throws.TypeOf<QEngineException>().With.Message.Contains("expected the checksum of index.json").And.Message.Contains("segment-000002"));

        Directory.Delete(Path.Combine(path, "segment-000002"), recursive: true);
        Assert.That(() => Collection.Open(path, WorkerPool.Single), Throws.TypeOf<QEngineException>().With.Message.Contains("segment-000002"));
    }

    private static void Change(string path, int kind, string[] ids, int version, Dictionary<string, int> expected, bool killed)
    {
        using CollectionWriter writer = CollectionWriter.Open(path);
        if (killed) writer.BeforeCommit = () => throw new OperationCanceledException();
        try
        {
            if (kind <= 1 && ids.Length > 0) Append(writer, true, [.. ids.Select(id => (id, version))]);
            else if (kind == 2) writer.Delete(ids.ToHashSet(), WorkerPool.Single);
            else if (expected.Count > 0) writer.Compact(CodeBits.Eight, WorkerPool.Single);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        foreach (string id in ids)
        {
            if (kind <= 1) expected[id] = version;
            else if (kind == 2) expected.Remove(id);
        }
    }

    private static bool Holds(string path, Dictionary<string, int> expected)
    {
        using Collection collection = Collection.Open(path, WorkerPool.Single);
        if (collection.Count != expected.Count || collection.Manifest.Count != expected.Count || collection.Warnings.Count > 0) return false;
        foreach (IdText document in All(collection))
            if (document.Text != $"text {expected[document.Id]}") return false;
        foreach ((string id, int version) in expected)
        {
            // The embedding is that of the version: nothing else has it, and its own fidelity is 1.
            Hit[] best = collection.Search(Vector(version), expected.Count)[0];
            Hit own = best.Single(hit => collection.Document(hit.Index).Id == id);
            if (best.Length != expected.Count || Math.Abs(own.Score) > 1e-5 || collection.Document(own.Index).Text != $"text {version}") return false;
        }
        return true;
    }

    private static IEnumerable<IdText> All(Collection collection) => collection.Indices().Select(collection.Document);

    private static IEnumerable<string> Ids(Collection collection, Hit[] hits) => hits.Select(hit => collection.Document(hit.Index).Id);

    private static string Two(TemporaryFolder folder)
    {
        string path = Directory.CreateDirectory(folder.Path("index")).FullName;
        using CollectionWriter writer = CollectionWriter.Create(path, Dimension, Similarity.Fidelity, "QBEC", null);
        Append(writer, false, ("a", 1));
        Append(writer, false, ("b", 2), ("c", 3));
        return path;
    }

    private static void Append(CollectionWriter writer, bool replace, params (string Id, int Version)[] documents) => writer.Append(
        target => target.Add([.. documents.Select(document => new IdText(document.Id, $"text {document.Version}"))], [.. documents.SelectMany(document => Vector(document.Version))]), replace, WorkerPool.Single);

    private static float[] Vector(int i)
    {
        SplittableRandom random = new SplittableRandom(5).Split((ulong)i);
        return [.. Enumerable.Range(0, Dimension).Select(_ => (float)(random.NextDouble() * Math.PI))];
    }
}
