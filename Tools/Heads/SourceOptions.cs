using System.CommandLine;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;
using QEngine.Tools.Pretrained;
using QEngine.Training;

namespace QEngine.Tools.Heads;

/// <summary>The options that say what a head is trained on: vectors, or a model and texts.</summary>
internal sealed class SourceOptions
{
    private readonly Option<InputFile> _embeddings = new("--embeddings")
    {
        CustomParser = InputFile.Parse,
        Description = "Vectors of texts, images or whatever, float [rows, d], d up to 4,096.",
        HelpName = "X.npy",
    };

    private readonly Option<InputFolder> _model = new("--model")
    {
        CustomParser = ModelArgument.Parse,
        Description = "Instead: a model without a head, its folder or a name of qengine models, which embeds --input; --out is then a "
            + "whole model. Its prompts are put before the texts: documents, or queries where --group-size or --loss ranking says which.",
        HelpName = ModelArgument.HelpName,
    };

    private readonly Option<InputFile> _input = new("--input")
    {
        CustomParser = InputFile.Parse,
        Description = "Texts for --model: .txt (one a line), .tsv (id, tab, text), .jsonl ({\"_id\", \"text\"} a line) or .json ({id: "
            + "text}), perhaps with .gz; - for standard input.",
        HelpName = "FILE",
    };

    private readonly TextFormatOption _format;

    /// <summary>Adds the options to a command.</summary>
    public SourceOptions(Command command)
    {
        command.AddOptions(_embeddings, _model, _input);
        _format = new TextFormatOption(command, _input);
        command.Validators.Add(result =>
        {
            bool Has(Option option) => result.GetResult(option) is { Implicit: false };
            string texts = Has(_model) ? "--model" : Has(_input) ? "--input" : "neither";
            if (Has(_embeddings) && (Has(_model) || Has(_input)))
                result.AddError($"expected --embeddings or --model and --input, found --embeddings and {texts}");
            else if (!Has(_embeddings) && !(Has(_model) && Has(_input)))
                result.AddError($"expected --embeddings, or --model and --input, found {texts}");
        });
    }

    /// <summary>The layout of the texts that is asked for, or null.</summary>
    /// <exception cref="UsageException">It is asked for in vain.</exception>
    public IdTextFormat? Format(ParseResult parse) => _format.Read(parse);

    /// <summary>Whether texts are embedded, which have ids of their own.</summary>
    public bool HasTexts(ParseResult parse) => parse.GetValue(_input) is not null;

    /// <summary>What results call the model; null without one.</summary>
    public string? ModelName(ParseResult parse) => parse.GetValue(_model) is { } model ? ModelArgument.NameOf(model.Folder) : null;

    /// <summary>Loads the model that the head is put on; null without one.</summary>
    /// <exception cref="QEngineException">It cannot be loaded, or has a head.</exception>
    public SentenceEmbedder? Model(ParseResult parse, Session session) =>
        parse.GetValue(_model) is { } model ? BaseModel.Load(model.Folder, session.Workers) : null;

    /// <summary>Reads the vectors, or prepares the texts.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="session">Progress.</param>
    /// <param name="model">What <see cref="Model"/> gave.</param>
    /// <exception cref="QEngineException">A file is malformed, or its vectors are no input for a head.</exception>
    public VectorSource Read(ParseResult parse, Session session, SentenceEmbedder? model) => model is null
        ? new GivenVectors(Read(parse.GetRequiredValue(_embeddings)))
        : new TextVectors(model, TextSource.From(parse.GetRequiredValue(_input), Format(parse)), session.Progress);

    private static Vectors Read(InputFile file)
    {
        string path = file.ReadablePath;
        NpyArray array = VectorFile.Read(path);
        if (array.Columns > PrincipalComponents.MaxColumns)
        {
            throw new QEngineException(
                $"expected vectors of at most {PrincipalComponents.MaxColumns} numbers, found {array.Columns} in {path}");
        }
        array.RequireFinite();
        Vectors vectors = new(array.Data, array.Columns);
        vectors.RequireProportion(path);
        return vectors;
    }
}
