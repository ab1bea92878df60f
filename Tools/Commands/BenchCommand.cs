using System.CommandLine;
using System.Globalization;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Text;
using QEngine.Tools.Benchmarking;
using QEngine.Tools.Cli;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine bench</c>: how fast this machine embeds and trains.</summary>
internal sealed class BenchCommand : Command
{
    // The vocabulary of BERT: its size matters to the embedding table alone.
    private const int Vocabulary = 30522;

    private readonly Option<InputFolder> _model = new("--model")
    {
        CustomParser = ModelArgument.Parse,
        Description = "A model, its folder or a name of qengine models; its weights are not changed.",
        HelpName = ModelArgument.HelpName,
    };

    private readonly Option<InputFolder> _encoder = new("--encoder")
    {
        CustomParser = ModelArgument.Parse,
        Description = "A size with random weights and mean pooling, or a model; minilm if left out.",
        HelpName = $"tiny|mini|minilm|small|base|{ModelArgument.HelpName}",
    };

    private readonly Option<int> _batch = new Option<int>("--batch")
    {
        Description = "Sequences of a batch.",
        DefaultValueFactory = _ => 32,
        HelpName = "B",
    }.Whole(1);

    private readonly Option<int> _tokens = new Option<int>("--tokens")
    {
        Description = "Tokens of a sequence.",
        DefaultValueFactory = _ => 64,
        HelpName = "T",
    }.Whole(1);

    private readonly ChoiceOption<EncoderPrecision?> _precision = PrecisionOption.Create();

    private readonly Option<bool> _train = new("--train")
    {
        Description = "Time whole training steps with Adam over all parameters instead of embedding.",
    };

    private readonly Option<bool> _checkpoint = new("--checkpoint-activations")
    {
        Description = "With --train: keep only the inputs of the encoder's layers and compute the rest again.",
    };

    /// <summary>Defines the command.</summary>
    public BenchCommand()
        : base(
            "bench",
            "Measure how fast random tokens are embedded, or trained on: median of five runs, beside the most this machine can "
            + "do.\n"
            + "Example: qengine bench --encoder base --batch 8 --tokens 128 --train")
    {
        this.AddOptions(_model, _encoder, _batch, _tokens, _precision, _train, _checkpoint);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        int batch = parse.GetValue(_batch), tokens = parse.GetValue(_tokens);
        bool train = parse.GetValue(_train);
        if (train && batch < 2)
            throw new UsageException($"expected --batch of at least 2 with --train: a query and its positive, found {batch}");
        if (parse.GetValue(_checkpoint) && !train) throw new UsageException("expected --train with --checkpoint-activations, found none");
        (string name, SentenceEmbedder embedder) = Load(parse, session);
        if (train && embedder.Precision == EncoderPrecision.Int8)
            throw new UsageException("expected an encoder in float32 with --train, found one in int8");
        if (tokens > embedder.MaximumLength)
            throw new UsageException($"expected --tokens from 1 to {embedder.MaximumLength}, the model's longest text, found {tokens}");
        if ((long)batch * tokens > 1 << 20)
            throw new UsageException($"expected at most {1 << 20} tokens in a batch, found --batch {batch} times --tokens {tokens}");

        BenchWork work = train
            ? new TrainingWork(embedder.Model, batch, tokens, parse.GetValue(_checkpoint), session.Workers, session.Seed)
            : new EmbeddingWork(embedder, batch, tokens, session.Seed);
        BenchReport report = BenchReport.Measure(session, work);
        Show(session, name, embedder.Precision, batch, tokens, train, report);
        return ExitCode.Success;
    }

    private (string Name, SentenceEmbedder Embedder) Load(ParseResult parse, Session session)
    {
        string? folder = parse.GetValue(_model)?.Folder, preset = parse.GetValue(_encoder)?.Folder;
        if (folder is not null && preset is not null) throw new UsageException("expected --model or --encoder, found both");
        if (folder is not null) return (folder, ModelArgument.Load(folder, session.Workers, _precision.Read(parse)));
        preset ??= "minilm";
        if (!BertConfiguration.Presets.Contains(preset))
            return (preset, ModelArgument.Load(ModelArgument.RequireEncoder(preset), session.Workers, _precision.Read(parse)));
        BertConfiguration sizes = BertConfiguration.Preset(preset, Vocabulary) with { Precision = _precision.Read(parse) ?? default };
        EmbeddingModel<float> model = new(sizes, HeadConfiguration.None(sizes.HiddenSize));
        model.Parameters.Initialize(session.Seed);
        // The tokens are random ids: no text is tokenised.
        BertTokenizer tokenizer = new(Text.Vocabulary.Create(["[UNK]", "[CLS]", "[SEP]"]));
        return (preset, new SentenceEmbedder(model, tokenizer, sizes.MaximumPositions, session.Workers));
    }

    private static void Show(
        Session session, string name, EncoderPrecision precision, int batch, int tokens, bool train, BenchReport report) => session.Show(
        new BenchResult(
            name,
            ModelArgument.NameOf(name),
            train ? "train" : "embed",
            PrecisionOption.NameOf(precision),
            batch,
            tokens,
            session.Workers.Count,
            Math.Round(report.TokensPerSecond, 1),
            Math.Round(report.MedianMilliseconds, 4),
            Math.Round(report.Gigaflops, 1),
            Math.Round(report.PercentOfPeak, 1),
            Math.Round(report.PeakGigaflops, 1),
            report.PeakBytes,
            [.. report.Milliseconds.Select(run => Math.Round(run, 4))]),
        ResultJson.Default.BenchResult,
        results =>
        {
            ResultTable table = ResultTable.OfProperties();
            table.Add("model", ModelArgument.NameOf(name));
            table.Add("precision", PrecisionOption.NameOf(precision));
            table.Add(
                "work",
                $"{(train ? "training step" : "embedding")}, {Number(batch)} x {Number(tokens)} tokens, threads: "
                + $"{Number(session.Workers.Count)}");
            table.Add("speed", $"{Number(report.TokensPerSecond)} tokens/s");
            table.Add(
                "time",
                $"{report.MedianMilliseconds.ToString("G4", CultureInfo.InvariantCulture)} ms a batch ({Range(report)} in five runs)");
            table.Add(
                "arithmetic",
                $"{Number(report.Gigaflops)} GFLOP/s in matrix products, {Number(report.PercentOfPeak)} % of the "
                + $"{Number(report.PeakGigaflops)} of multiply-adds in registers");
            table.Add("peak memory", $"{Number(report.PeakBytes / 1048576.0)} MB");
            results.Table(table);
        });

    private static string Range(BenchReport report) =>
        string.Create(CultureInfo.InvariantCulture, $"{report.Milliseconds.Min():G4} to {report.Milliseconds.Max():G4}");

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>What <c>qengine bench</c> measured, as JSON.</summary>
internal sealed record BenchResult(
    string Model,
    string Name,
    string Work,
    string Precision,
    int Batch,
    int Tokens,
    int Threads,
    double TokensPerSecond,
    double Milliseconds,
    double Gflops,
    double PercentOfPeak,
    double PeakGflops,
    long PeakBytes,
    double[] RunMilliseconds);
