using QEngine.Layers;
using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Heads;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tools.Experiments;

/// <summary>Cells whose head is trained with its encoder, or on a frozen one, as <c>train</c> does it.</summary>
internal static class TrainedCell
{
    // As the option of train: rises over the first tenth of the steps, then falls.
    private const double Warmup = 0.1;

    /// <summary>Trains.</summary>
    /// <param name="context">What cells share.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="session">Threads, and the cell's seed.</param>
    /// <param name="progress">Told after every step.</param>
    public static CellModel Make(CellContext context, Cell cell, Session session, IProgress<TrainingProgress> progress)
    {
        Backbone backbone = context.BackboneOf(cell);
        int length = cell.Training.MaxLength ?? CellDefaults.MaxLength;
        TrainingRows rows = context.Rows(cell);
        SentenceEmbedder embedder = Start(context, cell, backbone, rows, length, session);
        if (cell.Model.Head == CellHead.Quantum) QuantumStart.Shrink(embedder.Model.Parameters, cell.Model.StartDeviation);
        if (cell.Training.Layers is { } layers) FineTuneLayers.Parse(layers).Apply(embedder.Model.Encoder);
        bool isFrozen = cell.Training.Layers == "none";
        TrainingSet set = rows.Tokenize(embedder.Tokenizer, embedder.MaximumLength, embedder.Prompts);
        Vectors? pooled = isFrozen ? SharedPool.Of(context, cell, backbone, set, length, session.Workers) : null;
        TrainingOptions options = Options(cell, set.Examples.Count);
        EmbeddingTrainer trainer = new(
            embedder.Model, set, CellModels.Objective(cell.Model), options, session.Workers, ProcessGroup.Single,
            pooled is null ? null : new PooledEmbeddingCache(pooled.Data, pooled.Columns));
        TrainingLoop loop = new(trainer, new TrainingLoopOptions
        {
            Progress = progress,
            Evaluators = [new HeadDiagnosticsEvaluator(embedder.Model, set, session.Workers)],
        });
        loop.Run(Session.Cancellation);
        Func<TestTable, HeldOutVectors> embed = isFrozen
            ? Frozen(context, backbone, HeadOf(embedder.Model), length, session)
            : table => new HeldOutVectors(embedder.Similarity, embedder.Dimension, table.Embed(embedder));
        return new CellModel(
            new CellVectors(embed, cell.Model.Similarity, cell.Size),
            Count(embedder.Model, trainer),
            new CellWork(rows.Count, rows.Queries, trainer.CompletedSteps),
            [.. loop.History.Epochs.Select(Epoch)])
        {
            Seconds = loop.Progress.Elapsed.TotalSeconds,
        };
    }

    /// <summary>Vectors of a head over the pooled vectors of an encoder that stays as it is.</summary>
    public static Func<TestTable, HeldOutVectors> Frozen(
        CellContext context, Backbone backbone, Head head, int length, Session session) => table =>
    {
        Vectors pooled = table.Pooled(context.Frozen, backbone, length, session.Workers);
        return HeldOutVectors.Compute(head, pooled, [.. Enumerable.Range(0, pooled.Rows)], session.Workers);
    };

    private static SentenceEmbedder Start(
        CellContext context, Cell cell, Backbone backbone, TrainingRows rows, int length, Session session)
    {
        HeadConfiguration Head(int width) => CellModels.Head(cell.Model, width, cell.Size);
        BertConfiguration WithDropout(BertConfiguration encoder) => cell.Training.Dropout is { } rate
            ? encoder with { HiddenDropout = rate, AttentionDropout = rate }
            : encoder;

        if (backbone.Choice.IsNew)
        {
            Text.Vocabulary vocabulary = context.Vocabulary(cell, rows);
            BertConfiguration preset = BertConfiguration.Preset(backbone.Choice.Model, vocabulary.Count);
            return StartModel.New(WithDropout(preset), vocabulary, Head, session.Seed, length, session.Workers);
        }
        SentenceEmbedder start = backbone.Embedder(session.Workers, length);
        return StartModel.From(start, WithDropout(start.Model.Encoder.Configuration), Head, session.Seed, length, session.Workers);
    }

    private static TrainingOptions Options(Cell cell, int examples)
    {
        ExperimentTraining training = cell.Training;
        int batch = training.Batch ?? CellDefaults.Batch, epochs = training.Epochs ?? CellDefaults.Epochs;
        bool decays = training.Schedule is not Schedule.Constant;
        long steps = (long)epochs * ((examples + batch - 1) / batch);
        return new TrainingOptions
        {
            Epochs = epochs,
            Steps = training.MinSteps > steps ? training.MinSteps : null,
            BatchSize = batch,
            LearningRate = training.Rate ?? CellDefaults.Rate,
            HeadLearningRate = training.HeadRate,
            WarmupShare = decays ? Warmup : 0,
            Decay = decays,
            Negatives = training.Negatives ?? CellDefaults.Negatives,
            InBatchNegatives = training.InBatch ?? false,
            Seed = cell.Seed,
        };
    }

    private static Head HeadOf(EmbeddingModel<float> model)
    {
        Head head = Head.Create(model.Head);
        model.Parameters.Values.AsSpan(model.EncoderLength, head.Parameters.Count).CopyTo(head.Parameters.Values);
        return head;
    }

    private static CellParameters Count(EmbeddingModel<float> model, EmbeddingTrainer trainer)
    {
        int trained = trainer.Parameters.Parameters.Where(parameter => !parameter.Frozen).Sum(parameter => parameter.Shape.Length);
        return new CellParameters(model.Parameters.Count - model.EncoderLength, trained, model.Parameters.Count);
    }

    private static CellEpoch Epoch(EpochReport report) =>
        new(report.Epoch, Defined(report.Measures), Defined(report.Diagnostics), [.. report.Angles]);

    private static Dictionary<string, double> Defined(IReadOnlyList<KeyValuePair<string, double>> values) =>
        new(values.Where(value => double.IsFinite(value.Value)));
}
