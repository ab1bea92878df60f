using System.CommandLine;
using System.Globalization;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine index</c>.</summary>
internal static class IndexCommand
{
    private static readonly Option<string> Model = new("--model") { Required = true, Description = "Folder of the model; a copy goes into the index.", HelpName = "DIR" };
    private static readonly Option<string> Input = new("--input") { Required = true, Description = "Documents: .txt (one a line), .tsv (id, tab, text) or .jsonl ({\"_id\", \"text\"} a line).", HelpName = "FILE" };
    private static readonly Option<string> Output = new("--output") { Required = true, Description = "Folder of the index: a new or empty one, or an older index to replace.", HelpName = "DIR" };

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Command command = new("index", "Embed documents into a folder that qengine search reads; a model's prompt for documents is put before them.\nExample: qengine index --model models/qbec --input passages.tsv --output passages.index") { Model, Input, Output };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        string output = parse.GetRequiredValue(Output);
        SentenceEmbedder embedder = ModelFolder.Load(parse.GetRequiredValue(Model), session.Workers);
        BatchEmbedder.Result result = IndexFolder.Create(output, embedder, parse.GetRequiredValue(Input), session.Progress);
        session.Show(
            json =>
            {
                json.WriteString("output"u8, output);
                json.WriteNumber("documents"u8, result.Texts);
                json.WriteNumber("dimension"u8, embedder.Dimension);
                json.WriteString("similarity"u8, IndexManifest.NameOf(embedder.Similarity));
                json.WriteNumber("seconds"u8, Math.Round(result.Time.TotalSeconds, 3));
                json.WriteNumber("texts_per_second"u8, Math.Round(result.Rate, 1));
            },
            _ => Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{result.Texts} documents of dimension {embedder.Dimension} in {ProgressReporter.Time(result.Time)} ({result.Rate:F0} texts/s): {output}")));
        return ExitCode.Success;
    }
}
