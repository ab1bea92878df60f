using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Support;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

/// <summary>The loop around every kind of training.</summary>
internal sealed class TrainingLoopTests
{
    private const string Settings = "rate 1\ndata 2";

    private static readonly string[] Kinds = ["embedding", "masked", "head", "head in order"];

    [Test]
    public void A_run_that_was_interrupted_ends_with_the_bits_of_one_that_was_not([ValueSource(nameof(Kinds))] string kind, [Values(1, 4, 7)] int stop)
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("state");
        ITrainer straight = Trainer(kind);
        TrainingLoop whole = new(straight);
        whole.Run();

        ITrainer before = Trainer(kind);
        using CancellationTokenSource cancellation = new();
        TrainingLoop interrupted = new(before, new() { CheckpointPath = path, Settings = Settings, Progress = new Steps(progress => { if (progress.Step == stop) cancellation.Cancel(); }) });
        Assert.That(() => interrupted.Run(cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(before.CompletedSteps, Is.EqualTo(stop));

        ITrainer after = Trainer(kind);
        TrainingLoop resumed = new(after, new() { CheckpointPath = path, Settings = Settings });
        using (TrainingCheckpoint checkpoint = TrainingCheckpoint.Open(path, Settings)) resumed.Restore(checkpoint);
        Assert.That(after.CompletedSteps, Is.EqualTo(stop));
        resumed.Run();

        Bits.AreEqual<float>(kind, after.Parameters.Values, straight.Parameters.Values);
        Assert.That(resumed.History.ToJsonLines(), Is.EqualTo(whole.History.ToJsonLines()));
        Assert.That(resumed.Progress.AverageLoss, Is.EqualTo(whole.Progress.AverageLoss));
        Assert.That(File.Exists(path), Is.False, "the checkpoint of a run that has ended");
    }

    [Test]
    public void The_best_epoch_is_saved_and_patience_ends_the_run()
    {
        ITrainer trainer = Trainer("embedding");
        Sequence measure = new("dev_ndcg@10", 0.1, 0.3, 0.2, 0.3, 0.9);
        List<int> saved = [], ended = [];
        TrainingLoop loop = new(trainer, new()
        {
            Evaluators = [measure],
            BestBy = "dev_ndcg@10",
            Patience = 2,
            Save = report => saved.Add(report.Epoch),
            EpochEnded = (report, kept) => ended.Add(kept ? report.Epoch : -report.Epoch),
        });

        loop.Run();

        Assert.That(saved, Is.EqualTo([1, 2]));
        Assert.That(ended, Is.EqualTo([1, 2, -3, -4]));
        Assert.That((loop.StoppedEarly, loop.Best.Epoch, loop.Best["dev_ndcg@10"]), Is.EqualTo((true, 2, 0.3)));
    }

    [Test]
    public void Of_a_loss_the_lowest_epoch_is_the_best()
    {
        List<int> saved = [];
        TrainingLoop loop = new(Trainer("embedding"), new() { Evaluators = [new Sequence("dev_loss", 3, 2, 2.5, 2, 1)], BestBy = "dev_loss", Save = report => saved.Add(report.Epoch) });

        loop.Run();

        Assert.That(saved, Is.EqualTo([1, 2, 5]));
        Assert.That(loop.StoppedEarly, Is.False);
    }

    [Test]
    public void Without_a_measure_every_epoch_is_saved()
    {
        List<int> saved = [];

        new TrainingLoop(Trainer("embedding"), new() { Save = report => saved.Add(report.Epoch) }).Run();

        Assert.That(saved, Is.EqualTo([1, 2, 3, 4, 5]));
    }

    [Test]
    public void Patience_needs_a_measure_and_numbers_are_not_negative()
    {
        ITrainer trainer = Trainer("head");

        Assert.That(() => new TrainingLoop(trainer, new() { Patience = 1 }), Throws.ArgumentException.With.Message.StartsWith("expected a measure to go by with patience, found none"));
        Assert.That(() => new TrainingLoop(trainer, new() { Patience = -1 }), Throws.ArgumentException);
        Assert.That(() => new TrainingLoop(trainer, new() { CheckpointSteps = -1 }), Throws.ArgumentException);
        Assert.That(() => new TrainingLoop(trainer).Best, Throws.InvalidOperationException);
    }

    [Test]
    public void More_steps_than_can_be_counted_are_refused() =>
        Assert.That(
            () => new EmbeddingTrainer(ToyData.Model(HeadConfiguration.None(24)), ToyData.Set(8, 2), ToyData.Objective(HeadConfiguration.None(24)), new() { BatchSize = 2, Epochs = 2_000_000_000 }, WorkerPool.Single),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo("expected at most 2147483647 steps, found 4 an epoch and 2000000000 epochs"));

    [Test]
    public void Pooled_vectors_do_not_depend_on_the_size_of_a_page([Values(1, 2, 5, 7)] int textsPerPage)
    {
        EmbeddingModel<float> model = ToyData.Model(HeadConfiguration.None(24));
        TrainingSet set = ToyData.Set(6, 2);
        int[] texts = [.. Enumerable.Range(0, set.TextCount).Reverse()];
        QEngine.Autodiff.Tape<float> tape = new(WorkerPool.Single, recording: false);
        float[] expected = new PooledEmbeddingCache(model, set, WorkerPool.Single).Rows(tape, texts).Span.ToArray();

        float[] found = new PooledEmbeddingCache(model, set, WorkerPool.Single, textsPerPage).Rows(tape, texts).Span.ToArray();

        Assert.That(expected.Distinct().Count(), Is.GreaterThan(24));
        Assert.That(found, Is.EqualTo(expected));
    }

    /// <summary>The same run whenever it is asked for; 10 steps, of an embedding trainer 2 an epoch.</summary>
    private static ITrainer Trainer(string kind)
    {
        if (kind == "embedding")
        {
            HeadConfiguration head = HeadConfiguration.Quantum(24, 6);
            return new EmbeddingTrainer(ToyData.Model(head), ToyData.Set(16, 2), ToyData.Objective(head), new() { BatchSize = 8, Epochs = 5, LearningRate = 1e-3 }, WorkerPool.Single);
        }
        if (kind == "masked")
        {
            MaskedLanguageModel<float> model = new(ToyData.Encoder(dropout: 0.1));
            model.Parameters.Initialize(3);
            List<int[]> texts = [.. Enumerable.Range(0, 7).Select(i => ToyData.Tokenizer.Encode($"red fox {i} jumps over the lazy dog", 16))];
            return new Pretrainer(model, texts, ToyData.Tokenizer.Vocabulary, new() { Steps = 10, TokensPerStep = 20 }, WorkerPool.Single);
        }
        SplittableRandom random = new(3);
        float[] vectors = new float[7 * 3 * 5];
        foreach (ref float value in vectors.AsSpan()) value = (float)random.NextGaussian();
        ParameterStore<float> store = new();
        IHead<float> linear = HeadConfiguration.Linear(5, 2).Create(store);
        store.Initialize(1);
        return new HeadTrainer(
            store, linear, new Objective<float>(new CosineScore<float>(), new RankingLoss<float>()), new GroupExamples(vectors, 5, 3), new() { Steps = 10, Batch = 2, Shuffle = kind == "head", Decay = true }, WorkerPool.Single);
    }

    /// <summary>A measure of known values, one an epoch.</summary>
    private sealed class Sequence(string name, params double[] values) : IEvaluator
    {
        private int _next;

        public void Evaluate(EpochReportBuilder report) => report.AddMeasure(name, values[_next++]);
    }
}
