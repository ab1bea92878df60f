using System.CommandLine;
using System.Globalization;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Text;
using QEngine.Tools.Cli;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine train</c>: contrastive training from scratch or from a model folder.</summary>
internal static class TrainCommand
{
    private static readonly Option<FileInfo[]> Triples = new("--triples") { Required = true, AllowMultipleArgumentsPerToken = true, Description = "TSV files with rows of query, positive and any number of negatives.", HelpName = "FILE.tsv" };
    private static readonly Option<string> Encoder = new("--encoder") { Required = true, Description = "A size to train from scratch, or a BERT model folder to start from.", HelpName = "tiny|mini|minilm|small|base|MODELDIR" };
    private static readonly Option<FileInfo?> Vocab = new("--vocab") { Description = "vocab.txt or tokenizer.json for a new encoder; if left out, one is trained on the texts.", HelpName = "FILE" };
    private static readonly Option<int> VocabSize = new("--vocab-size") { Description = "Pieces of a vocabulary trained on the texts.", DefaultValueFactory = _ => 16000, HelpName = "N" };
    private static readonly Option<int> Epochs = new("--epochs") { Description = "Passes over the rows.", DefaultValueFactory = _ => 1, HelpName = "N" };
    private static readonly Option<int> Batch = new("--batch") { Description = "Queries of a step.", DefaultValueFactory = _ => 64, HelpName = "B" };
    private static readonly Option<double> Rate = new("--lr") { Description = "Largest learning rate of Adam.", DefaultValueFactory = _ => 5e-5, HelpName = "X" };
    private static readonly Option<string> Schedule = new("--lr-schedule") { Description = "linear: rises over the first tenth of the steps, then falls to 0; constant: stays.", DefaultValueFactory = _ => "linear", HelpName = "linear|constant" };
    private static readonly Option<int> Negatives = new("--negatives") { Description = "Most hard negatives of a query; a random choice where the row has more.", DefaultValueFactory = _ => 5, HelpName = "N" };
    private static readonly Option<bool> InBatch = new("--in-batch") { Description = "Take the other queries' passages of the batch as negatives too." };
    private static readonly Option<bool> Freeze = new("--freeze-encoder") { Description = "Train the head only; every text is encoded once." };
    private static readonly Option<int> MaximumLength = new("--max-length") { Description = "Longest text in tokens.", DefaultValueFactory = _ => 128, HelpName = "N" };
    private static readonly Option<int> PerQuery = new("--max-per-query") { Description = "Most rows of one query; 0 for all.", HelpName = "N" };
    private static readonly Option<FileInfo[]> Cloze = new("--inverse-cloze") { AllowMultipleArgumentsPerToken = true, Description = "Texts (.txt, .tsv, .jsonl) without queries, for pairs of a sentence and the rest of its text; needs --in-batch.", HelpName = "FILE" };
    private static readonly Option<double?> Dropout = new("--dropout") { Description = "Dropout in training; the encoder's own if left out (0.1 for a new one).", HelpName = "P" };
    private static readonly Option<FileInfo[]> MlmTexts = new("--mlm-texts") { AllowMultipleArgumentsPerToken = true, Description = "Texts (.txt, .tsv, .jsonl) for masked-language-model training before, with the texts of the rows.", HelpName = "FILE" };
    private static readonly Option<int> MlmSteps = new("--mlm-steps") { Description = "Steps of masked-language-model training before; 0 for none.", HelpName = "N" };
    private static readonly Option<double> MlmRate = new("--mlm-lr") { Description = "Its largest learning rate.", DefaultValueFactory = _ => 1e-3, HelpName = "X" };
    private static readonly Option<bool> CheckpointActivations = new("--checkpoint-activations") { Description = "Keep only the inputs of the encoder's layers and compute the rest again: less memory, more time, the same result." };
    private static readonly Option<DirectoryInfo> Out = new("--out") { Required = true, Description = "Model folder to write, after every epoch.", HelpName = "DIR" };

