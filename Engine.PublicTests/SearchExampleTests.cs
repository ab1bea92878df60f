using System.Globalization;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace Examples;

/// <summary>README.md: a model folder is loaded, texts are embedded and searched.</summary>
[NonParallelizable]
public sealed class SearchExampleTests
{
    [Test]
    public void The_two_nearest_texts_are_printed_with_their_scores([Values] bool quantum)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.Path("qengine-demo"));
        SentenceEmbedder saved = RandomModel.Create(quantum);
        ModelFolder.Save(saved, folder.Path("qengine-demo/model"));

        string[] printed = Printed(Search, folder.Path(""));

        string[] texts = ["Reads all lines of a file.", "Computes a hash.", "Waits for a task."];
        IEnumerable<string> expected = texts
            .Select(text => (Score: SimilarityOracle.Score(saved.Similarity, saved.Embed("read a text file"), saved.Embed(text)), Text: text))
            .OrderByDescending(pair => pair.Score)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Score:F3}  {pair.Text}"));
        Assert.That(printed, Is.EqualTo(expected.Take(2)));
    }

    private static void Search()
    {
        SentenceEmbedder embedder = ModelFolder.Load("qengine-demo/model");
        string[] texts = ["Reads all lines of a file.", "Computes a hash.", "Waits for a task."];
        float[] vectors = new float[texts.Length * embedder.Dimension];
        embedder.Embed(texts, vectors);

        EmbeddingIndex index = new(embedder.Similarity, embedder.Dimension, vectors, embedder.Workers);
        Hit[] hits = new Hit[2];
        int found = index.Search(embedder.Embed("read a text file"), hits.Length, hits);
        foreach (Hit hit in hits.AsSpan(0, found))
            Console.WriteLine($"{hit.Score:F3}  {texts[hit.Index]}");   // cosine; of a quantum model ln F
    }

    private static string[] Printed(Action example, string folder)
    {
        string before = Environment.CurrentDirectory;
        TextWriter console = Console.Out;
        using StringWriter output = new();
        try
        {
            Environment.CurrentDirectory = folder;
            Console.SetOut(output);
            example();
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = before;
        }
        return output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
