using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine models</c>: what is known by name.</summary>
internal sealed class ModelsCommand : Command
{
    private const double Mega = 1e6;

    /// <summary>Defines the command.</summary>
    public ModelsCommand()
        : base("models", "List the pretrained models that --model and --encoder know by name.\nExample: qengine models")
    {
        Subcommands.Add(new ModelsGetCommand());
        SetAction(List);
    }

    private static int List(ParseResult parse)
    {
        using Session session = Session.From(parse);
        session.Show(
            new ModelsResult(ModelCache.Root, [.. PretrainedModels.All.Select(KnownModel.From)]),
            ResultJson.Default.ModelsResult,
            WriteTable);
        return ExitCode.Success;
    }

    private static void WriteTable(ResultWriter results)
    {
        ResultTable table = new(
            new("name"),
            new("licence"),
            new("size", IsNumber: true),
            new("numbers", IsNumber: true),
            new("max length", IsNumber: true),
            new("query prompt"),
            new("TREC DL 2019", IsNumber: true),
            new("fetched"));
        foreach (PretrainedModel model in PretrainedModels.All)
        {
            table.Add(
                model.Name,
                model.Licence,
                string.Create(CultureInfo.InvariantCulture, $"{model.Bytes / Mega:F0} MB"),
                model.Dimension.ToString(CultureInfo.InvariantCulture),
                model.MaximumLength.ToString(CultureInfo.InvariantCulture),
                model.QueryPrompt is null ? "none" : "yes",
                model.Ndcg.ToString("F3", CultureInfo.InvariantCulture),
                ModelCache.Has(model) ? "yes" : "no");
        }
        results.Table(table);
        results.Remark("TREC DL 2019: nDCG@10 of the passages judged for each query, with the query prompt where there is one.");
        results.Remark($"Use a name as --model or --encoder; a model is fetched at its first use, into {ModelCache.Root}.");
    }
}

/// <summary>The models that are known by name, as JSON.</summary>
internal sealed record ModelsResult(
    string Cache,
    KnownModel[] Models);

/// <summary>A model that is known by name, as JSON.</summary>
internal sealed record KnownModel(
    string Name,
    string Licence,
    long Bytes,
    int Dimension,
    int MaxLength,
    string Pooling,
    string? QueryPrompt,
    [property: JsonPropertyName("trec_dl_2019_ndcg_at_10")] double Ndcg,
    string Package,
    string? Folder)
{
    /// <summary>Describes a model.</summary>
    public static KnownModel From(PretrainedModel model) => new(
        model.Name,
        model.Licence,
        model.Bytes,
        model.Dimension,
        model.MaximumLength,
        model.Pooling.Name(),
        model.QueryPrompt,
        model.Ndcg,
        $"{model.Package} {model.Version}",
        ModelCache.Has(model) ? ModelCache.FolderOf(model) : null);
}
