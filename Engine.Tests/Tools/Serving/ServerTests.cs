using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Serving;

namespace QEngine.Tests.Tools.Serving;

/// <summary>Whom a server answers, how much it takes, what it says of itself, and how it ends.</summary>
public sealed class ServerTests : CommandFixture
{
    private const string One = """{"input": "red cars"}""";

    [Test]
    public async Task It_lives_and_names_its_model()
    {
        await using TestServer server = TestServer.Start(Quantum);

        Reply health = await server.Get("/healthz"), models = await server.Get("/v1/models");

        Assert.That((health.Status, health.Body), Is.EqualTo((HttpStatusCode.OK, "ok\n")));
        JsonElement model = models.Json.GetProperty("data").EnumerateArray().Single();
        Assert.That(model.GetProperty("id").GetString(), Is.EqualTo("quantum"));
        Assert.That(model.GetProperty("dimensions").GetInt32(), Is.EqualTo(6));
        Assert.That(model.GetProperty("similarity").GetString(), Is.EqualTo("fidelity"));
    }

    [TestCase("GET", "/v1/nothing", 404, "found /v1/nothing")]
    [TestCase("GET", "/v1/embeddings", 405, "found GET")]
    [TestCase("DELETE", "/healthz", 405, "found DELETE")]
    [TestCase("GET", "/v1/search?q=red", 404, "--index")]
    public async Task Unknown_addresses_and_methods_are_errors_of_the_same_shape(string method, string path, int status, string message)
    {
        await using TestServer server = TestServer.Start(Linear);

        Reply reply = await server.Send(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.That((int)reply.Status, Is.EqualTo(status));
        Assert.That(reply.Error.GetProperty("message").GetString(), Does.Contain(message));
    }

    [Test]
    public async Task A_body_that_is_too_large_or_of_another_type_is_refused()
    {
        await using TestServer server = TestServer.Start(Linear, options: new ServerOptions { MaxBody = 1000 });

        Reply large = await server.Post("/v1/embeddings", $$"""{"input": "{{new string('a', 1000)}}"}"""), fits = await server.Post("/v1/embeddings", $$"""{"input": "{{new string('a', 900)}}"}""");
        Reply form = await server.Post("/v1/embeddings", One, "text/plain");

        Assert.That(large.Status, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(large.Error.GetProperty("message").GetString(), Does.Contain("--max-body"));
        Assert.That(fits.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(form.Status, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
    }

    [Test]
    public async Task A_full_queue_is_told_with_429_and_loses_nobody_else()
    {
        await using TestServer server = TestServer.Start(Plain, options: new ServerOptions { MaxQueue = 1 });
        string body = JsonSerializer.Serialize(new { input = Enumerable.Repeat("red cars fast tree", 128) });
        List<Reply> busy = [];
        for (int round = 0; round < 20 && busy.Count == 0; round++)
        {
            Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => server.Post("/v1/embeddings", body)));
            busy.AddRange(replies.Where(reply => reply.Status == HttpStatusCode.TooManyRequests));
            Assert.That(replies.Except(busy).Select(reply => reply.Status), Is.All.EqualTo(HttpStatusCode.OK));
        }

        Assert.That(busy, Is.Not.Empty);
        Assert.That(busy[0].Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(busy[0].Error.GetProperty("code").GetString(), Is.EqualTo("rate_limit_exceeded"));
        Assert.That((await server.Post("/v1/embeddings", One)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase(null, 401)]
    [TestCase("Bearer", 401)]
    [TestCase("Bearer ", 401)]
    [TestCase("Bearer secre", 401)]
    [TestCase("Bearer secrets", 401)]
    [TestCase("Basic secret", 401)]
    [TestCase("Bearer secret", 200)]
    [TestCase("bearer secret", 200)]
    public async Task A_key_is_wanted_everywhere_but_for_health_and_page(string? header, int status)
    {
        await using TestServer server = TestServer.Start(Linear, options: new ServerOptions { ApiKey = "secret" });

        foreach (string path in (string[])["/v1/models", "/metrics", "/V1/models", "/v1/models/"])
        {
            HttpRequestMessage request = new(HttpMethod.Get, path);
            if (header is not null) request.Headers.TryAddWithoutValidation("Authorization", header);
            Reply reply = await server.Send(request);
            Assert.That((int)reply.Status, Is.EqualTo(status), path);
            if (status == 401) Assert.That((reply.Error.GetProperty("code").GetString(), reply.Headers.WwwAuthenticate.ToString()), Is.EqualTo(("invalid_api_key", "Bearer")));
        }
        Assert.That((await server.Get("/healthz")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await server.Get("/")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("Host", "localhost:1", 200)]
    [TestCase("Host", "127.0.0.1", 200)]
    [TestCase("Host", "[::1]:8080", 200)]
    [TestCase("Host", "evil.example", 403)]
    [TestCase("Host", "127.0.0.1.evil.example:8080", 403)]
    [TestCase("Host", "localhost.evil.example", 403)]
    [TestCase("Host", "10.0.0.1", 403)]
    [TestCase("Sec-Fetch-Site", "same-origin", 200)]
    [TestCase("Sec-Fetch-Site", "cross-site", 403)]
    public async Task Without_a_key_no_page_of_another_site_is_answered(string header, string value, int status)
    {
        await using TestServer server = TestServer.Start(Linear);
        HttpRequestMessage request = new(HttpMethod.Get, "/v1/models");
        request.Headers.TryAddWithoutValidation(header, value);

        Assert.That((int)(await server.Send(request)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Stopping_answers_all_that_was_taken_and_takes_no_more()
    {
        const int Clients = 8;
        string[] texts = [.. Enumerable.Repeat("red cars fast tree old sky", 2000)];
        float[] expected = Embed(Quantum, EmbeddingFormat.Default, texts);
        TestServer server = TestServer.Start(Quantum);
        Task<Reply>[] taken = [.. Enumerable.Range(0, Clients).Select(_ => server.Post("/v1/embeddings", JsonSerializer.Serialize(new { input = texts })))];
        // Those, and the request for the metrics itself.
        while (!(await server.Get("/metrics")).Body.Contains($"qengine_requests_in_progress {Clients + 1}\n", StringComparison.Ordinal)) Assert.That(taken.Count(task => task.IsCompleted), Is.Zero, "too fast to be stopped");
        // Long enough for the bodies, which are there already, to have been read.
        await Task.Delay(50);

        await server.Stop();

        Assert.That(taken.Select(task => task.IsCompleted || task.Wait(TimeSpan.FromSeconds(10))), Is.All.True);
        foreach (Task<Reply> answer in taken) Assert.That((answer.Result.Status, answer.Result.Embeddings().AsSpan().SequenceEqual(expected)), Is.EqualTo((HttpStatusCode.OK, true)));
        Assert.That(async () => await server.Get("/healthz"), Throws.TypeOf<HttpRequestException>());
        await server.DisposeAsync();
    }

    [Test]
    public async Task Stopping_does_not_wait_for_a_body_that_is_still_to_come()
    {
        TestServer server = TestServer.Start(Linear);
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(server.Address).Port);
        await client.GetStream().WriteAsync("POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"u8.ToArray());
        while (!(await server.Get("/metrics")).Body.Contains("qengine_requests_in_progress 2\n", StringComparison.Ordinal)) await Task.Delay(5);

        Task stop = server.Stop();

        Assert.That(await Task.WhenAny(stop, Task.Delay(TimeSpan.FromSeconds(30))), Is.SameAs(stop));
        using StreamReader reader = new(client.GetStream(), Encoding.UTF8);
        Assert.That(await reader.ReadToEndAsync(), Does.StartWith("HTTP/1.1 503").And.Contain("shutting down"));
        await server.DisposeAsync();
    }

    [Test]
    public async Task A_port_that_is_taken_is_told_in_one_line()
    {
        await using TestServer server = TestServer.Start(Linear);
        int port = new Uri(server.Address).Port;

        CommandLine.Run("serve", "--model", Linear, "--port", $"{port}").Failed(1, "expected an address to listen at", $"127.0.0.1:{port}");
    }

    [Test]
    public async Task Metrics_count_requests_texts_tokens_and_batches()
    {
        await using TestServer server = TestServer.Start(Linear);
        await server.Post("/v1/embeddings", One);
        await server.Post("/v1/embeddings", """{"input": ["red", "green blue"]}""");
        await server.Post("/v1/embeddings", "{}");
        await server.Get("/unknown/1");
        await server.Get("/unknown/2");

        string text = (await server.Get("/metrics")).Body;

        foreach (string line in (string[])[
            "qengine_requests_total{route=\"/v1/embeddings\",status=\"200\"} 2", "qengine_requests_total{route=\"/v1/embeddings\",status=\"400\"} 1",
            "qengine_requests_total{route=\"other\",status=\"404\"} 2", "qengine_requests_in_progress 1", "qengine_queue_length{queue=\"embed\"} 0",
            "qengine_texts_total 3", "qengine_tokens_total 12", "qengine_batch_texts_bucket{le=\"1\"} 1", "qengine_batch_texts_bucket{le=\"2\"} 2",
            "qengine_batch_texts_bucket{le=\"+Inf\"} 2", "qengine_batch_texts_sum 3", "qengine_batch_texts_count 2",
            "qengine_request_duration_seconds_count{route=\"/v1/embeddings\"} 3", "# TYPE qengine_request_duration_seconds histogram"])
            Assert.That(text.Split('\n'), Does.Contain(line));
        foreach (string line in text.TrimEnd('\n').Split('\n')) Assert.That(line, Does.Match("^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*\\})? [0-9.e+-]+)$"));
    }
}
