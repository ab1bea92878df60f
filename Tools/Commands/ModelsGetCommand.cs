using System.CommandLine;
using QEngine.Tools.Cli;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine models get</c>.</summary>
internal sealed class ModelsGetCommand : Command
{
    private readonly Argument<string> _name = new("name") { Description = "A name of qengine models.", HelpName = "NAME" };

    private readonly Option<OutputFolder?> _out = new("--out")
    {
        CustomParser = OutputFolder.Parse,
        Description = "Folder to put it into; the user's cache if left out.",
        HelpName = "DIR",
    };

    /// <summary>Defines the command.</summary>
    public ModelsGetCommand()
        : base(
            "get",
            "Fetch a pretrained model through NuGet, with the sources that dotnet restore uses, and make it ready to use.\n"
            + "Example: qengine models get all-MiniLM-L6-v2")
    {
        Arguments.Add(_name);
        this.AddOptions(_out);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        string name = parse.GetRequiredValue(_name);
        PretrainedModel model = PretrainedModels.Find(name)
            ?? throw new UsageException($"expected one of {PretrainedModels.Names}, found '{name}'");
        string? folder = parse.GetValue(_out)?.Given;
        if (folder is null) folder = ModelCache.Get(model, ModelArgument.Packages, ModelArgument.Say, Session.Cancellation);
        else ModelCache.Put(model, folder, ModelArgument.Packages, ModelArgument.Say, Session.Cancellation);
        session.Show(
            new FetchedModel(model.Name, folder),
            ResultJson.Default.FetchedModel,
            _ => Console.Out.WriteLine(folder));
        return ExitCode.Success;
    }
}

/// <summary>A model that was fetched, as JSON.</summary>
internal sealed record FetchedModel(string Name, string Folder);
