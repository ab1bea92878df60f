using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace QEngine.Tests.Tools.Serving;

/// <summary>A page in Chromium without a window, by its DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private string _session = "";
    private int _last;

    private Browser(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>What the page wrote to its console, and what was thrown in it.</summary>
    public List<string> Console { get; } = [];

    /// <summary>Addresses that the page asked for.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Starts; where there is no Chromium, the test is skipped.</summary>
    /// <param name="width">The window's width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="isDark">Whether the person prefers dark colours.</param>
    public static async Task<Browser> Start(int width, int height, bool isDark)
    {
        string program = Find() ?? throw new IgnoreException("skipped: needs chromium");
        string profile = Directory.CreateTempSubdirectory("qengine-browser-").FullName;
        ProcessStartInfo start = new(program, ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank"]) { RedirectStandardError = true };
        Browser browser = new(Process.Start(start)!, profile);
        await browser.Connect();
        await browser.Call("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 });
        await browser.Call("Emulation.setEmulatedMedia", new() { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }) });
        return browser;
    }

    /// <summary>Goes to an address.</summary>
    public async Task Open(string address)
    {
        await Call("Page.navigate", new() { ["url"] = address });
        await Until("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /// <summary>The value of an expression.</summary>
    public async Task<JsonNode?> Value(string expression)
    {
        JsonNode answer = await Call("Runtime.evaluate", new() { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true });
        Assert.That(answer["exceptionDetails"], Is.Null, expression);
        return answer["result"]!["value"];
    }

    /// <summary>Waits until an expression is true.</summary>
    public async Task Until(string expression)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!(await Value(expression))!.GetValue<bool>())
        {
            Assert.That(clock.Elapsed, Is.LessThan(Limit), $"not yet: {expression}; console: {string.Join(", ", Console)}");
            await Task.Delay(20);
        }
    }

    /// <summary>Types a text.</summary>
    public Task Type(string text) => Call("Input.insertText", new() { ["text"] = text });

    /// <summary>Presses a key that has a name, or one of a letter or sign.</summary>
    public async Task Press(string key)
    {
        int code = key switch { "Enter" => 13, "Escape" => 27, "ArrowUp" => 38, "ArrowDown" => 40, "Tab" => 9, _ => 0 };
        string? text = key == "Enter" ? "\r" : key.Length == 1 ? key : null;
        JsonObject press = new() { ["type"] = text is null ? "rawKeyDown" : "keyDown", ["key"] = key, ["windowsVirtualKeyCode"] = code };
        if (text is not null) press["text"] = text;
        await Call("Input.dispatchKeyEvent", press);
        await Call("Input.dispatchKeyEvent", new() { ["type"] = "keyUp", ["key"] = key, ["windowsVirtualKeyCode"] = code });
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        // Its processes may still be writing for a moment.
        for (int attempt = 0; attempt < 50 && Directory.Exists(_profile); attempt++)
        {
            try
            {
                Directory.Delete(_profile, recursive: true);
            }
            catch (IOException)
            {
                await Task.Delay(100);
            }
        }
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => Programs.Select(program => Path.Combine(folder, program))).FirstOrDefault(File.Exists);

    private async Task Connect()
    {
        const string Told = "DevTools listening on ";
        string? line;
        do line = await _process.StandardError.ReadLineAsync().WaitAsync(Limit);
        while (line?.StartsWith(Told, StringComparison.Ordinal) == false);
        _ = _process.StandardError.ReadToEndAsync();
        await _socket.ConnectAsync(new Uri(line![Told.Length..]), default);
        JsonNode target = await Call("Target.createTarget", new() { ["url"] = "about:blank" });
        JsonNode session = await Call("Target.attachToTarget", new() { ["targetId"] = target["targetId"]!.GetValue<string>(), ["flatten"] = true });
        _session = session["sessionId"]!.GetValue<string>();
        foreach (string domain in (string[])["Runtime", "Page", "Network", "Log"]) await Call($"{domain}.enable", []);
    }

    private async Task<JsonNode> Call(string method, JsonObject parameters)
    {
        using CancellationTokenSource limit = new(Limit);
        int id = ++_last;
        JsonObject message = new() { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session.Length > 0) message["sessionId"] = _session;
        await _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, limit.Token);
        while (true)
        {
            JsonNode answer = await Receive(limit.Token);
            if (answer["id"]?.GetValue<int>() == id) return answer["result"] ?? throw new InvalidOperationException($"{method}: {answer}");
            Note(answer);
        }
    }

    private void Note(JsonNode told)
    {
        JsonNode? what = told["params"];
        switch (told["method"]?.GetValue<string>())
        {
            case "Runtime.consoleAPICalled" or "Runtime.exceptionThrown" or "Log.entryAdded": Console.Add(what!.ToJsonString()); break;
            case "Network.requestWillBeSent": Requests.Add(what!["request"]!["url"]!.GetValue<string>()); break;
            default: break;
        }
    }

    private async Task<JsonNode> Receive(CancellationToken cancellationToken)
    {
        using MemoryStream message = new();
        byte[] buffer = new byte[1 << 14];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(message.ToArray())!;
    }
}