    private static HeadOptions? s_head;

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Command command = new("train", "Train an embedding model.\nExample: qengine train --triples train.tsv --encoder tiny --head quantum --dim 64 --in-batch --lr 5e-4 --out model")
        {
            Triples, Encoder, Vocab, VocabSize, Epochs, Batch, Rate, Schedule, Negatives, InBatch, Freeze, MaximumLength, PerQuery, Cloze, Dropout, MlmTexts, MlmSteps, MlmRate, CheckpointActivations, Out,
        };
        s_head = new HeadOptions(command, "quantum", withSimilarity: true);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        TrainingOptions options = Options(parse, session.Seed);
        string name = parse.GetValue(Encoder)!, folder = parse.GetValue(Out)!.FullName;
        bool isPreset = BertConfiguration.Presets.Contains(name);
        if (!isPreset && !Directory.Exists(name)) throw new UsageException($"expected --encoder {string.Join(", ", BertConfiguration.Presets)} or a model folder, found '{name}'");
        if (!isPreset && parse.GetValue(Vocab) is not null) throw new UsageException("expected no --vocab for a model folder, which has its own");
        if (isPreset) s_head!.Read(parse, BertConfiguration.Preset(name, 1).HiddenSize);

        if (Path.GetDirectoryName(folder) is { } parent) Directory.CreateDirectory(parent);
        ModelFolder.RequireWritable(folder);
        TriplesSource source = new(Paths(parse.GetValue(Triples)!), parse.GetValue(PerQuery));
        foreach (FileInfo texts in parse.GetValue(Cloze) ?? []) source.AddInverseCloze(texts.FullName, session.Seed);
        SentenceEmbedder embedder = isPreset ? FromScratch(parse, session, name, source) : FromFolder(parse, session, name);
        TrainingSet set = source.Tokenise(embedder.Tokenizer, embedder.MaximumLength);
        if (parse.GetValue(Freeze))
            for (int i = 0; i < embedder.Model.EncoderParameters; i++) embedder.Model.Parameters.Parameters[i].Frozen = true;

