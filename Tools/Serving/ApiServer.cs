using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using QEngine.Tools.Serving.Embedding;
using QEngine.Tools.Serving.Http;
using QEngine.Tools.Serving.Metrics;
using QEngine.Tools.Serving.Page;
using QEngine.Tools.Serving.Search;

namespace QEngine.Tools.Serving;

/// <summary>A model, and perhaps an index, over HTTP.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    // Each may hold a body while it is read.
    private const int MaxConnections = 1024;

    // For the last bytes of answers to reach slow clients; those that still hold their connection then are cut off.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly WebApplication _app;
    private readonly ServerMetrics _metrics = new();
    private readonly SharedEmbedder _embedder;
    private readonly SharedSearch? _search;

    private ApiServer(ServedModel model, ServerOptions options, Action<string> warn)
    {
        _embedder = new SharedEmbedder(model.Embedder, options.MaxQueue, _metrics);
        _metrics.Watch("embed", () => _embedder.QueueLength);
        if (model.Index is not null)
        {
            _search = new SharedSearch(model, _embedder, options.MaxQueue, warn);
            _metrics.Watch("search", () => _search.QueueLength);
        }
        _app = Build(options);
        RequestGuard guard = new(options);
        _app.Use(_metrics.Invoke);
        _app.Use(new ErrorHandling(warn).Invoke);
        _app.Use(guard.Invoke);
        CancellationToken stopping = _app.Lifetime.ApplicationStopping;
        SearchEndpoint search = new(model, _search, stopping);
        _app.MapPost("/v1/embeddings", new EmbeddingEndpoint(model, _embedder, options.MaxBatch, stopping).Answer);
        _app.MapPost("/v1/search", search.AnswerPost);
        _app.MapGet("/v1/search", search.AnswerGet);
        _app.MapGet("/v1/models", new ModelsEndpoint(model).Answer);
        _app.MapGet("/", new SearchPage(model, _search, guard).Answer);
        _app.MapGet("/healthz", context => context.Response.WriteAsync("ok\n"));
        _app.MapGet("/metrics", _metrics.Answer);
    }

    /// <summary>Where it listens, with the port that was found free.</summary>
    public string Address => _app.Urls.First();

    /// <summary>Starts to listen.</summary>
    /// <param name="model">What it answers with; not owned.</param>
    /// <param name="options">Where it listens and how much it takes.</param>
    /// <param name="warn">Shows a line to whoever runs it.</param>
    /// <exception cref="QEngineException">It cannot listen there.</exception>
    public static async Task<ApiServer> StartAsync(ServedModel model, ServerOptions options, Action<string> warn)
    {
        ApiServer server = new(model, options, warn);
        try
        {
            await server._app.StartAsync();
            return server;
        }
        catch (Exception failure)
        {
            await server.DisposeAsync();
            if (failure is not (IOException or System.Net.Sockets.SocketException)) throw;
            throw new QEngineException(
                $"expected an address to listen at, found {new IPEndPoint(options.Host, options.Port)}: {failure.Message}", failure);
        }
    }

    /// <summary>Takes no further requests, answers those that were taken, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource end = new();
        Task stopped = _app.StopAsync(end.Token);
        while (!stopped.IsCompleted && _metrics.InProgress > 0) await Task.WhenAny(stopped, Task.Delay(Poll));
        end.CancelAfter(Linger);
        await stopped;
        await _app.DisposeAsync();
        if (_search is not null) await _search.DisposeAsync();
        await _embedder.DisposeAsync();
    }

    /// <summary>A server that knows only what it is told here: no files of settings, no variables of the environment, no log.</summary>
    private static WebApplication Build(ServerOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = options.MaxBody;
            server.Limits.MaxConcurrentConnections = MaxConnections;
            server.Listen(options.Host, options.Port, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore();
        // The command has the signals, and ends the server itself.
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        // Stopping takes as long as it takes to answer what was taken.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        return builder.Build();
    }

    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
