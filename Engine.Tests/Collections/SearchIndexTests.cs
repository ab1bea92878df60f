using NUnit.Framework;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Models;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>Texts in, documents out; what is found, against an index over the same vectors in memory.</summary>
public sealed class SearchIndexTests
{
    private const int Count = 60;

    private static readonly SearchQuery[] Queries = [.. Enumerable.Range(1000, 12).Select(i => new SearchQuery(SmallIndex.Text(i)))];

    [Test]
    public void Documents_are_found_as_by_the_vectors_of_their_texts([Values] bool quantum, [Values(null, CodeBits.Eight, CodeBits.One)] CodeBits? codes)
    {
        using TemporaryFolder folder = new();
        SentenceEmbedder model = SmallIndex.Model(quantum);
        Document[] documents = SmallIndex.Documents(0, Count);
        using (SearchIndex made = SearchIndex.Create(folder.Path("index"), model, codes, WorkerPool.Single))
        {
            Assert.That(made.Search("hello"), Is.Empty, "nothing is in it yet");
            Assert.That(made.Add(documents[..20]), Is.EqualTo(20));
            Assert.That(made.AddAsync(SmallIndex.Slowly(documents[20..])).Result, Is.EqualTo(Count - 20));
            Assert.That(made.Add([]), Is.Zero);
            Assert.That((made.Count, made.Now.Manifest.Segments.Count), Is.EqualTo((Count, 2)));
        }

        using SearchIndex index = SearchIndex.Open(folder.Path("index"));

        Assert.That(index.Embedder!.Workers, Is.SameAs(WorkerPool.Shared));
        EmbeddingIndex oracle = InMemory(model, documents);
        foreach (SearchQuery query in Queries)
        {
            Hit[] expected = oracle.SearchAll(model.Embed(query.Text, "hello "), 7)[0];
            IReadOnlyList<SearchHit> found = index.Search(query.Text, 7);
            Assert.That(found.Select(hit => (hit.Id, hit.Score)), Is.EqualTo(expected.Select(hit => ($"d{hit.Index}", hit.Score))));
            foreach (SearchHit hit in found) RequireSame(hit, documents.Single(document => document.Id == hit.Id));
            Assert.That(index.Search(query.Text, 7, new SearchOptions { IdsOnly = true }).Select(hit => (hit.Id, hit.Score, hit.Text)),
                Is.EqualTo(found.Select(hit => (hit.Id, hit.Score, ""))));
            Assert.That(index.Search(query.Text, 7, new SearchOptions { Approximate = true, Rescored = Count }), Has.Count.EqualTo(7));
        }
        Assert.That(index.SearchAll(Queries, 7).Select(hits => hits.Select(hit => (hit.Id, hit.Score))),
            Is.EqualTo(Queries.Select(query => index.Search(query.Text, 7).Select(hit => (hit.Id, hit.Score)))), "alone or together");
        Assert.That((index.Find("d7")!.Text, index.Find("nope")), Is.EqualTo((documents[7].Text, (Document?)null)));
    }

    [Test]
    public void A_hybrid_search_fuses_the_rankings_of_documents_that_are_left()
    {
        using TemporaryFolder folder = new();
        SentenceEmbedder model = SmallIndex.Model(quantum: true);
        using SearchIndex index = SearchIndex.Create(folder.Path("index"), model, workers: WorkerPool.Single);
        index.Add(SmallIndex.Documents(0, 30));
        index.Add(SmallIndex.Documents(30, 30));
        Assert.That(index.Delete(["d1", "d45", "nope"]), Is.EqualTo(new[] { "d1", "d45" }));
        Document[] left = [.. SmallIndex.Documents(0, Count).Where(document => document.Id is not ("d1" or "d45"))];
        EmbeddingIndex vectors = InMemory(model, left);
        foreach (Fusion fusion in (Fusion[])[new ReciprocalRankFusion(), new WeightedFusion(0.3)])
        {
            foreach (Bm25Settings settings in (Bm25Settings[])[new(), new() { K1 = 2, B = 1, Stem = true }])
            {
                Bm25Searcher words = Bm25Index.Build(left.Select(document => document.Text), settings.K1, settings.B, settings.Stem)
                    .CreateSearcher();
                foreach (SearchQuery query in Queries)
                {
                    Hit[] expected = fusion.Fuse(
                        vectors.SearchAll(model.Embed(query.Text, "hello "), 1000)[0], words.Search(query.Text, 1000), 9);
                    Assert.That(
                        index.Search(query.Text, 9, new SearchOptions { Hybrid = fusion, Bm25 = settings }).Select(hit => (hit.Id, hit.Score)),
                        Is.EqualTo(expected.Select(hit => (left[hit.Index].Id, hit.Score))));
                }
            }
        }
    }

