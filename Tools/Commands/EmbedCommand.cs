using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;
using QEngine.Tools.Pretrained;
using QEngine.Tools.Sharding;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine embed</c>.</summary>
internal sealed class EmbedCommand : Command
{
    private readonly Option<InputFolder> _model = new("--model")
    {
        CustomParser = ModelArgument.Parse,
        Description = "The model: its folder, or a name of qengine models.",
        HelpName = ModelArgument.HelpName,
    };

    private readonly Option<InputFile> _input = new("--input")
    {
        CustomParser = InputFile.Parse,
        Description = "Texts: .txt (one a line), .tsv (id, tab, text), .jsonl ({\"_id\", \"text\"} a line) or .json ({id: text}), "
            + "perhaps with .gz; - for standard input.",
        HelpName = "FILE",
    };

    private readonly Option<OutputFile> _output = new("--output", "--out")
    {
        Required = true,
        Description = "NumPy file to write: float32 [texts, numbers], rows in the order of the input; - for standard output.",
        HelpName = "OUT.npy",
        CustomParser = OutputFile.ParseAs(".npy"),
    };

    private readonly Option<OutputFile> _ids = new("--ids")
    {
        CustomParser = OutputFile.Parse,
        Description = "Write the texts' ids too, one a line.",
        HelpName = "IDS.txt",
    };

    private readonly Option<string?> _promptName = new("--prompt-name")
    {
        Description = "Put this prompt of the model before every text; its default prompt if left out.",
        HelpName = "NAME",
    };

    private readonly TextOption _prompt = new("--prompt")
    {
        Description = "Put this text before every text; empty for none.",
        HelpName = "TEXT",
    };

    private readonly ChoiceOption<EncoderPrecision?> _precision = PrecisionOption.Create();
    private readonly Option<string[]> _format = FormatOption.CreateWithTexts();

    private readonly Option<Shard?> _shard = Shard.CreateOption();

    private readonly Option<bool> _merge = new("--merge")
    {
        Description = "Make OUT.npy of its shards, which were written with --shard; refused unless all are there and of one input, model, "
            + "options and version. The shards are deleted then.",
    };

    /// <summary>Defines the command.</summary>
    public EmbedCommand()
        : base(
            "embed",
            "Embed every text of a file into a NumPy array.\n"
            + "Example: qengine embed --model models/qbec --input passages.tsv --output passages.npy\n"
            + "Example: qengine embed --shard 0/4 --model models/qbec --input passages.tsv --output passages.npy")
    {
        this.AddOptions(_model, _input, _output, _ids, _promptName, _prompt, _precision, _format, _shard, _merge);
        Validators.Add(Check);
        SetAction(Run);
    }

    private void Check(CommandResult result)
    {
        bool Has(Option option) => result.GetResult(option) is { Implicit: false };
        bool merge = Has(_merge);
        if (!merge && (!Has(_model) || !Has(_input))) result.AddError("expected --model and --input, or --merge");
        if (merge && ((Option[])[_model, _input, _promptName, _prompt, _precision, _format, _shard]).FirstOrDefault(Has) is { } other)
            result.AddError($"expected --output and --ids alone with --merge, found {other.Name}");
        if (Has(_shard) && Has(_ids)) result.AddError("expected --ids with --merge rather than with --shard, whose ids are kept with it");
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        OutputFile output = parse.GetRequiredValue(_output);
        if (parse.GetValue(_merge)) return MergeShards(parse, session, output);
        InputFile input = parse.GetRequiredValue(_input);
        (EmbeddingFormat format, IdTextFormat? layout) = FormatOption.Read(parse, _format, input);
        if (parse.GetValue(_promptName) is not null && parse.GetValue(_prompt) is not null)
            throw new UsageException("expected --prompt-name or --prompt, found both");
        if (parse.GetValue(_shard) is not null) RequireFile(output);
        CommandPaths.RequireUsable(parse);
        SentenceEmbedder embedder = ModelArgument.Load(
            parse.GetRequiredValue(_model).Folder, session.Workers, _precision.Read(parse));
        string prompt = ReadPrompt(parse, embedder.Prompts);
        BatchEmbedder batches = new(session.Progress, embedder, format, prompt);
        return parse.GetValue(_shard) is { } shard
            ? EmbedShard(session, output, InputRange.Cut(input, layout, shard), shard, embedder, format, prompt, batches)
            : EmbedAll(session, output, parse.GetValue(_ids), TextSource.From(input, layout), embedder, format, prompt, batches);
    }

