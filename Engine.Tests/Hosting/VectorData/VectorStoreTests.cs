using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;
using NUnit.Framework;
using QEngine.Collections;
using QEngine.Hosting;
using QEngine.Models;
using QEngine.Tests.Collections;
using QEngine.Tests.Support;

namespace QEngine.Tests.Hosting;

/// <summary>Collections of a store, their definitions and dictionaries: the contract of <see cref="VectorStore"/>.</summary>
public sealed class VectorStoreTests
{
    [Test]
    public async Task Collections_are_made_listed_and_deleted()
    {
        using TemporaryFolder folder = new();
        using QEngineVectorStore store = SmallStore.Create(folder.Path("store"));
        Assert.That(await store.ListCollectionNamesAsync().ToList(), Is.Empty);
        Assert.That(await store.CollectionExistsAsync("b"), Is.False);
        await store.EnsureCollectionDeletedAsync("b");

        foreach (string name in new[] { "b", "a", "c" })
        {
            using VectorStoreCollection<string, Note> notes = store.GetCollection<string, Note>(name);
            Assert.That((notes.Name, await notes.CollectionExistsAsync()), Is.EqualTo((name, false)));
            await notes.EnsureCollectionExistsAsync();
            await notes.UpsertAsync(Note.Of(1));
            await notes.EnsureCollectionExistsAsync();
            Assert.That(await notes.CollectionExistsAsync(), Is.True);
            Assert.That(await notes.GetAsync("n1"), Is.Not.Null, "what is there stays");
        }
        Directory.CreateDirectory(folder.Path("store/other"));
        File.WriteAllText(folder.Path("store/c/mine.txt"), "kept");
        Assert.That(await store.ListCollectionNamesAsync().ToList(), Is.EqualTo(new[] { "a", "b", "c" }));

        await store.EnsureCollectionDeletedAsync("b");
        await store.GetCollection<string, Note>("c").EnsureCollectionDeletedAsync();
        await store.GetCollection<string, Note>("c").EnsureCollectionDeletedAsync();

        Assert.That(await store.ListCollectionNamesAsync().ToList(), Is.EqualTo(new[] { "a" }));
        Assert.That((await store.CollectionExistsAsync("a"), await store.CollectionExistsAsync("b")), Is.EqualTo((true, false)));
        Assert.That(Directory.Exists(folder.Path("store/b")), Is.False);
        Assert.That(Directory.GetFileSystemEntries(folder.Path("store/c")), Is.EqualTo(new[] { folder.Path("store/c/mine.txt") }));
    }

    [Test]
    public async Task Records_are_there_after_the_store_is_opened_again()
    {
        using TemporaryFolder folder = new();
        using (QEngineVectorStore store = SmallStore.Create(folder.Path("store")))
        {
            VectorStoreCollection<string, Note> notes = store.GetCollection<string, Note>("notes");
            await notes.EnsureCollectionExistsAsync();
            await notes.UpsertAsync(Note.Of(5));
        }

        using QEngineVectorStore again = SmallStore.Create(folder.Path("store"), quantum: false);
        Assert.That((await again.GetCollection<string, Note>("notes").GetAsync("n5"))!.Values, Is.EqualTo(Note.Of(5).Values), "the collection has its own model");
        using SearchIndex index = SearchIndex.Open(folder.Path("store/notes"));
        Assert.That(index.Search("hello").Single().Metadata["Year"].AsNumber(), Is.EqualTo(1995));
    }

