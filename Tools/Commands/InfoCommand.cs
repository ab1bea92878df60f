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
    private readonly Option<InputFolder> _model = new("--model") { CustomParser = ModelArgument.Parse, Required = true, Description = "The model: its folder, or a name of qengine models.", HelpName = ModelArgument.HelpName };

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
            json =>
            {
                json.WriteString("model"u8, model.Head.PaperName);
                json.WriteString("architecture"u8, encoder.Names.Model);
                json.WriteNumber("layers"u8, encoder.Layers);
                json.WriteNumber("hidden"u8, encoder.HiddenSize);
                json.WriteNumber("encoder_parameters"u8, encoderParameters);
                json.WriteNumber("head_parameters"u8, headParameters);
                json.WriteString("pooling"u8, model.Pooling.Name());
                json.WriteStartArray("modules"u8);
                foreach (HeadModule module in model.Head.Modules) json.WriteStringValue(module.Name);
                json.WriteEndArray();
                json.WriteNumber("dimension"u8, embedder.Dimension);
                json.WriteNumber("embedding_bytes"u8, bytes);
                json.WriteString("similarity"u8, similarity);
                json.WriteNumber("max_length"u8, embedder.MaximumLength);
                json.WriteNumber("vocabulary"u8, embedder.Tokenizer.Vocabulary.Count);
                json.WriteStartObject("prompts"u8);
                foreach ((string name, string text) in embedder.Prompts.Texts) json.WriteString(name, text);
                json.WriteEndObject();
                json.WriteString("default_prompt_name"u8, embedder.Prompts.DefaultName);
            },
            results =>
            {
                ResultTable table = ResultTable.OfProperties();
                table.Add("model", $"{model.Head.PaperName}-{Number(embedder.Dimension)}");
                table.Add("encoder", $"{encoder.Names.Model}, {Number(encoder.Layers)} layers x {Number(encoder.HiddenSize)} hidden, {Number(encoderParameters)} parameters");
                table.Add("pooling", model.Pooling.Name());
                table.Add("head", model.Head.Modules.Count == 0 ? "none" : $"{Chain(model.Head)}, {Number(model.Head.InputDimension)} to {Number(model.Head.OutputDimension)}, {Number(headParameters)} parameters");
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

    private static string Chain(HeadConfiguration head) => string.Join(", ", head.Modules.Select(module => module.Name));

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
