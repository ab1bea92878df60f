using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using QEngine.Collections;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine evaluate-sts</c>.</summary>
internal sealed class EvaluateStsCommand : Command
{
    private readonly Option<InputFolder> _model = new("--model")
    {
        CustomParser = ModelArgument.Parse,
        Required = true,
        Description = "The model: its folder, or a name of qengine models.",
        HelpName = ModelArgument.HelpName,
    };

    private readonly Option<InputFile> _pairs = new("--pairs")
    {
        Required = true,
        CustomParser = InputFile.Parse,
        Description = "Rows of text, text, score by tabs; where the first row has 7 columns or more, as the STS benchmark: genre, file, "
            + "year, id, score, text, text. .gz is decompressed.",
        HelpName = "FILE.tsv",
    };

    private readonly ChoiceOption<EncoderPrecision?> _precision = PrecisionOption.Create();

    /// <summary>Defines the command.</summary>
    public EvaluateStsCommand()
        : base(
            "evaluate-sts",
            "Measure how a model's similarities of pairs of texts go with the scores that people gave them: the correlations that "
            + "sentence-transformers' EmbeddingSimilarityEvaluator prints, by cosine or by fidelity as the model compares.\n"
            + "Example: qengine evaluate-sts --model models/qbec --pairs sts-dev.csv")
    {
        this.AddOptions(_model, _pairs, _precision);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        CommandPaths.RequireUsable(parse);
        string model = parse.GetRequiredValue(_model).Folder;
        SentenceEmbedder embedder = ModelArgument.Load(model, session.Workers, _precision.Read(parse));
        PairSimilarities pairs = PairSimilarities.Compute(session, embedder, parse.GetRequiredValue(_pairs).ReadablePath);
        // A program that reads JSON is told with nulls too.
        if (session.Json || pairs.Undefined is null) Show(session, embedder.Model.Head.PaperName, ModelArgument.NameOf(model), pairs);
        return pairs.Undefined is null ? ExitCode.Success : throw new QEngineException(pairs.Undefined);
    }

    private static void Show(Session session, string model, string name, PairSimilarities pairs)
    {
        (string similarity, string? reason) = (CollectionManifest.NameOf(pairs.Similarity), pairs.Undefined ?? pairs.PearsonUndefined);
        (double? spearman, double? pearson) = (JsonText.Defined(pairs.Spearman), JsonText.Defined(pairs.Pearson));
        if (pairs.Similarity.IsFidelity())
        {
            session.Show(
                new FidelityCorrelations(
                    model, name, similarity, pairs.Count, spearman, pearson, JsonText.Defined(pairs.LogarithmPearson), reason),
                ResultJson.Default.FidelityCorrelations,
                results => WriteTable(results, name, pairs));
        }
        else
        {
            session.Show(
                new CosineCorrelations(model, name, similarity, pairs.Count, spearman, pearson, reason),
                ResultJson.Default.CosineCorrelations,
                results => WriteTable(results, name, pairs));
        }
    }

    private static void WriteTable(ResultWriter results, string name, PairSimilarities pairs)
    {
        ResultTable table = new(new("similarity"), new("Spearman", IsNumber: true), new("Pearson", IsNumber: true));
        table.Add(CollectionManifest.NameOf(pairs.Similarity), Format(pairs.Spearman), Format(pairs.Pearson));
        if (pairs.Similarity.IsFidelity()) table.Add("ln fidelity", Format(pairs.Spearman), Format(pairs.LogarithmPearson));
        results.Table(table);
        if (pairs.PearsonUndefined is { } reason) results.Remark($"no Pearson of the fidelity: {reason}");
        results.Remark($"{Plural.Format(pairs.Count, "pair")}, {name}");
    }

    private static string Format(double? value) => value is { } number ? number.ToString("F4", CultureInfo.InvariantCulture) : "-";
}

/// <summary>How cosines go with people's scores, as JSON; null where a correlation is not defined.</summary>
internal sealed record CosineCorrelations(
    string Model,
    string Name,
    string Similarity,
    int Pairs,
    double? Spearman,
    double? Pearson,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);

/// <summary>The same of fidelities and of their logarithms.</summary>
internal sealed record FidelityCorrelations(
    string Model,
    string Name,
    string Similarity,
    int Pairs,
    double? Spearman,
    double? Pearson,
    double? PearsonLogFidelity,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);
