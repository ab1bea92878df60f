using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.VectorData;
using NUnit.Framework;
using QEngine.Hosting;

namespace Examples;

/// <summary>docs/library.md: a vector store in an application's services.</summary>
[NonParallelizable]
public sealed class VectorStoreExampleTests
{
    [Test]
    public async Task Notes_are_found_by_what_they_say_and_when_they_were_written()
    {
        using ExampleFolder folder = new("models/minilm", RandomModel.Create(quantum: false, width: 384));
        ServiceCollection services = new();
        services.AddSingleton<Notebook>();

        Register(services);

        await using ServiceProvider provider = services.BuildServiceProvider();
        Notebook notebook = provider.GetRequiredService<Notebook>();
        await notebook.AddAsync([
            new Note { Key = "old", Text = "reads a file", Year = 2009 },
            new Note { Key = "new", Text = "computes a hash", Year = 2024 },
            new Note { Key = "newer", Text = "reads all lines of a file", Year = 2025 }]);
        List<string> found = [];
        await foreach (string text in notebook.FindAsync("reads all lines of a file")) found.Add(text);
        Assert.That(found, Is.EqualTo(new[] { "reads all lines of a file", "computes a hash" }));
    }

    private static void Register(IServiceCollection services)
    {
        services.AddQEngineEmbeddings("models/minilm").AddQEngineVectorStore("my.store");
    }
}

public sealed class Note
{
    [VectorStoreKey]
    public string Key { get; set; } = "";

    [VectorStoreData(IsFullTextIndexed = true)]
    public string Text { get; set; } = "";

    [VectorStoreData]
    public int Year { get; set; }

    [VectorStoreVector(384)]
    public string Embedding => Text;   // the model embeds it
}

public sealed class Notebook(VectorStore store)
{
    private readonly VectorStoreCollection<string, Note> _notes = store.GetCollection<string, Note>("notes");

    public async Task AddAsync(IEnumerable<Note> notes)
    {
        await _notes.EnsureCollectionExistsAsync();
        await _notes.UpsertAsync(notes);   // one batch, all or nothing
    }

    public async IAsyncEnumerable<string> FindAsync(string text)
    {
        VectorSearchOptions<Note> recent = new() { Filter = note => note.Year >= 2020 };
        await foreach (VectorSearchResult<Note> hit in _notes.SearchAsync(text, top: 5, recent)) yield return hit.Record.Text;
    }
}