    [Test]
    public void A_filter_leaves_out_documents_before_they_are_ranked([Values] bool hybrid)
    {
        using TemporaryFolder folder = new();
        using SearchIndex index = SearchIndex.Create(folder.Path("index"), SmallIndex.Model(quantum: false));
        index.Add(SmallIndex.Documents(0, 25));
        index.Add(SmallIndex.Documents(25, 35));
        index.Delete(["d4", "d50"]);
        SearchOptions all = new() { Hybrid = hybrid ? new WeightedFusion(1) : null };
        (MetadataFilter Filter, Func<Document, bool> Matches)[] cases =
        [
            (MetadataFilter.Equal("language", "de"), document => Holds(document, "language", "de")),
            (MetadataFilter.Equal("draft", true), document => Holds(document, "draft", true)),
            (MetadataFilter.Between("year", 1992, 1995), document => Year(document) is >= 1992 and <= 1995),
            (MetadataFilter.AtMost("year", 1993) | MetadataFilter.AtLeast("year", 2004), document => Year(document) is <= 1993 or >= 2004),
            (MetadataFilter.Equal("language", "en") & MetadataFilter.AtLeast("year", 1999),
                document => Holds(document, "language", "en") && Year(document) >= 1999),
            (!MetadataFilter.Equal("language", "de"), document => !Holds(document, "language", "de")),
            (!(MetadataFilter.AtLeast("year", 1999) | !MetadataFilter.Equal("draft", true)), document => Holds(document, "draft", true) && !(Year(document) >= 1999)),
            (MetadataFilter.Present("year"), document => document.Metadata.ContainsKey("year")),
            (MetadataFilter.Constant(true), _ => true),
            (MetadataFilter.Constant(false), _ => false),
            (MetadataFilter.Equal("mixed", "7"), document => document.Id == "d7"),
            (MetadataFilter.Equal("mixed", 8), document => document.Id == "d8"),
            (MetadataFilter.Equal("mixed", 7) | MetadataFilter.Equal("Language", "de"), _ => false),
        ];
        foreach ((MetadataFilter filter, Func<Document, bool> matches) in cases)
        {
            foreach (SearchQuery query in Queries)
            {
                string[] expected =
                [
                    .. index.Search(query.Text, Count, all).Where(hit => matches(index.Find(hit.Id)!)).Select(hit => hit.Id),
                ];
                string[] found = [.. index.Search(query.Text, Count, all with { Filter = filter }).Select(hit => hit.Id)];
                // Ranks of a fusion are among the documents that may be found: their order stays only where one ranking has all weight.
                if (hybrid) Assert.That(found, Is.EquivalentTo(expected));
                else Assert.That(found, Is.EqualTo(expected));
                Assert.That(index.Search(query.Text, 2, all with { Filter = filter }).Count, Is.EqualTo(Math.Min(2, expected.Length)));
            }
        }

        static bool Holds(Document document, string field, MetadataValue value) =>
            document.Metadata.TryGetValue(field, out MetadataValue found) && found == value;
        static double? Year(Document document) => document.Metadata.TryGetValue("year", out MetadataValue year) ? year.AsNumber() : null;
    }

