using System.Globalization;
using Microsoft.Extensions.VectorData;
using NUnit.Framework;
using QEngine.Collections;
using QEngine.Hosting;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace Examples;

/// <summary>README.md, docs/library.md, docs/search.md: a model folder is loaded, texts are embedded and searched.</summary>
[NonParallelizable]
public sealed class SearchExampleTests
{
    [Test]
    public void The_two_nearest_texts_are_printed_with_their_scores([Values] bool quantum)
    {
        SentenceEmbedder saved = RandomModel.Create(quantum);
        using ExampleFolder folder = new("models/minilm", saved);

        Search();

        string[] texts = ["Reads all lines of a file.", "Computes a hash.", "Waits for a task."];
        IEnumerable<string> expected = texts
            .Select(text => (Score: SimilarityOracle.Score(saved.Similarity, saved.Embed("read a text file"), saved.Embed(text)), Text: text))
            .OrderByDescending(pair => pair.Score)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Score:F3}  {pair.Text}"));
        Assert.That(folder.Printed, Is.EqualTo(expected.Take(2)));
    }

    [Test]
    public void A_filter_and_a_fusion_find_what_matches([Values] bool quantum)
    {
        using TemporaryFolder folder = new();
        using SearchIndex index = SearchIndex.Create(folder.Path("index"), RandomModel.Create(quantum));
        index.Add([new("1", "Reads a file."), new("2", "Waits for a task.") { Metadata = new Dictionary<string, MetadataValue> { ["year"] = 1999 } }]);

        IReadOnlyList<SearchHit> hits = Filtered(index);

        Assert.That(hits.Select(hit => (hit.Id, hit.Metadata["year"].AsNumber())), Is.EqualTo(new[] { ("7", 2024.0) }));
    }

    [Test]
    public async Task A_collection_of_a_vector_store_finds_what_its_filter_lets_through([Values] bool quantum)
    {
        SentenceEmbedder model = RandomModel.Create(quantum);
        using ExampleFolder folder = new("models/minilm", model);

        await Store(model);

        Assert.That(folder.Printed, Has.Length.EqualTo(1).And.One.EndsWith("  Reads a hash of a file."));
        Assert.That(Directory.Exists("my.store/notes"), Is.True);
    }

    private static async Task Store(SentenceEmbedder model)
    {
        using QEngineVectorStore store = new("my.store", model);
        VectorStoreCollectionDefinition definition = new()
        {
            Properties =
            [
                new VectorStoreKeyProperty("Id", typeof(string)),
                new VectorStoreDataProperty("Text", typeof(string)) { IsFullTextIndexed = true },
                new VectorStoreDataProperty("Year", typeof(int)),
                new VectorStoreVectorProperty("Vector", typeof(string), model.Dimension),
            ],
        };
        using var notes = store.GetDynamicCollection("notes", definition);
        await notes.EnsureCollectionExistsAsync();
        await notes.UpsertAsync(new Dictionary<string, object?> { ["Id"] = "7", ["Text"] = "Reads a hash of a file.", ["Year"] = 2024 });
        await foreach (var found in notes.SearchAsync("hash of a file", top: 5, new() { Filter = note => (int)note["Year"]! >= 2020 }))
            Console.WriteLine($"{found.Score:F3}  {found.Record["Text"]}");
    }

    private static void Search()
    {
        using SearchIndex index = SearchIndex.Create("my.index", ModelFolder.Load("models/minilm"));
        index.Add([new("1", "Reads all lines of a file."), new("2", "Computes a hash."), new("3", "Waits for a task.")]);
        foreach (SearchHit hit in index.Search("read a text file", top: 2))
            Console.WriteLine($"{hit.Score:F3}  {hit.Text}");   // a cosine; of a quantum model ln F
    }

    private static IReadOnlyList<SearchHit> Filtered(SearchIndex index)
    {
        Document document = new("7", "Reads a hash of a file.")
        {
            Metadata = new Dictionary<string, MetadataValue> { ["year"] = 2024, ["draft"] = false, ["language"] = "en" },
        };
        index.Add([document], new AddOptions { Replace = true });
        MetadataFilter recent = MetadataFilter.AtLeast("year", 2020) & MetadataFilter.Equal("draft", false);
        SearchOptions options = new() { Filter = recent, Hybrid = new ReciprocalRankFusion() };
        IReadOnlyList<SearchHit> hits = index.Search("hash of a file", top: 5, options);
        return hits;
    }
}
