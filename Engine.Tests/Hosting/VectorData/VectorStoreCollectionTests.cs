using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;
using NUnit.Framework;
using QEngine.Collections;
using QEngine.Hosting;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Collections;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Hosting;

/// <summary>Records in and out of a collection: each clause of the contract of <see cref="VectorStoreCollection{TKey, TRecord}"/>.</summary>
public sealed class VectorStoreCollectionTests
{
    private const int Count = 40;

    private TemporaryFolder _folder = null!;
    private QEngineVectorStore _store = null!;
    private VectorStoreCollection<string, Note> _notes = null!;

    [SetUp]
    public async Task Fill()
    {
        _folder = new TemporaryFolder();
        _store = SmallStore.Create(_folder.Path("store"));
        _notes = _store.GetCollection<string, Note>("notes");
        await _notes.EnsureCollectionExistsAsync();
        await _notes.UpsertAsync(Enumerable.Range(0, Count).Select(Note.Of));
    }

    [TearDown]
    public void Close()
    {
        _notes.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task A_record_comes_back_as_it_went_in()
    {
        for (int i = 0; i < Count; i++) Assert.That((await _notes.GetAsync($"n{i}"))!.Values, Is.EqualTo(Note.Of(i).Values));
        Assert.That(await _notes.GetAsync("nope"), Is.Null);
        Assert.That((await _notes.GetAsync(["n7", "nope", "n3"]).ToList()).Select(note => note.Key), Is.EqualTo(new[] { "n7", "n3" }));
    }

    [Test]
    public async Task A_batch_is_one_segment_and_of_one_key_the_last_counts()
    {
        Note changed = Note.Of(3), other = Note.Of(3), added = Note.Of(100);
        (other.Body, changed.Year) = ("mask", 2525);

        await _notes.UpsertAsync([other, added, changed]);
        await _notes.UpsertAsync(Array.Empty<Note>());

        Assert.That((await _notes.GetAsync("n3"))!.Values, Is.EqualTo(changed.Values));
        Assert.That((await _notes.GetAsync("n100"))!.Values, Is.EqualTo(added.Values));
        Collection stored = Collection.Open(_folder.Path("store/notes"), WorkerPool.Single);
        using (stored) Assert.That((stored.Count, stored.Manifest.Segments.Count), Is.EqualTo((Count + 1, 2)));
    }

    [Test]
    public async Task A_batch_with_a_record_that_cannot_be_kept_changes_nothing()
    {
        Note blank = Note.Of(1), infinite = Note.Of(2), large = Note.Of(3), none = Note.Of(4);
        (blank.Key, infinite.Price, large.Pages, none.Body) = (" ", double.NaN, (1L << 53) + 1, null!);
        foreach ((Note wrong, string property) in new[] { (blank, "Key"), (infinite, "Price"), (large, "Pages"), (none, "Embedding") })
        {
            Assert.That(() => _notes.UpsertAsync([Note.Of(200), wrong]), Throws.ArgumentException.With.Message.Contains($"property {property}"));
            Assert.That(() => _notes.UpsertAsync(wrong), Throws.ArgumentException.With.Message.Contains($"property {property}"));
        }
        Assert.That(() => _notes.UpsertAsync([Note.Of(200), null!]), Throws.ArgumentException);
        Assert.That(() => _notes.UpsertAsync((Note)null!), Throws.ArgumentNullException);
        Assert.That(await _notes.GetAsync("n200"), Is.Null);
        Assert.That((await _notes.GetAsync("n2"))!.Values, Is.EqualTo(Note.Of(2).Values));
    }

    [Test]
    public async Task Deleted_records_are_gone_and_missing_ones_are_ignored()
    {
        await _notes.DeleteAsync("n1");
        await _notes.DeleteAsync("n1");
        await _notes.DeleteAsync(["n2", "nope", "n5"]);

        Assert.That(await _notes.GetAsync(["n1", "n2", "n3", "n5"]).ToList(), Has.Count.EqualTo(1));
        List<VectorSearchResult<Note>> found = await _notes.SearchAsync(SmallIndex.Text(1), Count).ToList();
        Assert.That(found.Select(result => result.Record.Key), Is.EquivalentTo(Enumerable.Range(0, Count).Except([1, 2, 5]).Select(i => $"n{i}")));
    }

    [Test]
    public async Task A_search_finds_what_the_index_finds([Values] bool quantum)
    {
        using QEngineVectorStore store = SmallStore.Create(_folder.Path("other"), quantum);
        using VectorStoreCollection<string, Note> notes = store.GetCollection<string, Note>("notes");
        await notes.EnsureCollectionExistsAsync();
        await notes.UpsertAsync(Enumerable.Range(0, Count).Select(Note.Of));
        SentenceEmbedder model = SmallStore.Model(quantum);
        using SearchIndex index = SearchIndex.Create(_folder.Path("index"), model);
        index.Add(Enumerable.Range(0, Count).Select(i => new Document($"n{i}", Note.Of(i).Body)));
        for (int q = 1000; q < 1008; q++)
        {
            string query = SmallIndex.Text(q);
            (string, double)[] expected = [.. index.Search(query, 12).Select(hit => (hit.Id, quantum ? Math.Exp(hit.Score) : hit.Score))];
            float[] embedding = model.Embed(query, model.Prompts.Query);

            Assert.That(Found(await notes.SearchAsync(query, 12).ToList()), Is.EqualTo(expected));
            Assert.That(Found(await notes.SearchAsync(embedding, 12).ToList()), Is.EqualTo(expected));
            Assert.That(Found(await notes.SearchAsync(new ReadOnlyMemory<float>(embedding), 12).ToList()), Is.EqualTo(expected));
            Assert.That(Found(await notes.SearchAsync(new Embedding<float>(embedding), 12).ToList()), Is.EqualTo(expected));
            Assert.That(Found(await notes.SearchAsync(query, 5, new() { Skip = 4 }).ToList()), Is.EqualTo(expected[4..9]));
            Assert.That(await notes.SearchAsync(query, 5, new() { Skip = int.MaxValue }).ToList(), Is.Empty);
            double least = expected[6].Item2;
            Assert.That(Found(await notes.SearchAsync(query, 12, new() { ScoreThreshold = least }).ToList()),
                Is.EqualTo(expected.Where(found => found.Item2 >= least)));
            Assert.That((await notes.SearchAsync(query, 1).ToList())[0].Record.Values, Is.EqualTo(Note.Of(int.Parse(expected[0].Item1[1..])).Values));
        }
    }

    [Test]
    public async Task A_hybrid_search_ranks_the_keywords_beside_the_text()
    {
        using SearchIndex index = SearchIndex.Create(_folder.Path("index"), SmallStore.Model(quantum: true));
        index.Add(Enumerable.Range(0, Count).Select(i => new Document($"n{i}", Note.Of(i).Body)));
        var hybrid = (IKeywordHybridSearchable<Note>)_notes;
        string query = SmallIndex.Text(1000);
        SearchOptions fusion = new() { Hybrid = new ReciprocalRankFusion() };

        Assert.That(Found(await hybrid.HybridSearchAsync(query, query.Split(' '), 7).ToList()),
            Is.EqualTo(index.Search(query, 7, fusion).Select(hit => (hit.Id, (double)hit.Score))));
        IEnumerable<string> first = (await hybrid.HybridSearchAsync("hello", ["unaffable", "mask"], 7, new() { Skip = 2 }).ToList()).Select(hit => hit.Record.Key);
        Hit[] byVectors = Ranks(index.Search("hello", Count)), byWords = Ranks(Bm25(index, "unaffable mask"));
        Assert.That(first, Is.EqualTo(new ReciprocalRankFusion().Fuse(byVectors, byWords, 9).Skip(2).Select(hit => $"n{hit.Index}")));
        Assert.That(_notes.GetService(typeof(IKeywordHybridSearchable<Note>)), Is.SameAs(_notes));
        Assert.That(async () => await hybrid.HybridSearchAsync("a", ["a"], 3, new() { AdditionalProperty = note => note.Language }).ToList(), Throws.InvalidOperationException);
        Assert.That(() => hybrid.HybridSearchAsync("a", null!, 3), Throws.ArgumentNullException);
        Assert.That(() => hybrid.HybridSearchAsync("a", [null!], 3), Throws.ArgumentException);
    }

    [Test]
    public void What_is_searched_for_is_checked()
    {
        Assert.That(() => _notes.SearchAsync("a", 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => _notes.SearchAsync((string)null!, 1), Throws.ArgumentNullException);
        Assert.That(() => _notes.SearchAsync(5, 1), Throws.TypeOf<NotSupportedException>().With.Message.Contains("System.Int32"));
        Assert.That(() => _notes.SearchAsync("a", 1, new() { IncludeVectors = true }), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => _notes.GetAsync("a", new RecordRetrievalOptions { IncludeVectors = true }), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => _notes.SearchAsync(new float[3], 1).ToList(), Throws.ArgumentException.With.Message.Contains("10 numbers, found 3"));
        Assert.That(() => _notes.SearchAsync(Enumerable.Repeat(float.NaN, 10).ToArray(), 1).ToList(), Throws.ArgumentException);
        Assert.That(() => _notes.SearchAsync("a", 1, new() { VectorProperty = note => note.Body }), Throws.InvalidOperationException);
        Assert.That(() => _notes.GetAsync((string)null!), Throws.ArgumentNullException);
        Assert.That(() => _notes.DeleteAsync(["a", null!]), Throws.ArgumentException);
    }

    [Test]
    public async Task Records_are_ordered_by_properties_and_equal_ones_by_age()
    {
        Note[] all = [.. Enumerable.Range(0, Count).Select(Note.Of)];
        Assert.That(
            await Keys(new() { OrderBy = by => by.Ascending(note => note.Language).Descending(note => note.Year) }),
            Is.EqualTo(all.OrderBy(note => note.Language, StringComparer.Ordinal).ThenByDescending(note => note.Year).Select(note => note.Key)));
        Assert.That(
            await Keys(new() { OrderBy = by => by.Descending(note => note.Key), Skip = 3 }),
            Is.EqualTo(all.OrderByDescending(note => note.Key, StringComparer.Ordinal).Skip(3).Select(note => note.Key)));
        Assert.That(await Keys(new() { Skip = Count + 1 }), Is.Empty);
        Assert.That((await _notes.GetAsync(note => note.Year > 1995, 3, new() { Skip = 1 }).ToList()).Select(note => note.Key),
            Is.EqualTo(all.Where(note => note.Year > 1995).Skip(1).Take(3).Select(note => note.Key)));

        async Task<IEnumerable<string>> Keys(FilteredRecordRetrievalOptions<Note> options) =>
            (await _notes.GetAsync(_ => true, Count, options).ToList()).Select(note => note.Key);
    }

    [Test]
    public async Task A_cancelled_call_stops_and_changes_nothing()
    {
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        Assert.That(() => _notes.UpsertAsync(Note.Of(300), cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => _notes.SearchAsync("a", 1, cancellationToken: cancelled.Token).ToList(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await _notes.GetAsync("n300"), Is.Null);
    }

    [Test]
    public async Task Many_callers_at_a_time_find_and_change_as_one_after_another()
    {
        await Task.WhenAll(Enumerable.Range(0, 24).Select(async i =>
        {
            await _notes.UpsertAsync(Note.Of(500 + i));
            Assert.That((await _notes.GetAsync($"n{500 + i}"))!.Values, Is.EqualTo(Note.Of(500 + i).Values));
            Assert.That(await _notes.SearchAsync("hello", Count).ToList(), Has.Count.EqualTo(Count));
            if (i % 2 == 0) await _notes.DeleteAsync($"n{500 + i}");
        }));
        Assert.That(await _notes.GetAsync(_ => true, 1000).ToList(), Has.Count.EqualTo(Count + 12));
    }

    private static IEnumerable<(string, double)> Found(IEnumerable<VectorSearchResult<Note>> results) =>
        results.Select(result => (result.Record.Key, result.Score!.Value));

    private static Hit[] Ranks(IEnumerable<SearchHit> hits) => [.. hits.Select(hit => new Hit(int.Parse(hit.Id[1..]), hit.Score))];

    private static IEnumerable<SearchHit> Bm25(SearchIndex index, string words)
    {
        string[] texts = [.. Enumerable.Range(0, Count).Select(i => index.Find($"n{i}")!.Text)];
        return Bm25Index.Build(texts).CreateSearcher().Search(words, Count).ToArray().Select(hit => new SearchHit($"n{hit.Index}", hit.Score));
    }
}
