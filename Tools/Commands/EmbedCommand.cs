using System.CommandLine;
using System.Globalization;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine embed</c>.</summary>
internal sealed class EmbedCommand : Command
{
    private readonly Option<InputFolder> _model = new("--model")
    {
        CustomParser = ModelArgument.Parse,
        Required = true,
        Description = "The model: its folder, or a name of qengine models.",
        HelpName = ModelArgument.HelpName,
    };

    private readonly Option<InputFile> _input = new("--input")
    {
        Required = true,
        CustomParser = InputFile.Parse,
        Description = "Texts: .txt (one a line), .tsv (id, tab, text), .jsonl ({\"_id\", \"text\"} a line) or .json ({id: text}), "
            + "perhaps with .gz; - for standard input.",
        HelpName = "FILE",
    };

    private readonly Option<OutputFile> _output = new("--output")
    {
        Required = true,
        Description = "NumPy file to write: float32 [texts, numbers], rows in the order of the input; - for standard output.",
        HelpName = "OUT.npy",
        CustomParser = OutputFile.ParseAs(".npy"),
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

    /// <summary>Defines the command.</summary>
    public EmbedCommand()
        : base(
            "embed",
            "Embed every text of a file into a NumPy array.\n"
            + "Example: qengine embed --model models/qbec --input passages.tsv --output passages.npy")
    {
        this.AddOptions(_model, _input, _output, _promptName, _prompt, _precision, _format);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        InputFile input = parse.GetRequiredValue(_input);
        OutputFile output = parse.GetRequiredValue(_output);
        (EmbeddingFormat format, IdTextFormat? layout) = FormatOption.Read(parse, _format, input);
        if (parse.GetValue(_promptName) is not null && parse.GetValue(_prompt) is not null)
            throw new UsageException("expected --prompt-name or --prompt, found both");
        CommandPaths.RequireUsable(parse);
        SentenceEmbedder embedder = ModelArgument.Load(
            parse.GetRequiredValue(_model).Folder, session.Workers, _precision.Read(parse));
        string prompt = ReadPrompt(parse, embedder.Prompts);
        HeadConfiguration head = embedder.Model.Head;
        int width = format.Width(head);
        TextSource texts = TextSource.From(input, layout);
        long count = texts.Count();

        BatchEmbedder.Result result = default;
        output.Write(path =>
        {
            using NpyWriter writer = NpyWriter.Create(path, width);
            result = new BatchEmbedder(session.Progress, embedder, format, prompt).Run(texts.Read(), count, "texts", (_, embeddings) =>
                writer.Write(embeddings));
            writer.Complete();
        });

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
