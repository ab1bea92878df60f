using NUnit.Framework;
using QEngine.Collections;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>Several indexes as one, against one index of all their documents.</summary>
public sealed class IndexUnionTests
{
    private const int Count = 90;

    private static readonly SearchQuery[] Queries = [.. Enumerable.Range(1000, 12).Select(i => new SearchQuery(SmallIndex.Text(i)))];

    // Texts are few words of few, so many scores are equal and their order counts.
    private static readonly SearchOptions[] Methods =
    [
        new(),
        new() { Filter = MetadataFilter.Equal("language", "en") | MetadataFilter.AtLeast("year", 2001) },
        new() { Hybrid = new ReciprocalRankFusion() },
        new() { Hybrid = new WeightedFusion(0.3), Bm25 = new Bm25Settings { K1 = 2, B = 1, Stem = true }, Filter = MetadataFilter.Equal("draft", true) },
        new() { Approximate = true, Rescored = Count },
        new() { IdsOnly = true },
    ];

    [Test]
    public void A_union_finds_what_one_index_of_all_documents_finds([Values] bool quantum, [Values(null, CodeBits.Eight)] CodeBits? codes)
    {
        using TemporaryFolder folder = new();
        SentenceEmbedder model = SmallIndex.Model(quantum);
        using SearchIndex one = Index(folder, "one", model, codes, 0, Count);
        using SearchIndex a = Index(folder, "a", model, codes, 0, 30), b = Index(folder, "b", model, codes, 30, 1), c = Index(folder, "c", model, codes, 31, 59);
        a.Add([]);
        string[] deleted = ["d2", "d30", "d77"];
        foreach (SearchIndex index in (SearchIndex[])[one, a, c]) index.Delete(deleted);

        using IndexUnion union = SearchIndex.Union([a, b, c]), opened = IndexUnion.Open([a.Folder, b.Folder, c.Folder], WorkerPool.Single);

        one.Delete(["d30"]);
        b.Delete(["d30"]);
        Assert.That(union.Count, Is.EqualTo(one.Count + 1), "it is of the indexes as they were");
        using IndexUnion now = SearchIndex.Union([a, b, c]);
        Assert.That((now.Count, now.Dimension, now.Similarity, now.Embedder), Is.EqualTo((one.Count, one.Dimension, one.Similarity, a.Embedder)));
        foreach (SearchOptions options in Methods)
            foreach (int top in (int[])[1, 7, Count])
                RequireSame(now.SearchAll(Queries, top, options), one.SearchAll(Queries, top, options));
        SearchQuery[] chosen = [.. Queries.Select(query => query with { Candidates = ["d80", "d1", "d30", "d45", "nope"], ExcludedId = "d45" })];
        RequireSame(now.SearchAll(chosen), one.SearchAll(chosen));
        RequireSame(opened.SearchAll(Queries, 9, Methods[2]), union.SearchAll(Queries, 9, Methods[2]));
        Assert.That(now.Find("d80")!.Text, Is.EqualTo(SmallIndex.Text(80)));
        Assert.That((now.Find("d30"), union.Find("d30")!.Id, now.Search("hello")[0].Score), Is.EqualTo(((Document?)null, "d30", one.Search("hello")[0].Score)));
    }

