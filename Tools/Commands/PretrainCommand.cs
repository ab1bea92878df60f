using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Text;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;
using QEngine.Tools.Mpi;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine pretrain</c>: a masked language model on any texts, whose encoder <c>train</c> starts from.</summary>
internal sealed class PretrainCommand : Command
{
    private readonly Option<InputFile[]> _texts = new Option<InputFile[]>("--texts")
    {
        CustomParser = InputFile.ParseAll,
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Description = "Texts: .txt, .tsv (id, text) or .jsonl; - for standard input.",
        HelpName = "FILE",
    }.Tag(OptionTags.Local);

    private readonly Option<int> _steps = new Option<int>("--steps") { Required = true, Description = "Steps.", HelpName = "N" }.Whole(1);

    private readonly Option<int> _tokens = new Option<int>("--tokens-per-step")
    {
        Description = "Tokens of a step.",
        DefaultValueFactory = _ => 4096,
        HelpName = "N",
    }.Whole(1, 1 << 20);

    private readonly Option<double> _rate = new Option<double>("--lr")
    {
        Description = "Largest learning rate of AdamW; rises over the first tenth of the steps, then falls to 0.",
        DefaultValueFactory = _ => 1e-3,
        HelpName = "X",
    }.Real(Interval.Above(0));

    private readonly Option<double> _mask = new Option<double>("--mask-share")
    {
        Description = "Share of the tokens to predict: 80 % of them become [MASK], 10 % a random token.",
        DefaultValueFactory = _ => 0.15,
        HelpName = "X",
    }.Real(Interval.SomeShare);

    private readonly Option<double> _devShare = new Option<double>("--dev-share")
    {
        Description = "Share of the texts that are not trained on, to measure by.",
        DefaultValueFactory = _ => 0.01,
        HelpName = "X",
    }.Real(Interval.ShareBelowAll);

    private readonly Option<bool> _checkpointActivations = new("--checkpoint-activations")
    {
        Description = "Keep only the inputs of the encoder's layers: less memory, more time, the same result.",
    };

    private readonly TextFormatOption _format;
    private readonly EncoderOptions _encoder;
    private readonly RunOptions _run;

    /// <summary>Defines the command.</summary>
    public PretrainCommand()
        : base(
            "pretrain",
            "Train an encoder as a masked language model, for train --encoder DIR.\n"
            + "Example: qengine pretrain --texts passages.tsv --encoder mini --steps 2000 --out pretrained")
    {
        _encoder = new EncoderOptions(this);
        this.AddOptions(_texts, _steps, _tokens, _rate, _mask, _devShare, _checkpointActivations);
        _format = new TextFormatOption(this, _texts);
        _run = new RunOptions(this);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        MpiLauncher.RequireAlone(Name);
        PretrainingOptions options = ReadOptions(parse, session.Seed);
        _encoder.Check(parse);
        IdTextFormat? format = _format.Read(parse);
        CommandPaths.RequireUsable(parse);
        _run.Check(parse);
        using IDisposable claim = _run.Claim(parse);

        List<string> texts = Read(parse, format);
        SentenceEmbedder start = _encoder.Start(parse, session, HeadConfiguration.None, texts);
        (List<int[]> training, List<int[]> held) = Tokenize(parse, start, texts, session.Seed);
        MaskedLanguageModel<float> model = new(start.Model.Encoder.Configuration);
        model.Parameters.Initialize(session.Seed);
        start.Model.Parameters.Values.AsSpan(0, model.EncoderLength).CopyTo(model.Parameters.Values);
        Pretrainer trainer = new(model, training, start.Tokenizer.Vocabulary, options, session.Workers);
        RunSettings settings = new(parse, FingerprintOf(training));
        TrainingReporter reporter = new(session, "masked language model");
        string folder = _run.Folder(parse);
        TrainingLoop loop = new(trainer, new TrainingLoopOptions
        {
            CheckpointPath = _run.CheckpointPath(parse),
            CheckpointSteps = _run.CheckpointSteps(parse),
            Settings = settings.Text,
            Evaluators = held.Count > 0 ? [new HeldOutTexts(trainer, held)] : [],
            Progress = reporter,
            Save = report =>
            {
                model.Parameters.Values.AsSpan(0, model.EncoderLength).CopyTo(start.Model.Parameters.Values);
                foreach (Parameter<float> parameter in start.Model.Parameters.Parameters) parameter.Changed();
                TrainedModel.RequireUsable(start);
                ModelCard card = Card(parse, settings, report, training.Count, session.Seed);
                ModelFolder.Save(start, folder, new SaveOptions { HalfPrecision = _run.Half(parse), Card = card });
            },
        });
        using (TrainingCheckpoint? checkpoint = _run.Resume(parse, settings.Text)) reporter.Run(loop, trainer, checkpoint, resumable: true);
        Show(session, loop, training.Count, trainer.Steps, folder);
        return ExitCode.Success;
    }

