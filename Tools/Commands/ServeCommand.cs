using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;
using QEngine.Tools.Pretrained;
using QEngine.Tools.Serving;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine serve</c>.</summary>
internal sealed class ServeCommand : Command
{
    private const string KeyVariable = "QENGINE_API_KEY";

    private static readonly ServerOptions Defaults = new();

    private readonly Option<InputFolder> _model = new("--model")
    {
        CustomParser = ModelArgument.Parse,
        Description = "The model: its folder, or a name of qengine models. Not with an index that has its own.",
        HelpName = ModelArgument.HelpName,
    };

    private readonly Option<InputFolder> _index = new("--index")
    {
        CustomParser = IndexFolder.Parse,
        Description = "Folder that qengine index wrote, to be searched; its model embeds.",
        HelpName = "DIR",
    };

    private readonly Option<IPAddress> _host = new("--host")
    {
        CustomParser = ParseHost,
        DefaultValueFactory = _ => Defaults.Host,
        Description = "Address to listen at; any but one of this machine alone needs a key.",
        HelpName = "IP",
    };

    private readonly Option<int> _port = new Option<int>("--port")
    {
        DefaultValueFactory = _ => 8080,
        Description = "Port to listen at; 0 for one that is free.",
        HelpName = "P",
    }.Whole(0, IPEndPoint.MaxPort);

    private readonly Option<string?> _apiKey = new("--api-key")
    {
        Description = $"Key that clients have to send, Authorization: Bearer KEY. Others on this machine can see options: {KeyVariable} in "
            + "the environment does the same.",
        HelpName = "KEY",
    };

    private readonly Option<int> _maxBatch = new Option<int>("--max-batch")
    {
        DefaultValueFactory = _ => Defaults.MaxBatch,
        Description = "Most texts of a request.",
        HelpName = "N",
    }.Whole(1, 1 << 16);

    private readonly Option<int> _maxBody = new Option<int>("--max-body")
    {
        DefaultValueFactory = _ => (int)(Defaults.MaxBody >> 20),
        Description = "Most MiB of a request.",
        HelpName = "MIB",
    }.Whole(1, 1024);

    private readonly Option<int> _maxQueue = new Option<int>("--max-queue")
    {
        DefaultValueFactory = _ => Defaults.MaxQueue,
        Description = "Most requests that wait; further ones are told to try again (429).",
        HelpName = "N",
    }.Whole(1, 1 << 16);

    /// <summary>Defines the command.</summary>
    public ServeCommand()
        : base(
            "serve",
            "Answer over HTTP: embeddings as OpenAI's API has them, search, and a page to search with.\n"
            + "Example: qengine serve --model all-MiniLM-L6-v2\n"
            + "Example: qengine serve --index passages.index --port 9000")
    {
        this.AddOptions(_model, _index, _host, _port, _apiKey, _maxBatch, _maxBody, _maxQueue);
        Validators.Add(result =>
        {
            if (result.GetResult(_model) is null && result.GetResult(_index) is null)
                result.AddError("expected --model, --index or both, found neither");
        });
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        ServerOptions options = ReadOptions(parse);
        CommandPaths.RequireUsable(parse);
        using ServedModel model = ServedModel.Open(
            parse.GetValue(_model)?.Folder, parse.GetValue(_index)?.Folder, session.Workers);
        foreach (string warning in model.Index?.Warnings ?? []) session.Progress.Line($"warning: {warning}");
        Session.Cancellation.ThrowIfCancellationRequested();
        Serve(session, model, options).GetAwaiter().GetResult();
        throw new OperationCanceledException(Session.Cancellation);
    }

    /// <summary>Serves until the command is to end and all requests that were taken are answered.</summary>
    private static async Task Serve(Session session, ServedModel model, ServerOptions options)
    {
        await using ApiServer server = await ApiServer.StartAsync(model, options, StandardError.Line);
        if (!session.Json) session.Progress.Line($"serving {model.Name} at {server.Address}");
        else
            session.ShowLine(
                new ServeResult(server.Address, model.Name, model.Embedder.Dimension, model.Index?.Count),
                ResultJson.Default.ServeResult,
                _ => { });
        TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = Session.Cancellation.Register(end.SetResult);
        await end.Task;
    }

    private ServerOptions ReadOptions(ParseResult parse)
    {
        IPAddress host = parse.GetRequiredValue(_host);
        string? key = parse.GetValue(_apiKey);
        string name = key is null ? KeyVariable : _apiKey.Name;
        key ??= Environment.GetEnvironmentVariable(KeyVariable);
        if (key?.Length == 0) key = null;
        // A header carries no other characters.
        if (key is not null && !key.All(character => character is > ' ' and <= '~'))
            throw new UsageException($"expected a key of letters, digits and signs without spaces in {name}, found other characters");
        if (key is null && !IPAddress.IsLoopback(host))
            throw new UsageException(
                $"expected --api-key, or {KeyVariable} in the environment, to listen at {host} where others can reach it, found none");
        return new ServerOptions
        {
            Host = host,
            Port = parse.GetValue(_port),
            ApiKey = key,
            MaxBatch = parse.GetValue(_maxBatch),
            MaxBody = (long)parse.GetValue(_maxBody) << 20,
            MaxQueue = parse.GetValue(_maxQueue),
        };
    }

    private static IPAddress? ParseHost(ArgumentResult result)
    {
        string value = result.Tokens[^1].Value;
        if (value == "localhost") return IPAddress.Loopback;
        if (IPAddress.TryParse(value, out IPAddress? address) && (value.Contains('.') || value.Contains(':'))) return address;
        result.AddError($"expected --host an IP address as in 127.0.0.1 or ::1, or localhost, found '{value}'");
        return null;
    }
}

/// <summary>Where <c>qengine serve</c> listens and what it serves, as JSON.</summary>
internal sealed record ServeResult(string Address, string Model, int Dimension, long? Documents);