    private static int EmbedAll(
        Session session, OutputFile output, OutputFile? ids, TextSource texts, SentenceEmbedder embedder, EmbeddingFormat format,
        string prompt, BatchEmbedder batches)
    {
        HeadConfiguration head = embedder.Model.Head;
        int width = format.Width(head);
        long count = texts.Count();
        BatchEmbedder.Result result = default;
        if (ids is null) Write(null);
        else ids.Write(path => IdLines.Write(path, Write));

        string name = FormatOption.Name(format, head);
        session.Show(
            new EmbedResult(
                output.Name, result.Texts, width, name, prompt, Math.Round(result.Time.TotalSeconds, 3), Math.Round(result.Rate, 1)),
            ResultJson.Default.EmbedResult,
            _ => Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Texts} texts x {width} {name} in {ProgressReporter.Time(result.Time)} ({result.Rate:F0} texts/s): "
                + $"{output.Name}")));
        return ExitCode.Success;

        void Write(IdLines? names) => output.Write(path =>
        {
            using NpyWriter writer = NpyWriter.Create(path, width);
            result = batches.Run(texts.Read(), count, "texts", (rows, embeddings) =>
            {
                writer.Write(embeddings);
                foreach (IdText row in rows) names?.Add(row.Id);
            });
            writer.Complete();
        });
    }

    private static int EmbedShard(
        Session session, OutputFile output, InputRange input, Shard shard, SentenceEmbedder embedder, EmbeddingFormat format,
        string prompt, BatchEmbedder batches)
    {
        HeadConfiguration head = embedder.Model.Head;
        (string, string)[] settings =
        [
            ("model", ModelFingerprint.Compute(embedder)), ("prompt", prompt), ("format", FormatOption.Name(format, head)),
        ];
        ShardResult result = EmbeddedShards.Write(
            output.Given, shard, input, format.Width(head), settings,
            (texts, count, consume) => batches.Run(texts.Read(), count, "texts", consume), session);
        session.Show(result, ResultJson.Default.ShardResult, results => results.Line(result.Line));
        return ExitCode.Success;
    }

    private int MergeShards(ParseResult parse, Session session, OutputFile output)
    {
        RequireFile(output);
        OutputFile? ids = parse.GetValue(_ids);
        if (ids is not null) RequireFile(ids);
        CommandPaths.RequireUsable(parse);
        (int shards, long rows, int width) = EmbeddedShards.Merge(output.Given, ids?.Given, session);
        session.Show(
            new ShardMergeResult(output.Name, shards, rows, width),
            ResultJson.Default.ShardMergeResult,
            results => results.Line(
                $"{Plural.Format(rows, "text")} x {width} of {Plural.Format(shards, "shard")}: {output.Name}"));
        return ExitCode.Success;
    }

    private static void RequireFile(OutputFile output)
    {
        if (output.IsStream)
            throw new UsageException($"expected {output.Option} to name a file with --shard or --merge, found {output.Name}");
    }

    private string ReadPrompt(ParseResult parse, Prompts prompts)
    {
        if (parse.GetValue(_prompt) is { } text) return text;
        if (parse.GetValue(_promptName) is not { } name) return prompts.Default;
        try
        {
            return prompts[name];
        }
        catch (QEngineException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }
}

/// <summary>What <c>qengine embed</c> wrote, as JSON.</summary>
internal sealed record EmbedResult(
    string Output,
    long Texts,
    int Width,
    string Format,
    string Prompt,
    double Seconds,
    double TextsPerSecond);