    [Test]
    public async Task A_missing_collection_is_an_error_of_the_store_with_its_names()
    {
        using TemporaryFolder folder = new();
        using QEngineVectorStore store = SmallStore.Create(folder.Path("store"));
        VectorStoreCollection<string, Note> notes = store.GetCollection<string, Note>("notes");
        (string Operation, Func<Task> Call)[] calls =
        [
            ("Get", () => notes.GetAsync("a")), ("Get", () => notes.GetAsync(["a"]).ToList()), ("Get", () => notes.GetAsync(_ => true, 1).ToList()),
            ("Delete", () => notes.DeleteAsync("a")), ("Delete", () => notes.DeleteAsync(["a"])),
            ("Upsert", () => notes.UpsertAsync(Note.Of(1))), ("Upsert", () => notes.UpsertAsync([Note.Of(1)])),
            ("Search", () => notes.SearchAsync("a", 1).ToList()),
            ("HybridSearch", () => ((IKeywordHybridSearchable<Note>)notes).HybridSearchAsync("a", ["a"], 1).ToList()),
        ];
        foreach ((string operation, Func<Task> call) in calls)
        {
            VectorStoreException failure = (await Assert.ThrowsAsync<VectorStoreException>(() => call()))!;
            Assert.That((failure.VectorStoreSystemName, failure.VectorStoreName, failure.CollectionName, failure.OperationName),
                Is.EqualTo(("qengine", "store", "notes", operation)));
            Assert.That(failure.Message, Does.StartWith("expected a collection, found none"));
        }
        Assert.That(Directory.Exists(folder.Path("store")), Is.False);
    }

