using System.CommandLine;
using System.Globalization;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine import</c>.</summary>
internal static class ImportCommand
{
    private static readonly Argument<InputFile> Model = new("model")
    {
        CustomParser = InputFile.Parse,
        Description = "The ONNX file of a BERT, MiniLM or DistilBERT encoder: float32, float16 or dynamically quantised, not fused.",
        HelpName = "MODEL.onnx",
    };

    private static readonly Option<InputFile> Vocab = new("--vocab")
    {
        CustomParser = InputFile.Parse,
        Description = "Its vocab.txt; the tokenizer's files beside it if left out.",
        HelpName = "FILE",
    };

    private static readonly Option<InputFile> Tokenizer = new("--tokenizer")
    {
        CustomParser = InputFile.Parse,
        Description = "Its tokenizer.json, instead of --vocab.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Pooling = new("--pooling")
    {
        Description = "How token vectors become one; as the folder says if left out, else mean.",
        HelpName = "mean|cls",
    };

    private static readonly Option<bool> Normalize = new("--normalize") { Description = "Scale vectors to length 1." };

    private static readonly TextOption QueryPrompt = new("--query-prompt")
    {
        Description = "Text that the model wants before queries.",
        HelpName = "TEXT",
    };

    private static readonly Option<int?> Heads = new Option<int?>("--heads")
    {
        Description = "Attention heads, where neither the graph nor a config.json beside it tells.",
        HelpName = "N",
    }.Whole(1);

    private static readonly Option<int?> MaximumLength = new Option<int?>("--max-length")
    {
        Description = "Longest text in tokens; as the folder says if left out, else as many as there are positions.",
        HelpName = "N",
    }.Whole(2);

    private static readonly Option<OutputFolder?> Out = new("--out")
    {
        CustomParser = OutputFolder.Parse,
        Required = true,
        Description = "Folder of the model to write.",
        HelpName = "DIR",
    };

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Command command = new(
            "import",
            "Make a model folder from the weights of an ONNX file; the file is read, not run.\n"
            + "Example: qengine import model.onnx --vocab vocab.txt --pooling mean --normalize --out models/minilm")
        {
            Model, Vocab, Tokenizer, Pooling, Normalize, QueryPrompt, Heads, MaximumLength, Out,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        OnnxModelOptions options = Read(parse);
        string folder = parse.GetRequiredValue(Out)!.Given;
        ModelFolder.RequireWritable(folder);
        SentenceEmbedder embedder = OnnxModel.Load(parse.GetRequiredValue(Model).ReadablePath, options);
        Session.Cancellation.ThrowIfCancellationRequested();
        ModelFolder.Save(embedder, folder);

        BertConfiguration encoder = embedder.Model.Encoder.Configuration;
        session.Show(
            json =>
            {
                json.WriteString("folder"u8, folder);
                json.WriteString("architecture"u8, encoder.Names.Model);
                json.WriteNumber("layers"u8, encoder.Layers);
                json.WriteNumber("hidden"u8, encoder.HiddenSize);
                json.WriteNumber("heads"u8, encoder.Heads);
                json.WriteNumber("parameters"u8, embedder.Model.Parameters.Count);
                json.WriteString("pooling"u8, embedder.Model.Pooling.Name());
                json.WriteNumber("dimension"u8, embedder.Dimension);
                json.WriteNumber("max_length"u8, embedder.MaximumLength);
            },
            _ => Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{encoder.Names.Model}, {encoder.Layers} layers x {encoder.HiddenSize} hidden, {encoder.Heads} heads, "
                + $"{embedder.Model.Pooling.Name()} pooling, {embedder.Dimension} numbers: {folder}")));
        return ExitCode.Success;
    }

    private static OnnxModelOptions Read(ParseResult parse)
    {
        InputFile? vocab = parse.GetValue(Vocab), tokenizer = parse.GetValue(Tokenizer);
        if (vocab is not null && tokenizer is not null) throw new UsageException("expected --vocab or --tokenizer, found both");
        PoolingMode? pooling = parse.GetValue(Pooling) switch
        {
            null => null,
            "mean" => PoolingMode.Mean,
            "cls" => PoolingMode.Cls,
            string other => throw new UsageException($"expected --pooling mean or cls, found '{other}'"),
        };
        CommandPaths.RequireUsable(parse);
        return new OnnxModelOptions
        {
            Vocabulary = (vocab ?? tokenizer)?.ReadablePath,
            Pooling = pooling,
            Normalize = parse.GetValue(Normalize),
            QueryPrompt = parse.GetValue(QueryPrompt),
            Heads = parse.GetValue(Heads),
            MaximumLength = parse.GetValue(MaximumLength),
        };
    }
}
