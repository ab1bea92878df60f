using System.CommandLine;
using System.Globalization;
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
            json =>
            {
                json.WriteString("cache"u8, ModelCache.Root);
                json.WriteStartArray("models"u8);
                foreach (PretrainedModel model in PretrainedModels.All)
                {
                    json.WriteStartObject();
                    json.WriteString("name"u8, model.Name);
                    json.WriteString("licence"u8, model.Licence);
                    json.WriteNumber("bytes"u8, model.Bytes);
                    json.WriteNumber("dimension"u8, model.Dimension);
                    json.WriteNumber("max_length"u8, model.MaximumLength);
                    json.WriteString("pooling"u8, model.Pooling.Name());
                    json.WriteString("query_prompt"u8, model.QueryPrompt);
                    json.WriteNumber("trec_dl_2019_ndcg_at_10"u8, model.Ndcg);
                    json.WriteString("package"u8, $"{model.Package} {model.Version}");
                    json.WriteString("folder"u8, ModelCache.Has(model) ? ModelCache.FolderOf(model) : null);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            },
            WriteTable);
        return ExitCode.Success;
    }

    private static void WriteTable(ResultWriter results)
    {
        ResultTable table = new(
            new("name"), new("licence"), new("size", IsNumber: true), new("numbers", IsNumber: true), new("max length", IsNumber: true), new("query prompt"),
            new("TREC DL 2019", IsNumber: true), new("fetched"));
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
