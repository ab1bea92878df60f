using System.Numerics.Tensors;
using NUnit.Framework;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Oracles;
using QEngine.Workers;

namespace Examples;

/// <summary>docs/library.md, docs/scale.md: indexes, several as one, filters, prompts, many texts.</summary>
[NonParallelizable]
public sealed class LibraryExampleTests
{
    private static readonly Prompts Asymmetric = new([new("query", "read "), new("document", "file ")]);

    [Test]
    public void An_index_is_opened_again_and_changed()
    {
        using ExampleFolder folder = new("models/minilm", RandomModel.Create(quantum: false));
        using (SearchIndex index = SearchIndex.Create("my.index", ModelFolder.Load("models/minilm")))
            index.Add([new("1", "Reads all lines of a file."), new("2", "Computes a hash."), new("3", "Waits for a task.")]);

        Change();

        Assert.That(folder.Printed, Is.EqualTo(new[] { "2 documents, 2 is: Computes a hash of a file." }));
    }

    [Test]
    public async Task Documents_that_come_one_by_one_are_all_added_or_none()
    {
        using ExampleFolder folder = new("models/minilm", RandomModel.Create(quantum: false));
        File.WriteAllLines("texts.txt", ["Reads a file.", "Computes a hash.", "Waits for a task."]);
        using SearchIndex index = SearchIndex.Create("my.index", ModelFolder.Load("models/minilm"));
        LatestProgress progress = new();

        Assert.That(async () => await FillAsync(index, progress, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(index.Count, Is.Zero);
        Assert.That(await FillAsync(index, progress, CancellationToken.None), Is.EqualTo(3));
        Assert.That((index.Count, progress.Completed, index.Find("line 2")?.Text), Is.EqualTo((3L, 3L, "Computes a hash.")));
    }

    [Test]
    public void A_filter_finds_what_is_new_or_pinned_in_English([Values] bool quantum)
    {
        using ExampleFolder folder = new("models/minilm", RandomModel.Create(quantum));
        using SearchIndex index = SearchIndex.Create("my.index", ModelFolder.Load("models/minilm"));

        Filter(index);

        Assert.That(folder.Printed, Is.EquivalentTo(new[] { "new", "pinned" }));
    }

    [Test]
    public void Several_indexes_are_searched_as_one()
    {
        using ExampleFolder folder = new("models/minilm", RandomModel.Create(quantum: true));
        SentenceEmbedder model = ModelFolder.Load("models/minilm");
        foreach (string name in (string[])["a", "b", "c"])
        {
            using SearchIndex index = SearchIndex.Create($"{name}.index", model);
            index.Add([new(name, "Reads a file."), new($"{name}2", "Computes a hash.")]);
        }

        Search();
        using (SearchIndex notes = SearchIndex.Open("b.index"), letters = SearchIndex.Open("c.index")) Union(notes, letters);

        Assert.That(folder.Printed[..5], Is.SubsetOf(new[] { "a", "a2", "b", "b2", "c", "c2" }).And.Unique);
        Assert.That(folder.Printed[5..], Is.EquivalentTo(new[] { "b", "b2", "c", "c2" }));
    }

    [Test]
    public void A_query_and_a_document_have_their_own_prompts()
    {
        using ExampleFolder folder = new("models/arctic", RandomModel.Create(quantum: false, Asymmetric));

        (float[] query, float[] document, float cosine) = Compare();

        SentenceEmbedder plain = RandomModel.Create(quantum: false);
        Assert.That(query, Is.EqualTo(plain.Embed("read read a text file")));
        Assert.That(document, Is.EqualTo(plain.Embed("file Reads all lines of a file.")));
        Assert.That(cosine, Is.EqualTo(SimilarityOracle.Cosine<float>(query, document)).Within(1e-6));
    }

    [Test]
    public void Rows_of_many_texts_are_the_vectors_of_each([Values] bool quantum)
    {
        SentenceEmbedder plain = RandomModel.Create(quantum);
        using ExampleFolder folder = new("models/arctic", RandomModel.Create(quantum, Asymmetric));
        string[] lines = ["Reads a file.", "Computes a hash.", "Waits for a task.", "", "All lines of a text."];
        File.WriteAllLines("texts.txt", lines);

        (float[] embeddings, Hit[] hits) = EmbedAll();

        Assert.That(embeddings, Is.EqualTo(lines.SelectMany(line => plain.Embed("file " + line))));
        float[] query = plain.Embed("read read a text file");
        IEnumerable<int> nearest = Enumerable.Range(0, lines.Length)
            .OrderByDescending(i => SimilarityOracle.Score(plain.Similarity, query, plain.Embed("file " + lines[i])));
        Assert.That(hits.Select(hit => hit.Index), Is.EqualTo(nearest.Take(3)));
    }

    [Test]
    public void The_number_of_threads_does_not_change_a_bit([Values] bool quantum)
    {
        using ExampleFolder folder = new("models/minilm", RandomModel.Create(quantum));

        Assert.That(EmbedOnFourThreads(), Is.EqualTo(ModelFolder.Load("models/minilm").Embed("read a text file")));
    }

    private static void Search()
    {
        using IndexUnion union = IndexUnion.Open(["a.index", "b.index", "c.index"]);
        foreach (SearchHit hit in union.Search("what is a qubit", top: 5)) Console.WriteLine(hit.Id);
    }

    private static void Union(SearchIndex notes, SearchIndex letters)
    {
        using IndexUnion union = SearchIndex.Union([notes, letters]);
        foreach (SearchHit hit in union.Search("read a file", top: 5)) Console.WriteLine(hit.Id);
    }

    private static void Change()
    {
        using SearchIndex index = SearchIndex.Open("my.index");
        index.Add([new("2", "Computes a hash of a file.")], new AddOptions { Replace = true });
        index.Delete(["3"]);
        Console.WriteLine($"{index.Count} documents, 2 is: {index.Find("2")?.Text}");
    }

    private static async Task<int> FillAsync(SearchIndex index, IProgress<EmbeddingProgress> progress, CancellationToken cancellationToken)
    {
        async IAsyncEnumerable<Document> ReadAsync(string path)
        {
            int number = 0;
            await foreach (string line in File.ReadLinesAsync(path, cancellationToken))
                yield return new Document($"line {++number}", line);
        }

        AddOptions options = new() { Progress = progress };   // told how many documents are embedded, from any thread
        int added = await index.AddAsync(ReadAsync("texts.txt"), options, cancellationToken);
        return added;
    }

    private static void Filter(SearchIndex index)
    {
        static Document Note(string id, string text, string language, int year, bool pinned) => new(id, text)
        {
            Metadata = new Dictionary<string, MetadataValue> { ["language"] = language, ["year"] = year, ["pinned"] = pinned },
        };

        index.Add([
            Note("new", "Reads a file.", "en", 2024, pinned: false),
            Note("old", "Reads all lines.", "en", 2009, pinned: false),
            Note("pinned", "Computes a hash.", "en", 2009, pinned: true),
            Note("other", "Liest eine Datei.", "de", 2024, pinned: true)]);
        MetadataFilter wanted = MetadataFilter.Equal("language", "en")
            & (MetadataFilter.AtLeast("year", 2020) | MetadataFilter.Equal("pinned", true));
        foreach (SearchHit hit in index.Search("read a file", top: 5, new SearchOptions { Filter = wanted }))
            Console.WriteLine(hit.Id);   // new and pinned, the nearer one first
    }

    private static (float[] Query, float[] Document, float Cosine) Compare()
    {
        SentenceEmbedder model = ModelFolder.Load("models/arctic");
        float[] query = model.Embed("read a text file", model.Prompts.Query);
        float[] document = model.Embed("Reads all lines of a file.", model.Prompts.Document);
        float cosine = TensorPrimitives.CosineSimilarity<float>(query, document);
        return (query, document, cosine);
    }

    private static (float[] Embeddings, Hit[] Hits) EmbedAll()
    {
        SentenceEmbedder model = ModelFolder.Load("models/arctic");
        string[] texts = File.ReadAllLines("texts.txt");
        float[] embeddings = new float[texts.Length * model.Dimension];   // a row for each text, in their order
        model.Embed(texts, embeddings, new EmbedOptions { Prompt = model.Prompts.Document });

        EmbeddingIndex vectors = new(model.Similarity, model.Dimension, embeddings, model.Workers);
        Hit[] hits = new Hit[3];
        int found = vectors.Search(model.Embed("read a text file", model.Prompts.Query), k: 3, hits);
        foreach ((int row, float score) in hits.AsSpan(0, found))
            Console.WriteLine($"{score:F3}  {texts[row]}");
        return (embeddings, hits);
    }

    private static float[] EmbedOnFourThreads()
    {
        using WorkerPool workers = new(threads: 4);   // or WorkerPool.Shared, or WorkerPool.Single
        SentenceEmbedder model = ModelFolder.Load("models/minilm", workers);
        float[] vector = model.Embed("read a text file");   // the same bits with any of them
        return vector;
    }

    private sealed class LatestProgress : IProgress<EmbeddingProgress>
    {
        private readonly Lock _lock = new();

        public long Completed { get; private set; }

        public void Report(EmbeddingProgress value)
        {
            lock (_lock) Completed = Math.Max(Completed, value.Completed);
        }
    }
}
