using System.CommandLine;
using System.Globalization;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Pretrained;
using QEngine.Collections;

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
        SentenceEmbedder embedder = ModelArgument.Load(parse.GetRequiredValue(_model).Folder);
        EmbeddingModel<float> model = embedder.Model;
        BertConfiguration encoder = model.Encoder.Configuration;
        int encoderParameters = model.EncoderLength, headParameters = model.Parameters.Count - model.EncoderLength;
        string similarity = CollectionManifest.NameOf(embedder.Similarity);
        int bytes = embedder.Dimension * sizeof(float);

        session.Show(
            new InfoResult(
                model.Head.PaperName,
                encoder.Names.Model,
                encoder.Layers,
                encoder.HiddenSize,
                encoderParameters,
                headParameters,
                model.Pooling.Name(),
                [.. model.Head.Modules.Select(module => module.Name)],
                embedder.Dimension,
                bytes,
                similarity,
                embedder.MaximumLength,
                embedder.Tokenizer.Vocabulary.Count,
                new Dictionary<string, string>(embedder.Prompts.Texts),
                embedder.Prompts.DefaultName),
            ResultJson.Default.InfoResult,
            results =>
            {
                ResultTable table = ResultTable.OfProperties();
                table.Add("model", $"{model.Head.PaperName}-{Number(embedder.Dimension)}");
                table.Add(
                    "encoder",
                    $"{encoder.Names.Model}, {Number(encoder.Layers)} layers x {Number(encoder.HiddenSize)} hidden, "
                    + $"{Number(encoderParameters)} parameters");
                table.Add("pooling", model.Pooling.Name());
                table.Add("head", Head(model.Head, headParameters));
                table.Add("embedding", $"{Number(embedder.Dimension)} numbers, {Number(bytes)} bytes");
                table.Add("similarity", similarity);
                table.Add("max length", $"{Number(embedder.MaximumLength)} tokens");
                table.Add("vocabulary", $"{Number(embedder.Tokenizer.Vocabulary.Count)} pieces");
                foreach ((string name, string text) in embedder.Prompts.Texts)
                    table.Add(name == embedder.Prompts.DefaultName ? "default prompt" : "prompt", $"{name}: \"{text}\"");
                results.Table(table);
            });
        return ExitCode.Success;
    }

    private static string Head(HeadConfiguration head, int parameters) => head.Modules.Count == 0
        ? "none"
        : $"{Chain(head)}, {Number(head.InputDimension)} to {Number(head.OutputDimension)}, {Number(parameters)} parameters";

    private static string Chain(HeadConfiguration head) => string.Join(", ", head.Modules.Select(module => module.Name));

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>What a model is, as JSON.</summary>
internal sealed record InfoResult(
    string Model,
    string Architecture,
    int Layers,
    int Hidden,
    int EncoderParameters,
    int HeadParameters,
    string Pooling,
    string[] Modules,
    int Dimension,
    int EmbeddingBytes,
    string Similarity,
    int MaxLength,
    int Vocabulary,
    IReadOnlyDictionary<string, string> Prompts,
    string? DefaultPromptName);
