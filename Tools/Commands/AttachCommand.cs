using System.CommandLine;
using System.Globalization;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Heads;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine attach</c>: a head put on the model whose vectors it was trained on.</summary>
internal sealed class AttachCommand : Command
{
    private readonly Option<InputFolder> _model = new("--model")
    {
        CustomParser = ModelArgument.Parse,
        Required = true,
        Description = "The model whose vectors the head takes, its folder or a name of qengine models; one without a head.",
        HelpName = ModelArgument.HelpName,
    };

    private readonly Option<InputFolder> _head = new("--head")
    {
        CustomParser = ModelArgument.Parse,
        Required = true,
        Description = "Folder of the head, as qengine train-head --embeddings writes it.",
        HelpName = "DIR",
    };

    private readonly Option<OutputFolder?> _out = new("--out")
    {
        CustomParser = OutputFolder.Parse,
        Required = true,
        Description = "Folder of the whole model to write, which embed, index, search and evaluate take.",
        HelpName = "DIR",
    };

    /// <summary>Defines the command.</summary>
    public AttachCommand()
        : base(
            "attach",
            "Put a trained head on a model: the result is a whole model, whose vectors are those of embed and then compress.\n"
            + "Example: qengine attach --model all-MiniLM-L6-v2 --head head --out models/minilm-64")
    {
        this.AddOptions(_model, _head, _out);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        CommandPaths.RequireUsable(parse);
        OutputFolder output = parse.GetRequiredValue(_out)!;
        ModelFolder.RequireOwnReadme(output.Folder);
        InputFolder head = parse.GetRequiredValue(_head);
        Head layer = HeadFolder.Load(head.Folder);
        string name = parse.GetRequiredValue(_model).Folder;
        SentenceEmbedder model = BaseModel.Load(name, session.Workers).WithHead(layer);
        Session.Cancellation.ThrowIfCancellationRequested();
        if (Path.GetDirectoryName(output.Folder) is { } parent) Directory.CreateDirectory(parent);
        BaseModel.Save(model, output.Folder, ("model", ModelArgument.NameOf(name)), ("head", ModelArgument.NameOf(head.Folder)));

        AttachResult result = new(
            output.Given,
            ModelArgument.NameOf(name),
            [.. model.Model.Head.Modules.Select(module => module.Name)],
            layer.Configuration.InputDimension,
            model.Dimension,
            layer.Parameters.Count,
            CollectionManifest.NameOf(model.Similarity));
        session.Show(result, ResultJson.Default.AttachResult, results => results.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Model} with {layer.Configuration.Modules[0].Name} {result.InputDimension} to {result.Dimension}, "
            + $"{result.HeadParameters} parameters, compared by {result.Similarity}: {output.Given}")));
        return ExitCode.Success;
    }
}

/// <summary>The model that <c>qengine attach</c> wrote, as JSON.</summary>
internal sealed record AttachResult(
    string Folder,
    string Model,
    string[] Modules,
    int InputDimension,
    int Dimension,
    int HeadParameters,
    string Similarity);