    [Test]
    public void It_outlives_the_indexes_and_closes_their_files()
    {
        using TemporaryFolder folder = new();
        SentenceEmbedder model = SmallIndex.Model(quantum: false);
        SearchIndex a = Index(folder, "a", model, CodeBits.Eight, 0, 20), b = Index(folder, "b", model, null, 20, 20);
        IndexUnion union = SearchIndex.Union([a, b]);
        IReadOnlyList<SearchHit> before = union.Search("hello world", 40);
        a.Dispose();
        b.Dispose();

        RequireSame([union.Search("hello world", 40)], [before]);
        union.Dispose();
        union.Dispose();

        Assert.That(SmallCollection.Held(folder.Path("a")), Is.Empty);
        Assert.That(SmallCollection.Held(folder.Path("b")), Is.Empty);
        Assert.That(() => union.Search("hello"), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => SearchIndex.Union([a]), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Damaged_ids_are_read_with_the_texts()
    {
        using TemporaryFolder folder = new();
        SentenceEmbedder model = SmallIndex.Model(quantum: false);
        Index(folder, "a", model, null, 0, 20).Dispose();
        Index(folder, "b", model, null, 20, 20).Dispose();
        Index(folder, "c", model, null, 19, 1).Dispose();
        string ids = Path.Combine(folder.Path("a"), "segment-000001", SegmentIds.FileName);
        byte[] bytes = File.ReadAllBytes(ids);
        bytes[^1] ^= 1;
        File.WriteAllBytes(ids, bytes);

        using IndexUnion union = IndexUnion.Open([folder.Path("a"), folder.Path("b")]);

        Assert.That((union.Count, union.Warnings.Count, union.Find("d3")!.Text), Is.EqualTo((40L, 1, SmallIndex.Text(3))));
        Assert.That(() => IndexUnion.Open([folder.Path("a"), folder.Path("c")]), Throws.InstanceOf<QEngineException>().With.Message.Contains("'d19'"));
    }

    [Test]
    public void What_is_no_index_of_the_same_model_is_refused()
    {
        using TemporaryFolder folder = new();
        SentenceEmbedder model = SmallIndex.Model(quantum: true);
        using SearchIndex a = Index(folder, "a", model, null, 0, 9), overlap = Index(folder, "overlap", model, null, 8, 3), quantum = Index(folder, "linear", SmallIndex.Model(quantum: false), null, 20, 3);
        using SearchIndex vectors = SearchIndex.CreateForVectors(folder.Path("vectors"), a.Dimension, a.Similarity), wide = SearchIndex.CreateForVectors(folder.Path("wide"), a.Dimension + 1, a.Similarity);
        model.Model.Parameters.Initialize(99);
        using SearchIndex other = Index(folder, "other", model, null, 20, 3);

        Refused([a, overlap], "expected each id once, found 'd8'", "/a", "/overlap");
        Refused([a, a], "expected each id once, found 'd0'");
        Refused([a, vectors], "expected indexes of one model, found", "none in", "/vectors");
        Refused([a, wide], "expected indexes of vectors of one kind", "/wide");
        Refused([a, quantum], "expected indexes of", "/linear");
        Refused([a, other], "expected indexes of one model", a.Now.Manifest.Fingerprint!, other.Now.Manifest.Fingerprint!, "/other");
        Assert.That(() => SearchIndex.Union([]), Throws.ArgumentException);
        Assert.That(() => IndexUnion.Open([]), Throws.ArgumentException);
        Assert.That(() => IndexUnion.Open([a.Folder, folder.Path("nothing")]), Throws.InstanceOf<QEngineException>());
        Assert.That(a.Count, Is.EqualTo(9), "a is as it was");

        void Refused(SearchIndex[] indexes, params string[] parts)
        {
            QEngineException refused = Assert.Throws<QEngineException>(() => SearchIndex.Union(indexes))!;
            Assert.That(() => IndexUnion.Open([.. indexes.Select(index => index.Folder)]), Throws.InstanceOf<QEngineException>().With.Message.EqualTo(refused.Message));
            foreach (string part in parts) Assert.That(refused.Message, Does.Contain(part));
        }
    }

    [Test]
    public void Searches_run_while_the_indexes_change()
    {
        using TemporaryFolder folder = new();
        SentenceEmbedder model = SmallIndex.Model(quantum: false);
        using SearchIndex a = Index(folder, "a", model, CodeBits.Eight, 0, 20), b = Index(folder, "b", model, CodeBits.Eight, 100, 20);
        using IndexUnion union = SearchIndex.Union([a, b]);
        IReadOnlyList<SearchHit> before = union.Search("hello world", 40, Methods[2]);

        Parallel.For(0, 20, i =>
        {
            if (i % 4 == 0) a.Add(SmallIndex.Documents(20 + i, 1));
            else if (i % 4 == 1) b.Compact();
            else RequireSame([union.Search("hello world", 40, Methods[2])], [before]);
            using IndexUnion another = SearchIndex.Union([b, a]);
            Assert.That(another.Count, Is.GreaterThanOrEqualTo(40));
        });
    }

    private static SearchIndex Index(TemporaryFolder folder, string name, SentenceEmbedder model, CodeBits? codes, int first, int count)
    {
        SearchIndex index = SearchIndex.Create(folder.Path(name), model, codes, WorkerPool.Single);
        index.Add(SmallIndex.Documents(first, count));
        return index;
    }

    private static void RequireSame(IReadOnlyList<IReadOnlyList<SearchHit>> found, IReadOnlyList<IReadOnlyList<SearchHit>> expected)
    {
        Assert.That(found.Select(Shown), Is.EqualTo(expected.Select(Shown)));

        static string[] Shown(IReadOnlyList<SearchHit> hits) =>
            [.. hits.Select(hit => $"{hit.Id} {BitConverter.SingleToInt32Bits(hit.Score)} {hit.Text} {string.Join(' ', hit.Metadata.OrderBy(pair => pair.Key))}")];
    }
}
