using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Tools.Commands;

namespace QEngine.Tests.Tools.Serving;

/// <summary><c>qengine serve</c> as a process: its line, its signals, and what it refuses.</summary>
public sealed class ServeCommandTests : CommandFixture
{
    [Test]
    public async Task It_tells_its_address_answers_and_ends_on_a_signal([Values("INT", "TERM")] string signal)
    {
        using Process process = ShellProgram.Start("serve", "--model", Linear, "--port", "0");
        string line = (await process.StandardError.ReadLineAsync())!;
        Assert.That(line, Does.Match("^serving linear at http://127\\.0\\.0\\.1:[0-9]+$"));
        using HttpClient client = new() { BaseAddress = new Uri(line.Split(' ')[^1]) };

        Assert.That(await client.GetStringAsync("/healthz"), Is.EqualTo("ok\n"));
        int code = ShellProgram.Ends(process, signal, times: 2);

        Assert.That(code, Is.EqualTo(signal == "INT" ? 130 : 143));
        Assert.That(await process.StandardError.ReadToEndAsync(), Is.EqualTo("qengine: interrupted\n"));
        Assert.That(await process.StandardOutput.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task A_signal_amid_requests_loses_none_that_was_taken()
    {
        using Process process = ShellProgram.Start("serve", "--model", Quantum, "--port", "0", "--json", "--quiet");
        JsonElement told = JsonDocument.Parse((await process.StandardOutput.ReadLineAsync())!).RootElement;
        Assert.That(told.GetProperty("model").GetString(), Is.EqualTo("quantum"));
        Assert.That(told.GetProperty("dimension").GetInt32(), Is.EqualTo(6));
        using HttpClient client = new() { BaseAddress = new Uri(told.GetProperty("address").GetString()!) };
        float[] expected = Embed(Quantum, EmbeddingFormat.Default, "red cars");
        int answered = 0;
        // Every client asks until the server takes no more; what has begun to be answered is answered whole and right.
        Task[] clients = [.. Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                using HttpContent body = new StringContent("""{"input": "red cars"}""", null, "application/json");
                HttpResponseMessage response;
                try
                {
                    response = await client.PostAsync("/v1/embeddings", body);
                }
                catch (HttpRequestException)
                {
                    return;
                }
                if ((int)response.StatusCode == 503) return;
                Assert.That(new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers).Embeddings(), Is.EqualTo(expected));
                Interlocked.Increment(ref answered);
            }
        }))];
        while (Volatile.Read(ref answered) < 500) await Task.Delay(5);

        int code = ShellProgram.Ends(process, "TERM");
        await Task.WhenAll(clients);

        Assert.That(code, Is.EqualTo(143));
        Assert.That(await process.StandardError.ReadToEndAsync(), Is.EqualTo("qengine: interrupted\n"));
    }

    [TestCase("expected --model, --index or both, found neither", 2)]
    [TestCase("expected --api-key, or QENGINE_API_KEY in the environment, to listen at 0.0.0.0", 2, "--model", "MODEL", "--host", "0.0.0.0")]
    [TestCase("to listen at ::", 2, "--model", "MODEL", "--host", "::")]
    [TestCase("to listen at 10.1.2.3", 2, "--model", "MODEL", "--host", "10.1.2.3")]
    [TestCase("expected --host an IP address", 2, "--model", "MODEL", "--host", "example.org")]
    [TestCase("expected --host an IP address", 2, "--model", "MODEL", "--host", "1")]
    [TestCase("expected --port from 0 to 65535, found 65536", 2, "--model", "MODEL", "--port", "65536")]
    [TestCase("without spaces in --api-key", 2, "--model", "MODEL", "--api-key", "a b")]
    [TestCase("found no such folder: nowhere", 1, "--model", "nowhere")]
    [TestCase("expected", 1, "--index", "nowhere")]
    public void What_it_cannot_do_is_told_in_one_line(string message, int code, params string[] arguments) =>
        CommandLine.Run(["serve", .. arguments.Select(argument => argument == "MODEL" ? Linear : argument)]).Failed(code, message);

    [Test]
    public void A_model_goes_with_an_index_of_vectors_alone_that_it_fits()
    {
        CommandLine.Run("embed", "--model", Linear, "--input", Write("texts.txt", "red\ngreen\n"), "--output", In("six.npy")).Succeeded();
        CommandLine.Run("embed", "--model", Plain, "--input", In("texts.txt"), "--output", In("sixteen.npy")).Succeeded();
        CommandLine.Run("index", "--embeddings", In("six.npy"), "--output", In("six")).Succeeded();
        CommandLine.Run("index", "--embeddings", In("sixteen.npy"), "--output", In("sixteen")).Succeeded();
        CommandLine.Run("index", "--model", Linear, "--input", Write("docs.tsv", "1\tred\n"), "--output", In("own")).Succeeded();

        CommandLine.Run("serve", "--index", In("six")).Failed(1, "expected --model with an index of vectors alone");
        CommandLine.Run("serve", "--index", In("own"), "--model", Linear).Failed(1, "found an index with its own model");
        CommandLine.Run("serve", "--index", In("sixteen"), "--model", Linear).Failed(1, "expected a model of 16 numbers compared by cosine", "found 6");
        CommandLine.Run("serve", "--index", In("six"), "--model", Quantum).Failed(1, "compared by cosine", "found 6 compared by fidelity");
    }
}
