using NUnit.Framework;
using QEngine.Collections;
using QEngine.Hosting;
using QEngine.Models;
using QEngine.Tests.Models;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Hosting;

/// <summary>Indexes of one model in a store share it.</summary>
public sealed class SharedModelTests
{
    private static readonly HeadConfiguration Head = SmallModel.Heads[1], OtherHead = SmallModel.Heads[5];

    [Test]
    public void Indexes_of_the_stores_own_model_take_it()
    {
        using TemporaryFolder folder = Filled(Head, "a", "b");
        SentenceEmbedder embedder = SmallModel.Create(Head, WorkerPool.Single);
        using OpenIndexes indexes = new(folder.Path("store"), embedder, null, WorkerPool.Single);

        Assert.That(indexes.Open("a").Embedder, Is.SameAs(embedder));
        Assert.That(indexes.Open("b").Embedder, Is.SameAs(embedder));
        Assert.That(indexes.Open("a").Search("a b c", 1)[0].Id, Is.EqualTo("a b c"));
    }

    [Test]
    public void Indexes_of_another_model_load_it_once()
    {
        using TemporaryFolder folder = Filled(Head, "a", "b");
        Fill(folder, OtherHead, "c");
        SentenceEmbedder embedder = SmallModel.Create(OtherHead, WorkerPool.Single);
        using OpenIndexes indexes = new(folder.Path("store"), embedder, null, WorkerPool.Single);

        EmbeddingModel<float> model = indexes.Open("b").Embedder!.Model;
        Assert.That(model, Is.Not.SameAs(embedder.Model));
        Assert.That(indexes.Open("a").Embedder!.Model, Is.SameAs(model));
        Assert.That(indexes.Open("c").Embedder!.Model, Is.SameAs(embedder.Model));

        // Whoever goes first leaves the model to the others.
        indexes.Delete("b");
        Assert.That(indexes.Open("a").Search("unaffable", 1)[0].Id, Is.EqualTo("unaffable"));
        indexes.Delete("a");
        Assert.That(indexes.Names(), Is.EqualTo(new[] { "c" }));
        SearchIndex left = indexes.Open("c");
        indexes.Dispose();
        Assert.Throws<ObjectDisposedException>(() => left.Search("hello"));
        Assert.That(embedder.Embed("hello"), Is.EqualTo(SmallModel.Create(OtherHead).Embed("hello")));
    }

    [Test]
    public void The_prompts_are_those_of_the_index()
    {
        using TemporaryFolder folder = Filled(Head, "a");
        string file = Path.Combine(folder.Path("store"), "a", "model", "config_sentence_transformers.json");
        File.WriteAllText(file, """{"prompts": {"query": "hello "}}""");
        SentenceEmbedder embedder = SmallModel.Create(Head, WorkerPool.Single);
        using OpenIndexes indexes = new(folder.Path("store"), embedder, null, WorkerPool.Single);

        SentenceEmbedder found = indexes.Open("a").Embedder!;

        Assert.That(found.Prompts.Query, Is.EqualTo("hello "));
        Assert.That(embedder.Prompts.Query, Is.Empty);
        Assert.That(found.Model, Is.SameAs(embedder.Model));
        Assert.That(found.Embed("world", found.Prompts.Query), Is.EqualTo(embedder.Embed("hello world")));
    }

    [Test]
    public void An_index_whose_model_is_gone_is_refused_all_the_same()
    {
        using TemporaryFolder folder = Filled(Head, "a");
        Directory.Delete(Path.Combine(folder.Path("store"), "a", "model"), recursive: true);
        using OpenIndexes indexes = new(folder.Path("store"), SmallModel.Create(Head, WorkerPool.Single), null, WorkerPool.Single);

        ModelFiles.Refused(() => indexes.Open("a"), "model");
    }

    private static TemporaryFolder Filled(HeadConfiguration head, params string[] names)
    {
        TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.Path("store"));
        Fill(folder, head, names);
        return folder;
    }

    private static void Fill(TemporaryFolder folder, HeadConfiguration head, params string[] names)
    {
        foreach (string name in names)
        {
            using SearchIndex index = SearchIndex.Create(Path.Combine(folder.Path("store"), name), SmallModel.Create(head), null, WorkerPool.Single);
            index.Add(new[] { "hello world", "a b c", "unaffable" }.Select(text => new Document(text, text)));
        }
    }
}