        HeadConfiguration head = embedder.Model.Head;
        TrainingReport report = ContrastiveRun.Run(
            session,
            embedder.Model,
            set,
            s_head!.Objective(parse, head),
            options,
            (share, elapsed, detail) => session.Progress.Report(head.PaperName, share, elapsed, detail),
            (epoch, loss) =>
            {
                ModelFolder.Save(embedder, folder);
                session.Progress.Line(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}: mean loss {loss:F4}, saved to {folder}"));
            });
        Show(session, source, embedder, report, folder);
        return ExitCode.Success;
    }

    private static TrainingOptions Options(ParseResult parse, ulong seed)
    {
        string schedule = parse.GetValue(Schedule)!;
        if (schedule is not ("linear" or "constant")) throw new UsageException($"expected --lr-schedule linear or constant, found '{schedule}'");
        TrainingOptions options = new()
        {
            WarmupShare = schedule == "linear" ? 0.1 : 0,
            Decay = schedule == "linear",
            Epochs = parse.GetValue(Epochs),
            BatchSize = parse.GetValue(Batch),
            LearningRate = parse.GetValue(Rate),
            Negatives = parse.GetValue(Negatives),
            InBatchNegatives = parse.GetValue(InBatch),
            CheckpointActivations = parse.GetValue(CheckpointActivations),
            Seed = seed,
        };
        if (options.Epochs < 1) throw new UsageException($"expected --epochs of at least 1, found {options.Epochs}");
        if (options.BatchSize < 1) throw new UsageException($"expected --batch of at least 1, found {options.BatchSize}");
        if (!(options.LearningRate > 0) || !double.IsFinite(options.LearningRate)) throw new UsageException($"expected --lr above 0, found {options.LearningRate}");
        if (parse.GetValue(Cloze) is { Length: > 0 } && !options.InBatchNegatives) throw new UsageException("expected --in-batch with --inverse-cloze, whose pairs have no other negatives, found none");
        if (options.Negatives < 0) throw new UsageException($"expected --negatives of at least 0, found {options.Negatives}");
        if (parse.GetValue(Dropout) is { } dropout && dropout is not (>= 0 and < 1)) throw new UsageException($"expected --dropout in [0, 1), found {dropout}");
        return options;
    }

    private static SentenceEmbedder FromScratch(ParseResult parse, Session session, string preset, TriplesSource source)
    {
        Vocabulary vocabulary = parse.GetValue(Vocab) is { } file
            ? Vocabulary.Load(file.FullName)
            : WordPieceTrainer.Train(source.Texts(), new WordPieceTrainerOptions { VocabularySize = parse.GetValue(VocabSize) }, cancellation: Session.Cancellation);
        BertTokenizer tokenizer = new(vocabulary);
        BertConfiguration configuration = WithDropout(BertConfiguration.Preset(preset, vocabulary.Count), parse.GetValue(Dropout));
        EmbeddingModel<float> model = new(configuration, s_head!.Read(parse, configuration.HiddenSize));
        model.Parameters.Initialize(session.Seed);
        if (parse.GetValue(MlmSteps) > 0)
        {
            PretrainingOptions options = new() { Steps = parse.GetValue(MlmSteps), LearningRate = parse.GetValue(MlmRate), Seed = session.Seed };
            (ReadOnlyMemory<float> encoder, _) = Warmup.Run(
                session, configuration, vocabulary, MlmTokens(parse, tokenizer, source), options, (share, elapsed, detail) => session.Progress.Report("masked language model", share, elapsed, detail));
            encoder.Span.CopyTo(model.Parameters.Values);
        }
        return new SentenceEmbedder(model, tokenizer, parse.GetValue(MaximumLength), session.Workers);
    }

    private static SentenceEmbedder FromFolder(ParseResult parse, Session session, string folder)
    {
        SentenceEmbedder start = ModelFolder.Load(folder, session.Workers);
        BertConfiguration configuration = WithDropout(start.Model.Encoder.Configuration, parse.GetValue(Dropout));
        HeadConfiguration head = s_head!.Read(parse, configuration.HiddenSize);
        EmbeddingModel<float> model = new(configuration, head);
        model.Parameters.Initialize(session.Seed);
        // The same head goes on from where it was; another one starts anew on the folder's encoder.
        int kept = head == start.Model.Head ? start.Model.Parameters.Count : start.Model.EncoderLength;
        start.Model.Parameters.Values.AsSpan(0, kept).CopyTo(model.Parameters.Values);
        return new SentenceEmbedder(model, start.Tokenizer, Math.Min(parse.GetValue(MaximumLength), configuration.MaximumPositions), session.Workers);
    }

    private static BertConfiguration WithDropout(BertConfiguration configuration, double? dropout) =>
        dropout is { } rate ? configuration with { HiddenDropout = rate, AttentionDropout = rate } : configuration;

    private static List<int[]> MlmTokens(ParseResult parse, BertTokenizer tokenizer, TriplesSource source)
    {
        int maximumLength = parse.GetValue(MaximumLength);
        List<int[]> tokens = [];
        foreach (FileInfo file in parse.GetValue(MlmTexts) ?? [])
            foreach (IdText text in IdTextFile.Read(file.FullName)) tokens.Add(tokenizer.Encode(text.Text, maximumLength));
        foreach (string text in source.Texts()) tokens.Add(tokenizer.Encode(text, maximumLength));
        return tokens;
    }

    private static string[] Paths(FileInfo[] files)
    {
        string[] paths = new string[files.Length];
        for (int i = 0; i < files.Length; i++) paths[i] = files[i].FullName;
        return paths;
    }

    private static void Show(Session session, TriplesSource source, SentenceEmbedder embedder, TrainingReport report, string folder)
    {
        HeadConfiguration head = embedder.Model.Head;
        double rate = report.Tokens / report.Time.TotalSeconds;
        session.Show(
            json =>
            {
                json.WriteString("model", folder);
                json.WriteString("paper_name", head.PaperName);
                json.WriteNumber("dimension", head.OutputDimension);
                json.WriteNumber("rows", source.Rows);
                json.WriteNumber("queries", source.Queries);
                json.WriteNumber("steps", report.Steps);
                json.WriteNumber("seconds", report.Time.TotalSeconds);
                json.WriteNumber("tokens_per_second", rate);
                json.WriteStartArray("epoch_losses");
                foreach (double loss in report.EpochLosses) json.WriteNumberValue(loss);
                json.WriteEndArray();
            },
            _ => Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{head.PaperName}-{head.OutputDimension}: {source.Rows} rows of {source.Queries} queries, {report.Steps} steps, loss {report.EpochLosses[^1]:F4}, {rate:N0} tokens/s, {ProgressReporter.Time(report.Time)}: {folder}")));
    }
}
