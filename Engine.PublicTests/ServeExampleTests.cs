using System.ClientModel;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using OpenAI;
using QEngine.Models;
using QEngine.Tests.Support;

namespace Examples;

/// <summary>docs/serve.md: the client of OpenAI's API, of a server that runs as a program of its own.</summary>
[NonParallelizable]
public sealed class ServeExampleTests
{
    private static readonly string[] Texts = ["read a file", "a task waits", ""];

    [Test]
    public async Task The_client_of_OpenAI_gets_the_embeddings_of_the_library()
    {
        SentenceEmbedder embedder = RandomModel.Create(quantum: false);
        using ExampleFolder folder = new("models/minilm", embedder);
        using Process server = Start("models/minilm");
        try
        {
            Uri address = new(Told(server).GetProperty("address").GetString()!);

            OpenAIClientOptions options = new() { Endpoint = new Uri(address, "v1") };   // of new Uri("http://127.0.0.1:8080")
            OpenAIClient client = new(new ApiKeyCredential("none"), options);
            using IEmbeddingGenerator<string, Embedding<float>> generator = client.GetEmbeddingClient("minilm").AsIEmbeddingGenerator();
            Embedding<float> embedding = await generator.GenerateAsync("read a file");
            Console.WriteLine($"{embedding.Vector.Length} numbers");

            Assert.That(folder.Printed, Is.EqualTo(new[] { "16 numbers" }));
            Assert.That(embedding.Vector.ToArray(), Is.EqualTo(embedder.Embed("read a file")));
            await Many(generator, embedder);
            Assert.That(
                async () => await client.GetEmbeddingClient("another").AsIEmbeddingGenerator().GenerateAsync("a"),
                Throws.TypeOf<ClientResultException>().With.Message.Contains("expected the model 'minilm', found 'another'"));
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    private static async Task Many(IEmbeddingGenerator<string, Embedding<float>> generator, SentenceEmbedder embedder)
    {
        GeneratedEmbeddings<Embedding<float>> whole = await generator.GenerateAsync(Texts);
        GeneratedEmbeddings<Embedding<float>> cut = await generator.GenerateAsync(Texts, new EmbeddingGenerationOptions { Dimensions = 4 });

        for (int i = 0; i < Texts.Length; i++)
        {
            float[] expected = embedder.Embed(Texts[i]);
            Assert.That(whole[i].Vector.ToArray(), Is.EqualTo(expected));
            Assert.That(cut[i].Vector.ToArray(), Is.EqualTo(expected[..4]));
        }
        // Three words, three words and none, each with [CLS] and [SEP].
        Assert.That(whole.Usage!.InputTokenCount, Is.EqualTo(12));
    }

    private static Process Start(string model)
    {
        string configuration = typeof(ServeExampleTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string program = Path.Combine(Repository.Root(), "Tools", "bin", configuration, "net10.0", "qengine.dll");
        string runtime = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return Process.Start(new ProcessStartInfo(runtime, ["exec", program, "serve", "--model", model, "--port", "0", "--json"]) { RedirectStandardOutput = true })!;
    }

    private static JsonElement Told(Process server) => JsonDocument.Parse(server.StandardOutput.ReadLine()!).RootElement;
}
