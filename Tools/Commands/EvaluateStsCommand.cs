using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Pretrained;
using Spectre.Console;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine evaluate-sts</c>.</summary>
internal static class EvaluateStsCommand
{
    private static readonly Option<string> Model = new("--model") { Required = true, Description = "The model: its folder, or a name of qengine models.", HelpName = ModelArgument.HelpName };
    private static readonly Option<string> Pairs = new("--pairs")
    {
        Required = true,
        Description = "Rows of text, text, score by tabs; where the first row has 7 columns or more, as the STS benchmark: genre, file, year, id, score, text, text. .gz is decompressed.",
        HelpName = "FILE.tsv",
    };

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Command command = new(
            "evaluate-sts",
            "Measure how a model's similarities of pairs of texts go with the scores that people gave them: the correlations that sentence-transformers' EmbeddingSimilarityEvaluator prints, by cosine or by fidelity as the model compares.\n"
            + "Example: qengine evaluate-sts --model models/qbec --pairs sts-dev.csv") { Model, Pairs };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        SentenceEmbedder embedder = ModelArgument.Load(parse.GetRequiredValue(Model), session.Workers);
        PairSimilarities pairs = PairSimilarities.Of(session, embedder, parse.GetRequiredValue(Pairs));
        string name = embedder.Model.Head.PaperName;
        session.Show(json => WriteJson(json, name, pairs), console => WriteTable(console, name, pairs));
        return ExitCode.Success;
    }

    private static void WriteJson(Utf8JsonWriter json, string model, PairSimilarities pairs)
    {
        json.WriteString("model"u8, model);
        json.WriteString("similarity"u8, CollectionManifest.NameOf(pairs.Similarity));
        json.WriteNumber("pairs"u8, pairs.Count);
        json.WriteNumber("spearman"u8, pairs.Spearman);
        if (pairs.Pearson is double pearson) json.WriteNumber("pearson"u8, pearson);
        else json.WriteNull("pearson"u8);
        if (pairs.LogarithmPearson is double logarithm) json.WriteNumber("pearson_log_fidelity"u8, logarithm);
    }

    private static void WriteTable(IAnsiConsole console, string model, PairSimilarities pairs)
    {
        Table table = new Table().Border(TableBorder.Simple);
        table.AddColumn("similarity");
        foreach (string heading in (string[])["Spearman", "Pearson"]) table.AddColumn(new TableColumn(heading).RightAligned());
        table.AddRow(CollectionManifest.NameOf(pairs.Similarity), Format(pairs.Spearman), pairs.Pearson is double pearson ? Format(pearson) : "-");
        if (pairs.LogarithmPearson is double logarithm) table.AddRow("ln fidelity", Format(pairs.Spearman), Format(logarithm));
        console.Write(table);
        Console.Out.WriteLine($"{pairs.Count} pairs, {model}");
    }

    private static string Format(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}
