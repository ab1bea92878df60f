using System.CommandLine;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Text;
using QEngine.Tools.Cli;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Training;

/// <summary>The options that say from what encoder training starts.</summary>
internal sealed class EncoderOptions
{
    private readonly Option<InputFolder> _encoder = new Option<InputFolder>("--encoder")
    {
        CustomParser = ModelArgument.Parse,
        Required = true,
        Description = "A size to train from scratch, or a model to start from (BERT, MiniLM, DistilBERT): its folder or a name of "
            + "qengine models.",
        HelpName = $"tiny|mini|minilm|small|base|{ModelArgument.HelpName}",
    }.Tag(OptionTags.Local);

    private readonly Option<InputFile> _vocab = new Option<InputFile>("--vocab")
    {
        CustomParser = InputFile.Parse,
        Description = "vocab.txt or tokenizer.json for a new encoder; if left out, one is trained on the texts.",
        HelpName = "FILE",
    }.Tag(OptionTags.Local);

    private readonly Option<int> _vocabSize = new Option<int>("--vocab-size")
    {
        Description = "Pieces of a vocabulary trained on the texts.",
        DefaultValueFactory = _ => 16000,
        HelpName = "N",
    }.Whole(1);

    private readonly Option<int> _maximumLength = new Option<int>("--max-length")
    {
        Description = "Longest text in tokens.",
        DefaultValueFactory = _ => 128,
        HelpName = "N",
    }.Whole(2);

    private readonly Option<double?> _dropout = new Option<double?>("--dropout")
    {
        Description = "Dropout in training; the encoder's own if left out (0.1 for a new one).",
        HelpName = "P",
    }.Real(Interval.ShareBelowAll);

    /// <summary>Adds the options to a command.</summary>
    public EncoderOptions(Command command)
    {
        command.AddOptions(_encoder, _vocab, _vocabSize, _maximumLength, _dropout);
    }

    /// <summary>Longest text in tokens.</summary>
    public int MaximumLength(ParseResult parse) => parse.GetValue(_maximumLength);

    /// <summary>The preset or the folder.</summary>
    public string Name(ParseResult parse) => parse.GetValue(_encoder)!.Folder;

    /// <summary>Whether the encoder is a new one.</summary>
    public bool IsPreset(ParseResult parse) => BertConfiguration.Presets.Contains(Name(parse));

    /// <summary>Checks the options before anything is read.</summary>
    /// <exception cref="UsageException">They make no sense.</exception>
    public void Check(ParseResult parse)
    {
        string name = Name(parse);
        if (!IsPreset(parse)) ModelArgument.RequireEncoder(name);
        if (!IsPreset(parse) && parse.GetValue(_vocab) is not null)
            throw new UsageException("expected no --vocab for a model folder, which has its own");
    }

    /// <summary>The vocabulary of a new encoder.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="texts">Texts to train one on, if none is given.</param>
    public Vocabulary Vocabulary(ParseResult parse, IEnumerable<string> texts) => parse.GetValue(_vocab) is { } file
        ? QEngine.Text.Vocabulary.Load(file.ReadablePath)
        : WordPieceTrainer.Train(
            texts, new WordPieceTrainerOptions { VocabularySize = parse.GetValue(_vocabSize) }, cancellationToken: Session.Cancellation);

    /// <summary>The sizes of a new encoder.</summary>
    public BertConfiguration Preset(ParseResult parse, Vocabulary vocabulary) =>
        WithDropout(parse, BertConfiguration.Preset(Name(parse), vocabulary.Count));

    /// <summary>A configuration with the dropout that is asked for.</summary>
    public BertConfiguration WithDropout(ParseResult parse, BertConfiguration configuration) =>
        parse.GetValue(_dropout) is { } rate ? configuration with { HiddenDropout = rate, AttentionDropout = rate } : configuration;

    /// <summary>A model to train: a new one with its first values, or a folder's encoder with the head that is asked for.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="session">Threads and seed.</param>
    /// <param name="head">The head for an encoder's width.</param>
    /// <param name="texts">Texts for the vocabulary of a new encoder.</param>
    public SentenceEmbedder Start(ParseResult parse, Session session, Func<int, HeadConfiguration> head, IEnumerable<string> texts)
    {
        if (!IsPreset(parse)) return FromFolder(parse, session, head);
        Vocabulary vocabulary = Vocabulary(parse, texts);
        return StartModel.New(
            Preset(parse, vocabulary), vocabulary, head, session.Seed, MaximumLength(parse), session.Workers);
    }

    private SentenceEmbedder FromFolder(ParseResult parse, Session session, Func<int, HeadConfiguration> headOf)
    {
        SentenceEmbedder start = ModelArgument.Load(Name(parse), session.Workers, EncoderPrecision.Float32);
        return StartModel.From(
            start, WithDropout(parse, start.Model.Encoder.Configuration), headOf, session.Seed, MaximumLength(parse), session.Workers);
    }
}