    [Test]
    public void Candidates_alone_are_ranked_and_a_document_of_ones_own_is_left_out()
    {
        using TemporaryFolder folder = new();
        using SearchIndex index = SearchIndex.Create(folder.Path("index"), SmallIndex.Model(quantum: true));
        index.Add(SmallIndex.Documents(0, Count));
        index.Delete(["d9"]);
        string text = SmallIndex.Text(5);
        SearchHit[] all = [.. index.Search(text, Count)];

        IReadOnlyList<IReadOnlyList<SearchHit>> found = index.SearchAll(
            [
                new SearchQuery(text),
                new SearchQuery(text) { ExcludedId = "d5" },
                new SearchQuery(text) { Candidates = ["d40", "d5", "nope", "d9", "d17", "d40"] },
                new SearchQuery(text) { Candidates = ["d40", "d5"], ExcludedId = "d40" },
                new SearchQuery(text) { Candidates = [] },
            ],
            4);

        Assert.That(found[0], Is.EqualTo(all[..4]).Using<SearchHit>(Same));
        Assert.That(found[1], Is.EqualTo(all.Where(hit => hit.Id != "d5").Take(4)).Using<SearchHit>(Same));
        Assert.That(found[2], Is.EqualTo(all.Where(hit => hit.Id is "d40" or "d5" or "d17")).Using<SearchHit>(Same));
        Assert.That(found[3].Select(hit => hit.Id), Is.EqualTo(new[] { "d5" }));
        Assert.That(found[4], Is.Empty);
        SearchOptions hybrid = new() { Hybrid = new ReciprocalRankFusion() };
        Assert.That(
            index.SearchAll([new SearchQuery(text) { ExcludedId = "d5", Candidates = ["d5", "d6"] }], 4, hybrid)[0].Select(hit => hit.Id),
            Is.EqualTo(new[] { "d6" }));
    }

    [Test]
    public void What_cannot_be_asked_is_an_argument_error()
    {
        using TemporaryFolder folder = new();
        using SearchIndex index = SearchIndex.Create(folder.Path("index"), SmallIndex.Model(quantum: true));

        Assert.That(() => index.Search("hello", 0), BadArgument.OutOfRange("top", 0));
        Assert.That(() => index.SearchAll([new("a"), null!]), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => index.Search("a", 5, new SearchOptions { Approximate = true, Rescored = 4 }), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new SearchOptions { Rescored = -1 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Bm25Settings { B = double.NaN }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Bm25Settings { K1 = -1 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => (MetadataValue)double.NaN, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => MetadataFilter.Between("year", 2, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Document(" ", "text"), Throws.ArgumentException);
        Assert.That(() => ((MetadataValue)"x").AsNumber(), Throws.InvalidOperationException);
        Assert.That(() => index.Add([new Document("a", "b"), null!]), Throws.InstanceOf<ArgumentException>());
        Assert.That((default(MetadataValue) == "", default(MetadataValue).GetHashCode() == ((MetadataValue)"").GetHashCode()), Is.EqualTo((true, true)));
        Assert.That((index.Count, index.Now.Manifest.NextSegment), Is.EqualTo((0, 1)));
    }

    private static EmbeddingIndex InMemory(SentenceEmbedder model, Document[] documents)
    {
        float[] vectors = new float[documents.Length * model.Dimension];
        model.Embed(Array.ConvertAll(documents, document => document.Text), vectors, new EmbedOptions { Prompt = "world " });
        return new EmbeddingIndex(model.Similarity, model.Dimension, vectors, WorkerPool.Single);
    }

    private static void RequireSame(SearchHit hit, Document document)
    {
        Assert.That(hit.Text, Is.EqualTo(document.Text));
        Assert.That(hit.Metadata, Is.EquivalentTo(document.Metadata));
    }

    private static bool Same(SearchHit left, SearchHit right) => (left.Id, left.Score, left.Text) == (right.Id, right.Score, right.Text);
}
