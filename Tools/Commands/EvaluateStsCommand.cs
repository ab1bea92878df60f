using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine evaluate-sts</c>.</summary>
internal sealed class EvaluateStsCommand : Command
{
    private readonly Option<InputFolder> _model = new("--model") { CustomParser = ModelArgument.Parse, Required = true, Description = "The model: its folder, or a name of qengine models.", HelpName = ModelArgument.HelpName };
    private readonly Option<InputFile> _pairs = new("--pairs")
    {
        Required = true,
        CustomParser = InputFile.Parse,
        Description = "Rows of text, text, score by tabs; where the first row has 7 columns or more, as the STS benchmark: genre, file, year, id, score, text, text. .gz is decompressed.",
        HelpName = "FILE.tsv",
    };

    /// <summary>Defines the command.</summary>
    public EvaluateStsCommand()
        : base(
            "evaluate-sts",
            "Measure how a model's similarities of pairs of texts go with the scores that people gave them: the correlations that "
            + "sentence-transformers' EmbeddingSimilarityEvaluator prints, by cosine or by fidelity as the model compares.\n"
            + "Example: qengine evaluate-sts --model models/qbec --pairs sts-dev.csv")
    {
        this.AddOptions(_model, _pairs);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        CommandPaths.RequireUsable(parse);
        SentenceEmbedder embedder = ModelArgument.Load(parse.GetRequiredValue(_model).Folder, session.Workers);
        PairSimilarities pairs = PairSimilarities.Of(session, embedder, parse.GetRequiredValue(_pairs).ReadablePath);
        string name = embedder.Model.Head.PaperName;
        // A program that reads JSON is told with nulls too.
        if (session.Json || pairs.Undefined is null) session.Show(json => WriteJson(json, name, pairs), results => WriteTable(results, name, pairs));
        return pairs.Undefined is null ? ExitCode.Success : throw new QEngineException(pairs.Undefined);
    }

    private static void WriteJson(Utf8JsonWriter json, string model, PairSimilarities pairs)
    {
        json.WriteString("model"u8, model);
        json.WriteString("similarity"u8, CollectionManifest.NameOf(pairs.Similarity));
        json.WriteNumber("pairs"u8, pairs.Count);
        json.WriteNumberOrNull("spearman", pairs.Spearman);
        json.WriteNumberOrNull("pearson", pairs.Pearson);
        if (pairs.Similarity == Similarity.Fidelity) json.WriteNumberOrNull("pearson_log_fidelity", pairs.LogarithmPearson);
        if ((pairs.Undefined ?? pairs.PearsonUndefined) is { } reason) json.WriteString("reason"u8, reason);
    }

    private static void WriteTable(ResultWriter results, string model, PairSimilarities pairs)
    {
        ResultTable table = new(new("similarity"), new("Spearman", IsNumber: true), new("Pearson", IsNumber: true));
        table.Add(CollectionManifest.NameOf(pairs.Similarity), Format(pairs.Spearman), Format(pairs.Pearson));
        if (pairs.Similarity == Similarity.Fidelity) table.Add("ln fidelity", Format(pairs.Spearman), Format(pairs.LogarithmPearson));
        results.Table(table);
        if (pairs.PearsonUndefined is { } reason) results.Remark($"no Pearson of the fidelity: {reason}");
        results.Remark($"{pairs.Count} pairs, {model}");
    }

    private static string Format(double? value) => value is { } number ? number.ToString("F4", CultureInfo.InvariantCulture) : "-";
}
