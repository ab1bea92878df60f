using System.CommandLine;
using System.Globalization;
using QEngine.Collections;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tools.Cli;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine info</c>.</summary>
internal sealed class InfoCommand : Command
{
    private readonly Option<InputFolder> _model = new("--model")
    {
        CustomParser = ModelArgument.Parse,
        Required = true,
        Description = "The model: its folder, or a name of qengine models.",
        HelpName = ModelArgument.HelpName,
    };

    /// <summary>Defines the command.</summary>
    public InfoCommand()
        : base(
            "info",
            "Show what a model is: its parts, sizes and the bytes of an embedding.\n"
            + "Example: qengine info --model models/qbec")
    {
        this.AddOptions(_model);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        string model = parse.GetRequiredValue(_model).Folder;
        SentenceEmbedder embedder = ModelArgument.Load(model);
        InfoResult info = InfoResult.From(ModelArgument.NameOf(model), embedder);
        session.Show(info, ResultJson.Default.InfoResult, results => results.Table(Table(info, embedder.Model.Head)));
        return ExitCode.Success;
    }

    private static ResultTable Table(InfoResult info, HeadConfiguration head)
    {
        ResultTable table = ResultTable.OfProperties();
        table.Add("model", info.Name);
        table.Add("kind", $"{info.Model}-{Number(info.Dimension)}");
        table.Add(
            "encoder",
            $"{info.Architecture}, {Number(info.Layers)} layers x {Number(info.Hidden)} hidden, "
            + $"{Number(info.EncoderParameters)} parameters");
        table.Add("precision", info.Precision);
        table.Add("pooling", info.Pooling);
        table.Add("head", Head(head, info.HeadParameters));
        table.Add("embedding", $"{Number(info.Dimension)} numbers, {Number(info.EmbeddingBytes)} bytes");
        table.Add("similarity", info.Similarity);
        table.Add("max length", $"{Number(info.MaxLength)} tokens");
        table.Add("vocabulary", $"{Number(info.Vocabulary)} pieces");
        foreach ((string name, string text) in info.Prompts)
            table.Add(name == info.DefaultPromptName ? "default prompt" : "prompt", $"{name}: \"{text}\"");
        return table;
    }

    private static string Head(HeadConfiguration head, int parameters) => head.Modules.Count == 0
        ? "none"
        : $"{Chain(head)}, {Number(head.InputDimension)} to {Number(head.OutputDimension)}, {Number(parameters)} parameters";

    private static string Chain(HeadConfiguration head) => string.Join(", ", head.Modules.Select(NameOf));

    private static string NameOf(HeadModule module) =>
        module is QuantumModule { Angles: PairAngles.Effective } ? $"{module.Name} of effective angles" : module.Name;

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>What a model is, as JSON.</summary>
internal sealed record InfoResult(
    string Model,
    string Name,
    string Architecture,
    int Layers,
    int Hidden,
    string Precision,
    long EncoderParameters,
    int HeadParameters,
    string Pooling,
    string[] Modules,
    int Dimension,
    int EmbeddingBytes,
    string Similarity,
    int MaxLength,
    int Vocabulary,
    IReadOnlyDictionary<string, string> Prompts,
    string? DefaultPromptName)
{
    /// <summary>Describes a model.</summary>
    public static InfoResult From(string name, SentenceEmbedder embedder)
    {
        EmbeddingModel<float> model = embedder.Model;
        BertConfiguration encoder = model.Encoder.Configuration;
        return new InfoResult(
            model.Head.PaperName,
            name,
            encoder.Names.Model,
            encoder.Layers,
            encoder.HiddenSize,
            PrecisionOption.NameOf(encoder.Precision),
            model.EncoderLength + model.Parameters.QuantizedCount,
            model.Parameters.Count - model.EncoderLength,
            model.Pooling.Name(),
            [.. model.Head.Modules.Select(module => module.Name)],
            embedder.Dimension,
            embedder.Dimension * sizeof(float),
            CollectionManifest.NameOf(embedder.Similarity),
            embedder.MaximumLength,
            embedder.Tokenizer.Vocabulary.Count,
            new Dictionary<string, string>(embedder.Prompts.Texts),
            embedder.Prompts.DefaultName);
    }
}
