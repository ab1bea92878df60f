using System.CommandLine;
using System.Globalization;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine import</c>.</summary>
internal sealed class ImportCommand : Command
{
    private readonly Argument<InputFile> _model = new("model")
    {
        CustomParser = InputFile.Parse,
        Description = "The ONNX file of a BERT, MiniLM or DistilBERT encoder: float32, float16 or dynamically quantised, not fused.",
        HelpName = "MODEL.onnx",
    };

    private readonly Option<InputFile> _vocab = new("--vocab")
    {
        CustomParser = InputFile.Parse,
        Description = "Its vocab.txt; the tokenizer's files beside it if left out.",
        HelpName = "FILE",
    };

    private readonly Option<InputFile> _tokenizer = new("--tokenizer")
    {
        CustomParser = InputFile.Parse,
        Description = "Its tokenizer.json, instead of --vocab.",
        HelpName = "FILE",
    };

    private readonly ChoiceOption<PoolingMode?> _pooling = new("--pooling", ("mean", PoolingMode.Mean), ("cls", PoolingMode.Cls))
    {
        Description = "How token vectors become one; as the folder says if left out, else mean.",
    };

    private readonly Option<bool> _normalize = new("--normalize") { Description = "Scale vectors to length 1." };

    private readonly TextOption _queryPrompt = new("--query-prompt")
    {
        Description = "Text that the model wants before queries.",
        HelpName = "TEXT",
    };

    private readonly Option<int?> _heads = new Option<int?>("--heads")
    {
        Description = "Attention heads, where neither the graph nor a config.json beside it tells.",
        HelpName = "N",
    }.Whole(1);

    private readonly Option<int?> _maximumLength = new Option<int?>("--max-length")
    {
        Description = "Longest text in tokens; as the folder says if left out, else as many as there are positions.",
        HelpName = "N",
    }.Whole(2);

    private readonly Option<OutputFolder?> _out = new("--out")
    {
        CustomParser = OutputFolder.Parse,
        Required = true,
        Description = "Folder of the model to write.",
        HelpName = "DIR",
    };

    /// <summary>Defines the command.</summary>
    public ImportCommand()
        : base(
            "import",
            "Make a model folder from the weights of an ONNX file; the file is read, not run.\n"
            + "Example: qengine import model.onnx --vocab vocab.txt --pooling mean --normalize --out models/minilm")
    {
        Arguments.Add(_model);
        this.AddOptions(_vocab, _tokenizer, _pooling, _normalize, _queryPrompt, _heads, _maximumLength, _out);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        OnnxModelOptions options = Read(parse);
        string folder = parse.GetRequiredValue(_out)!.Given;
        ModelFolder.RequireWritable(folder);
        SentenceEmbedder embedder = OnnxModel.Load(parse.GetRequiredValue(_model).ReadablePath, options);
        Session.Cancellation.ThrowIfCancellationRequested();
        ModelFolder.Save(embedder, folder);

        BertConfiguration encoder = embedder.Model.Encoder.Configuration;
        session.Show(
            new ImportResult(
                folder,
                encoder.Names.Model,
                encoder.Layers,
                encoder.HiddenSize,
                encoder.Heads,
                embedder.Model.Parameters.Count,
                embedder.Model.Pooling.Name(),
                embedder.Dimension,
                embedder.MaximumLength),
            ResultJson.Default.ImportResult,
            _ => Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{encoder.Names.Model}, {encoder.Layers} layers x {encoder.HiddenSize} hidden, {encoder.Heads} heads, "
                + $"{embedder.Model.Pooling.Name()} pooling, {embedder.Dimension} numbers: {folder}")));
        return ExitCode.Success;
    }

    private OnnxModelOptions Read(ParseResult parse)
    {
        InputFile? vocab = parse.GetValue(_vocab), tokenizer = parse.GetValue(_tokenizer);
        if (vocab is not null && tokenizer is not null) throw new UsageException("expected --vocab or --tokenizer, found both");
        CommandPaths.RequireUsable(parse);
        return new OnnxModelOptions
        {
            Vocabulary = (vocab ?? tokenizer)?.ReadablePath,
            Pooling = _pooling.Read(parse),
            Normalize = parse.GetValue(_normalize),
            QueryPrompt = parse.GetValue(_queryPrompt),
            Heads = parse.GetValue(_heads),
            MaximumLength = parse.GetValue(_maximumLength),
        };
    }
}

/// <summary>The model that <c>qengine import</c> wrote, as JSON.</summary>
internal sealed record ImportResult(
    string Folder,
    string Architecture,
    int Layers,
    int Hidden,
    int Heads,
    int Parameters,
    string Pooling,
    int Dimension,
    int MaxLength);
