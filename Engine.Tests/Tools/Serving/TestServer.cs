using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using QEngine.Tools.Serving;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Serving;

/// <summary>A server in this process, at a port of its own, and a client of it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WorkerPool _workers = new(2);
    private readonly ServedModel _model;
    private readonly ApiServer _server;

    private TestServer(string? model, string? index, ServerOptions options)
    {
        _model = ServedModel.Open(model, index, _workers);
        _server = ApiServer.StartAsync(_model, options, Warnings.Add).GetAwaiter().GetResult();
        Client = new HttpClient { BaseAddress = new Uri(_server.Address), Timeout = TimeSpan.FromSeconds(60) };
    }

    public HttpClient Client { get; }

    public string Address => _server.Address;

    public ServedModel Model => _model;

    public List<string> Warnings { get; } = [];

    public static TestServer Start(string? model = null, string? index = null, ServerOptions? options = null) => new(model, index, options ?? new ServerOptions());

    /// <summary>Posts JSON; what comes back is JSON too.</summary>
    public Task<Reply> Post(string path, string json, string type = "application/json") =>
        Send(new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, type) });

    public Task<Reply> Get(string path) => Send(new HttpRequestMessage(HttpMethod.Get, path));

    public async Task<Reply> Send(HttpRequestMessage request)
    {
        using HttpResponseMessage response = await Client.SendAsync(request);
        return new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    /// <summary>Stops as a signal would make it.</summary>
    public async Task Stop() => await _server.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Client.Dispose();
        _model.Dispose();
        _workers.Dispose();
    }
}

/// <summary>What a server answered.</summary>
internal sealed record Reply(HttpStatusCode Status, string Body, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public JsonElement Error => Json.GetProperty("error");

    /// <summary>The embeddings of a list, one after another.</summary>
    public float[] Embeddings() => [.. Json.GetProperty("data").EnumerateArray().SelectMany(entry => Numbers(entry.GetProperty("embedding")))];

    private static IEnumerable<float> Numbers(JsonElement embedding) => embedding.ValueKind == JsonValueKind.String
        ? System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(embedding.GetBytesFromBase64()).ToArray()
        : embedding.EnumerateArray().Select(number => number.GetSingle());
}