    [Test]
    public async Task A_damaged_index_is_an_error_of_the_store()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.Path("store/notes"));
        File.WriteAllText(folder.Path("store/notes/index.json"), "{");
        using QEngineVectorStore store = SmallStore.Create(folder.Path("store"));
        Assert.That(await store.CollectionExistsAsync("notes"), Is.True);
        await Assert.ThrowsAsync<VectorStoreException>(() => store.GetCollection<string, Note>("notes").EnsureCollectionExistsAsync());
        await Assert.ThrowsAsync<VectorStoreException>(() => store.GetCollection<string, Note>("notes").GetAsync("a"));
    }

    [Test]
    public async Task A_value_that_another_program_wrote_fits_its_property_or_is_an_error()
    {
        using TemporaryFolder folder = new();
        (string Field, MetadataValue Value, object? Read)[] cases =
        [
            ("Year", 2024, 2024), ("Year", 3.5, null), ("Year", 3e9, null), ("Year", "2024", null), ("Level", 255, (byte)255), ("Level", -1, null),
            ("Volume", 40_000, null), ("Pages", 1e15, 1_000_000_000_000_000L), ("Pages", 1e17, null), ("Weight", 0.1, 0.1f), ("Weight", 1e300, null),
            ("Price", 0.1, 0.1), ("Draft", true, true), ("Draft", 1, null), ("language", "en", "en"), ("language", false, null),
        ];
        using (SearchIndex index = SearchIndex.Create(folder.Path("store/notes"), SmallStore.Model(quantum: true)))
            index.Add(cases.Select((item, i) => new Document($"{i}", "a") { Metadata = new Dictionary<string, MetadataValue> { [item.Field] = item.Value } }));
        using QEngineVectorStore store = SmallStore.Create(folder.Path("store"));
        VectorStoreCollection<string, Note> notes = store.GetCollection<string, Note>("notes");
        for (int i = 0; i < cases.Length; i++)
        {
            string property = cases[i].Field == "language" ? "Language" : cases[i].Field;
            if (cases[i].Read is { } expected)
                Assert.That(typeof(Note).GetProperty(property)!.GetValue(await notes.GetAsync($"{i}")), Is.EqualTo(expected));
            else
                Assert.That(() => notes.GetAsync($"{i}"), Throws.TypeOf<VectorStoreException>().With.Message.Contains($"document {i}, property {property}"));
        }
    }

    [Test]
    public async Task A_closed_store_is_not_used()
    {
        using TemporaryFolder folder = new();
        QEngineVectorStore store = SmallStore.Create(folder.Path("store"));
        VectorStoreCollection<string, Note> notes = store.GetCollection<string, Note>("notes");
        await notes.EnsureCollectionExistsAsync();
        store.Dispose();
        store.Dispose();
        Assert.That(() => notes.GetAsync("a"), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => store.CollectionExistsAsync("a"), Throws.TypeOf<ObjectDisposedException>());
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("..")]
    [TestCase("a/b")]
    [TestCase("a\\b")]
    [TestCase("/etc")]
    [TestCase("a\n")]
    [TestCase("a.")]
    [TestCase("c:d")]
    public void A_name_that_is_no_folders_is_refused(string name)
    {
        using QEngineVectorStore store = SmallStore.Create("nowhere");
        Assert.That(() => store.GetCollection<string, Note>(name), Throws.ArgumentException);
        Assert.That(() => store.GetDynamicCollection(name, SmallStore.Definition(10)), Throws.ArgumentException);
        Assert.That(() => store.CollectionExistsAsync(name), Throws.ArgumentException);
        Assert.That(() => store.EnsureCollectionDeletedAsync(name), Throws.ArgumentException);
    }

    [Test]
    public void Services_are_metadata_and_the_objects_themselves()
    {
        using QEngineVectorStore store = SmallStore.Create("some/store/");
        VectorStoreCollection<string, Note> notes = store.GetCollection<string, Note>("notes");
        var metadata = (VectorStoreMetadata)store.GetService(typeof(VectorStoreMetadata))!;
        var ofNotes = (VectorStoreCollectionMetadata)notes.GetService(typeof(VectorStoreCollectionMetadata))!;
        Assert.That((metadata.VectorStoreSystemName, metadata.VectorStoreName), Is.EqualTo(("qengine", "store")));
        Assert.That((ofNotes.VectorStoreSystemName, ofNotes.VectorStoreName, ofNotes.CollectionName), Is.EqualTo(("qengine", "store", "notes")));
        Assert.That(store.GetService(typeof(QEngineVectorStore)), Is.SameAs(store));
        Assert.That(store.GetService(typeof(SentenceEmbedder)), Is.InstanceOf<SentenceEmbedder>());
        Assert.That((store.GetService(typeof(string)), store.GetService(typeof(VectorStore), "key")), Is.EqualTo(((object?)null, (object?)null)));
        Assert.That((notes.GetService(typeof(string)), notes.GetService(typeof(IVectorSearchable<Note>), "key")), Is.EqualTo(((object?)null, (object?)null)));
        Assert.That(notes.GetService(typeof(IVectorSearchable<Note>)), Is.SameAs(notes));
        Assert.That(() => store.GetService(null!), Throws.ArgumentNullException);
        Assert.That(() => notes.GetService(null!), Throws.ArgumentNullException);
    }

    [Test]
    public async Task Dictionaries_come_back_as_they_went_in()
    {
        using TemporaryFolder folder = new();
        using QEngineVectorStore store = SmallStore.Create(folder.Path("store"));
        var notes = store.GetDynamicCollection("notes", SmallStore.Definition(SmallStore.Dimension));
        await notes.EnsureCollectionExistsAsync();
        await notes.UpsertAsync(new Dictionary<string, object?> { ["Key"] = "a", ["Body"] = "hello world", ["Year"] = 1999 });
        await notes.UpsertAsync([new Dictionary<string, object?> { ["Key"] = "b", ["Embedding"] = "mask" }]);

        Assert.That(await notes.GetAsync("a"), Is.EquivalentTo(new Dictionary<string, object?> { ["Key"] = "a", ["Body"] = "hello world", ["Year"] = 1999 }));
        Assert.That(await notes.GetAsync("b"), Is.EquivalentTo(new Dictionary<string, object?> { ["Key"] = "b", ["Body"] = "mask", ["Year"] = null }));
        VectorSearchResult<Dictionary<string, object?>> best = (await notes.SearchAsync("hello world", 1).ToList())[0];
        Assert.That(best.Record["Key"], Is.EqualTo("a"));
        Assert.That(best.Score, Is.InRange(0.0, 1.0));
        await notes.DeleteAsync("a");
        Assert.That(await notes.GetAsync("a"), Is.Null);
        (Dictionary<string, object?> Record, string Named)[] wrong =
        [
            (new() { ["Key"] = "a" }, "Embedding"),
            (new() { ["Key"] = 5, ["Body"] = "a" }, "Key"),
            (new() { ["Body"] = "a" }, "Key"),
            (new() { ["Key"] = "a", ["Body"] = "a", ["Year"] = 3L }, "Year"),
            (new() { ["Key"] = "a", ["Body"] = "a", ["Yaer"] = 3 }, "Yaer"),
            (new() { ["Key"] = "a", ["Body"] = "a", ["Embedding"] = "b" }, "Embedding"),
            (new() { ["Key"] = "a", ["Body"] = "a", ["Embedding"] = new ReadOnlyMemory<float>(new float[10]) }, "Embedding"),
        ];
        foreach ((Dictionary<string, object?> record, string named) in wrong)
            Assert.That(() => notes.UpsertAsync(record), Throws.ArgumentException.With.Message.Contains(named));
        Assert.That(() => notes.GetAsync(5), Throws.ArgumentException);
    }

    [Test]
    public void A_definition_that_an_index_cannot_hold_is_refused_by_name()
    {
        using QEngineVectorStore store = SmallStore.Create("nowhere");
        (VectorStoreProperty Property, string Named)[] wrong =
        [
            (new VectorStoreKeyProperty("Key", typeof(Guid)), "Key"),
            (new VectorStoreKeyProperty("Key", typeof(string)) { IsAutoGenerated = true }, "Key"),
            (new VectorStoreDataProperty("Year", typeof(DateTime)), "Year"),
            (new VectorStoreDataProperty("Year", typeof(decimal)), "Year"),
            (new VectorStoreDataProperty("Year", typeof(string[])), "Year"),
            (new VectorStoreDataProperty("Year", typeof(string)) { IsFullTextIndexed = true }, "full text"),
            (new VectorStoreDataProperty("Body", typeof(int)) { IsFullTextIndexed = true }, "Body"),
            (new VectorStoreVectorProperty("Embedding", typeof(ReadOnlyMemory<float>), 10), "Embedding"),
            (new VectorStoreVectorProperty("Embedding", typeof(string), 10) { IndexKind = IndexKind.Hnsw }, "Hnsw"),
            (new VectorStoreVectorProperty("Embedding", typeof(string), 10)
            {
                EmbeddingGenerator = new QEngineEmbeddingGenerator(SmallStore.Model(true), "model"),
            }, "Embedding"),
        ];
        foreach ((VectorStoreProperty property, string named) in wrong)
        {
            VectorStoreCollectionDefinition definition = SmallStore.Definition(10);
            for (int i = 0; i < definition.Properties.Count; i++)
                if (definition.Properties[i].Name == property.Name) definition.Properties[i] = property;
            Assert.That(() => store.GetDynamicCollection("a", definition),
                Throws.InstanceOf<SystemException>().With.Message.Contains(named), $"{property.Name} {property.Type}");
        }
        VectorStoreCollectionDefinition noVector = SmallStore.Definition(10);
        noVector.Properties.RemoveAt(3);
        Assert.That(() => store.GetDynamicCollection("a", noVector), Throws.InstanceOf<SystemException>());
        Assert.That(() => store.GetDynamicCollection("a", null!), Throws.ArgumentNullException);
        Assert.That(() => store.GetCollection<object, Dictionary<string, object?>>("a"), Throws.ArgumentException);
        Assert.That(() => store.GetCollection<int, Note>("a"), Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public async Task The_dimension_and_the_distance_function_are_those_of_the_model([Values] bool quantum)
    {
        using TemporaryFolder folder = new();
        using QEngineVectorStore store = SmallStore.Create(folder.Path("store"), quantum);
        string own = quantum ? QEngineVectorStore.Fidelity : DistanceFunction.CosineSimilarity;
        foreach (string distance in new[] { DistanceFunction.EuclideanDistance, quantum ? DistanceFunction.CosineSimilarity : QEngineVectorStore.Fidelity })
            await Assert.ThrowsAsync<NotSupportedException>(() => store.GetDynamicCollection("a", SmallStore.Definition(10, distance)).EnsureCollectionExistsAsync());
        await Assert.ThrowsAsync<NotSupportedException>(() => store.GetDynamicCollection("a", SmallStore.Definition(9, own)).EnsureCollectionExistsAsync());
        Assert.That(await store.CollectionExistsAsync("a"), Is.False);

        await store.GetDynamicCollection("a", SmallStore.Definition(10, own)).EnsureCollectionExistsAsync();

        await Assert.ThrowsAsync<NotSupportedException>(() => store.GetDynamicCollection("a", SmallStore.Definition(9)).GetAsync("b"));
        Assert.That(await store.GetDynamicCollection("a", SmallStore.Definition(10)).GetAsync("b"), Is.Null);
    }
}
