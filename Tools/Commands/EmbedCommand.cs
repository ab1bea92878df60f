using System.CommandLine;
using System.Globalization;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine embed</c>.</summary>
internal static class EmbedCommand
{
    private static readonly Option<InputFolder> Model = new("--model") { CustomParser = ModelArgument.Parse, Required = true, Description = "The model: its folder, or a name of qengine models.", HelpName = ModelArgument.HelpName };
    private static readonly Option<InputFile> Input = new("--input")
    {
        Required = true,
        CustomParser = InputFile.Parse,
        Description = "Texts: .txt (one a line), .tsv (id, tab, text), .jsonl ({\"_id\", \"text\"} a line) or .json ({id: text}), perhaps with .gz; - for standard input.",
        HelpName = "FILE",
    };

    private static readonly Option<OutputFile> Output = new("--output") { Required = true, Description = "NumPy file to write: float32 [texts, numbers], rows in the order of the input; - for standard output.", HelpName = "OUT.npy", CustomParser = OutputFile.ParseAs(".npy") };
    private static readonly Option<string?> PromptName = new("--prompt-name") { Description = "Put this prompt of the model before every text; its default prompt if left out.", HelpName = "NAME" };
    private static readonly TextOption Prompt = new("--prompt") { Description = "Put this text before every text; empty for none.", HelpName = "TEXT" };
    private static readonly Option<string[]> Format = FormatOption.CreateWithTexts();

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Command command = new("embed", "Embed every text of a file into a NumPy array.\nExample: qengine embed --model models/qbec --input passages.tsv --output passages.npy") { Model, Input, Output, PromptName, Prompt, Format };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        InputFile input = parse.GetRequiredValue(Input);
        OutputFile output = parse.GetRequiredValue(Output);
        (EmbeddingFormat format, IdTextFormat? layout) = FormatOption.Read(parse, Format, input);
        if (parse.GetValue(PromptName) is not null && parse.GetValue(Prompt) is not null) throw new UsageException("expected --prompt-name or --prompt, found both");
        CommandPaths.RequireUsable(parse);
        SentenceEmbedder embedder = ModelArgument.Load(parse.GetRequiredValue(Model).Folder, session.Workers);
        string prompt = ReadPrompt(parse, embedder.Prompts);
        HeadConfiguration head = embedder.Model.Head;
        int width = format.Width(head);
        TextSource texts = TextSource.Of(input, layout);
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
            json =>
            {
                json.WriteString("output"u8, output.Name);
                json.WriteNumber("texts"u8, result.Texts);
                json.WriteNumber("width"u8, width);
                json.WriteString("format"u8, name);
                json.WriteString("prompt"u8, prompt);
                json.WriteNumber("seconds"u8, Math.Round(result.Time.TotalSeconds, 3));
                json.WriteNumber("texts_per_second"u8, Math.Round(result.Rate, 1));
            },
            _ => Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{result.Texts} texts x {width} {name} in {ProgressReporter.Time(result.Time)} ({result.Rate:F0} texts/s): {output.Name}")));
        return ExitCode.Success;
    }

    private static string ReadPrompt(ParseResult parse, Prompts prompts)
    {
        if (parse.GetValue(Prompt) is { } text) return text;
        if (parse.GetValue(PromptName) is not { } name) return prompts.Default;
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
