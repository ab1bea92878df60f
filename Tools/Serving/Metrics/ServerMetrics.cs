using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace QEngine.Tools.Serving.Metrics;

/// <summary>Counts what a server does, for <c>GET /metrics</c>. Safe from many threads.</summary>
internal sealed class ServerMetrics
{
    // Unknown addresses are one, so that nobody can make ever more of them.
    private const string OtherRoute = "other";

    private readonly ConcurrentDictionary<(string Route, int Status), StrongBox<long>> _requests = [];
    private readonly ConcurrentDictionary<string, Histogram> _durations = [];
    private readonly List<(string Queue, Func<int> Length)> _queues = [];
    private readonly Histogram _batches = new(1, 2, 4, 8, 16, 32, 64, 128, 256, 512);
    private int _inProgress;
    private long _texts, _tokens;

    /// <summary>Requests that are being answered.</summary>
    public int InProgress => Volatile.Read(ref _inProgress);

    /// <summary>Shows the length of a queue.</summary>
    public void Watch(string queue, Func<int> length) => _queues.Add((queue, length));

    /// <summary>Counts texts that were embedded at once.</summary>
    public void Embedded(int texts, long tokens)
    {
        _batches.Add(texts);
        Interlocked.Add(ref _texts, texts);
        Interlocked.Add(ref _tokens, tokens);
    }

    /// <summary>Counts a request, when it is answered.</summary>
    public async Task Invoke(HttpContext context, RequestDelegate next)
    {
        long started = Stopwatch.GetTimestamp();
        Interlocked.Increment(ref _inProgress);
        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _inProgress);
            string route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? OtherRoute;
            Interlocked.Increment(ref _requests.GetOrAdd((route, context.Response.StatusCode), _ => new StrongBox<long>()).Value);
            _durations.GetOrAdd(route, _ => Durations()).Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
    }

    /// <summary>Answers <c>GET /metrics</c>.</summary>
    public Task Answer(HttpContext context)
    {
        context.Response.ContentType = MetricsText.ContentType;
        return context.Response.WriteAsync(Text());
    }

    private static Histogram Durations() => new(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30);

    private string Text()
    {
        MetricsText text = new();
        text.Begin("qengine_requests_total", "counter", "Requests answered.");
        foreach (((string route, int status), StrongBox<long> count) in _requests.OrderBy(row => row.Key))
            text.Sample("qengine_requests_total", $"route=\"{route}\",status=\"{status}\"", Interlocked.Read(ref count.Value));
        text.Begin("qengine_request_duration_seconds", "histogram", "Time from a request's head to its answer.");
        foreach ((string route, Histogram durations) in _durations.OrderBy(row => row.Key, StringComparer.Ordinal))
            durations.Write(text, "qengine_request_duration_seconds", $"route=\"{route}\"");
        text.Single("qengine_requests_in_progress", "gauge", "Requests that are being answered.", InProgress);
        text.Begin("qengine_queue_length", "gauge", "Requests that wait for the model or the index.");
        foreach ((string queue, Func<int> length) in _queues) text.Sample("qengine_queue_length", $"queue=\"{queue}\"", length());
        text.Single("qengine_texts_total", "counter", "Texts embedded.", Interlocked.Read(ref _texts));
        text.Single("qengine_tokens_total", "counter", "Their tokens.", Interlocked.Read(ref _tokens));
        text.Begin("qengine_batch_texts", "histogram", "Texts that were embedded at once.");
        _batches.Write(text, "qengine_batch_texts", "");
        text.Single("process_resident_memory_bytes", "gauge", "Memory of the process.", Environment.WorkingSet);
        return text.ToString();
    }
}