    private PretrainingOptions ReadOptions(ParseResult parse, ulong seed) => new()
    {
        Steps = parse.GetValue(_steps),
        TokensPerStep = parse.GetValue(_tokens),
        LearningRate = parse.GetValue(_rate),
        MaskShare = parse.GetValue(_mask),
        CheckpointActivations = parse.GetValue(_checkpointActivations),
        Seed = seed,
    };

    private List<string> Read(ParseResult parse, IdTextFormat? format)
    {
        List<string> texts = [];
        foreach (InputFile file in parse.GetValue(_texts)!)
            foreach (IdText text in TextSource.From(file, format).Read())
                if (!string.IsNullOrWhiteSpace(text.Text)) texts.Add(text.Text);
        return texts.Count > 0 ? texts : throw new QEngineException("expected texts to train on, found empty ones only");
    }

    private (List<int[]> Training, List<int[]> Held) Tokenize(ParseResult parse, SentenceEmbedder start, List<string> texts, ulong seed)
    {
        List<int[]> training = [], held = [];
        SplittableRandom random = new SplittableRandom(seed).Split(4);
        double share = parse.GetValue(_devShare);
        foreach (string text in texts)
            (random.NextDouble() < share ? held : training).Add(start.Tokenizer.Encode(text, start.MaximumLength));
        return (training, held);
    }

    private static ulong FingerprintOf(List<int[]> texts)
    {
        Fingerprint hash = new();
        foreach (int[] text in texts) hash.Add(text);
        return hash.Value;
    }

    private ModelCard Card(ParseResult parse, RunSettings settings, EpochReport report, int texts, ulong seed) => settings.Card(
        [("texts", string.Join(", ", parse.GetValue(_texts)!.Select(file => Path.GetFileName(file.Name)))),
            ("number of texts", texts.ToString(CultureInfo.InvariantCulture))],
        [("masked language model loss", report[EpochReport.Loss]), .. HeldOutMeasures(report)],
        seed);

    private static (string Name, double Value)[] HeldOutMeasures(EpochReport report) =>
        double.IsNaN(report[HeldOutTexts.Loss]) ? [] : [("its loss on held-out texts", report[HeldOutTexts.Loss])];

    private static void Show(Session session, TrainingLoop loop, int texts, int steps, string folder)
    {
        double loss = loop.Best[EpochReport.Loss], heldLoss = loop.Best[HeldOutTexts.Loss];
        TrainingProgress progress = loop.Progress;
        string held = double.IsNaN(heldLoss)
            ? "no held-out texts"
            : string.Create(CultureInfo.InvariantCulture, $"on held-out texts {heldLoss:F3}");
        session.Show(
            new PretrainResult(
                folder,
                texts,
                steps,
                loss,
                double.IsNaN(heldLoss) ? null : heldLoss,
                progress.Elapsed.TotalSeconds,
                progress.TokensPerSecond),
            ResultJson.Default.PretrainResult,
            results => results.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{texts} texts, {steps} steps, loss {loss:F3}, {held}, {progress.TokensPerSecond:N0} tokens/s, "
                + $"{ProgressReporter.Time(progress.Elapsed)}: {folder}")));
    }

    /// <summary>The loss on texts that are not trained on.</summary>
    private sealed class HeldOutTexts(Pretrainer trainer, IReadOnlyList<int[]> texts) : IEvaluator
    {
        public const string Loss = "held_out_loss";

        /// <inheritdoc/>
        public void Evaluate(EpochReportBuilder report) => report.AddMeasure(Loss, trainer.Evaluate(texts));
    }
}

/// <summary>What a pretraining came to, as JSON.</summary>
internal sealed record PretrainResult(
    string Model,
    int Texts,
    int Steps,
    double Loss,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? HeldOutLoss,
    double Seconds,
    double TokensPerSecond);
