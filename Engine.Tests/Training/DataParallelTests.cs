using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Support;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

/// <summary>One run shared by several processes has the bits of the same run in one process.</summary>
internal sealed class DataParallelTests
{
    private const string Settings = "rate 1\ndata 2";

    private static readonly HeadConfiguration Head = HeadConfiguration.Quantum(24, 10);

    private static readonly TrainingOptions Alone =
        new() { Epochs = 3, BatchSize = 16, LearningRate = 3e-3, Negatives = 2, Seed = 5, Shards = 8, TokenBudget = 60 };

    private static readonly TrainingOptions Together = Alone with { InBatchNegatives = true };

    private static readonly TrainingOptions[] Kinds =
    [
        Alone,
        Together,
        Alone with { AccumulationSteps = 2, BatchSize = 7 },
        Together with { AccumulationSteps = 2, BatchSize = 7 },
        Together with { MiniBatchSize = 3, CheckpointActivations = true },
        Together with { Shards = 4, BatchSize = 2 },
    ];

    [Test]
    public void Parameters_and_epochs_have_the_same_bits_at_any_number_of_processes([Range(0, 5)] int kind, [Values(0, 1, 3)] int frozen)
    {
        (float[] parameters, string epochs) = Train(Kinds[kind], frozen, 1)[0];

        foreach (int size in (int[])[2, 3, 4, 5, 7, 8])
        {
            if (size > Kinds[kind].Shards) continue;
            foreach ((float[] Parameters, string Epochs) rank in Train(Kinds[kind], frozen, size))
            {
                Bits.AreEqual<float>($"{size} processes", rank.Parameters, parameters);
                Assert.That(rank.Epochs, Is.EqualTo(epochs));
            }
        }
    }

    [Test]
    public void A_model_that_pools_first_tokens_is_shared_too([Values(null, 3)] int? miniBatch)
    {
        TrainingOptions options = Together with { MiniBatchSize = miniBatch };
        float[] alone = Trained(1);

        foreach (int size in (int[])[2, 3]) Bits.AreEqual<float>($"{size} processes", Trained(size), alone);

        float[] Trained(int size) => ThreadGroup.Run(size, group =>
        {
            EmbeddingModel<float> model = ToyData.Model(Head, dropout: 0.1, pooling: PoolingMode.Cls);
            EmbeddingTrainer trainer = new(model, ToyData.Set(30, 2), ToyData.Objective(Head), options, WorkerPool.Single, group);
            new TrainingLoop(trainer, new() { Processes = group }).Run();
            return model.Parameters.Values;
        })[^1];
    }

    [Test]
    public void A_loss_that_compares_scores_of_the_whole_batch_is_shared_too()
    {
        TrainingSet set = new(ToyData.Tokenizer, 16);
        string[] animals = ["cat", "dog", "bird"];
        for (int i = 0; i < 30; i++) set.Add($"red {animals[i % 3]} runs", $"{animals[i / 3 % 3]} sings {(i % 2 == 0 ? "well" : "slowly")}", [], targets: [i % 7 / 7f]);
        TrainingOptions options = Alone with { Negatives = 0 };
        Objective<float> objective = new(new CosineScore<float>(), new CoSentLoss<float>());

        float[] Trained(int size) => ThreadGroup.Run(size, group =>
        {
            EmbeddingModel<float> model = ToyData.Model(HeadConfiguration.Linear(24, 10), dropout: 0.1);
            new TrainingLoop(new EmbeddingTrainer(model, set, objective, options, WorkerPool.Single, group), new() { Processes = group }).Run();
            return model.Parameters.Values;
        })[^1];

        Bits.AreEqual<float>("3 processes", Trained(3), Trained(1));
    }

    /// <summary>Without dropout and with all negatives nothing is drawn, so a step differs by the order of its sums alone.</summary>
    [Test]
    public void Shards_change_the_last_digits_of_a_step_and_no_more([Values] bool together)
    {
        TrainingOptions options = (together ? Together : Alone) with { Negatives = 2 };
        (float[] Gradients, double Loss, RankingStatistics Ranking, long Tokens) whole = Step(options with { Shards = 1 });
        foreach (int shards in (int[])[2, 8, 64])
        {
            (float[] gradients, double loss, RankingStatistics ranking, long tokens) = Step(options with { Shards = shards });
            double largest = whole.Gradients.Max(Math.Abs);

            Assert.That(largest, Is.GreaterThan(0));
            Assert.That(gradients, Is.EqualTo(whole.Gradients).Within(1e-5 * largest));
            Assert.That(loss, together ? Is.EqualTo(whole.Loss) : Is.EqualTo(whole.Loss).Within(1e-6 * whole.Loss));
            Assert.That((ranking.Queries, ranking.Correct, ranking.Tied), Is.EqualTo((whole.Ranking.Queries, whole.Ranking.Correct, whole.Ranking.Tied)));
            if (together) Assert.That(tokens, Is.EqualTo(whole.Tokens));
        }

        static (float[] Gradients, double Loss, RankingStatistics Ranking, long Tokens) Step(TrainingOptions options)
        {
            EmbeddingModel<float> model = ToyData.Model(Head);
            EmbeddingTrainer trainer = new(model, ToyData.Set(16, 2), ToyData.Objective(Head), options, WorkerPool.Single);
            double loss = trainer.Step([.. Enumerable.Range(0, 16)]);
            return (model.Parameters.Gradients, loss, trainer.Statistics.Ranking, trainer.Tokens);
        }
    }

    [Test]
    public void Dropout_and_scores_of_a_batch_that_is_together_do_not_depend_on_the_shards()
    {
        double Loss(int shards) => new EmbeddingTrainer(
            ToyData.Model(Head, dropout: 0.1), ToyData.Set(16, 2), ToyData.Objective(Head), Together with { Shards = shards }, WorkerPool.Single).Step();

        Assert.That(Loss(2), Is.EqualTo(Loss(1)));
        Assert.That(Loss(16), Is.EqualTo(Loss(1)));
    }

    [Test]
    public void A_run_goes_on_in_another_number_of_processes([Values] bool together, [Values(1, 3, 4)] int before, [Values(1, 2, 4)] int after)
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("state");
        TrainingOptions options = together ? Together : Alone;
        (float[] parameters, string epochs) = Train(options, 0, 1)[0];
        using CancellationTokenSource cancellation = new();

        Assert.That(
            () => ThreadGroup.Run(before, group =>
            {
                // One process alone is told to end; all of them do.
                Steps told = new(progress => { if (progress.Step == 4 && group.Rank == group.Size - 1) cancellation.Cancel(); });
                Loop(Model(0), options, group, path, told).Run(group.Rank == group.Size - 1 ? cancellation.Token : default);
                return 0;
            }),
            Throws.InstanceOf<OperationCanceledException>());
        (float[] Parameters, string Epochs)[] resumed = ThreadGroup.Run(after, group =>
        {
            EmbeddingModel<float> model = Model(0);
            TrainingLoop loop = Loop(model, options, group, path);
            using (TrainingCheckpoint checkpoint = TrainingCheckpoint.Open(path, Settings)) loop.Restore(checkpoint);
            loop.Run();
            return (model.Parameters.Values, loop.History.ToJsonLines());
        });

        foreach ((float[] Parameters, string Epochs) rank in resumed)
        {
            Bits.AreEqual<float>("resumed", rank.Parameters, parameters);
            Assert.That(rank.Epochs, Is.EqualTo(epochs));
        }
        Assert.That(File.Exists(path), Is.False);
    }

    [Test]
    public void The_first_process_alone_measures_and_saves_and_all_decide_alike()
    {
        int[][] saved = ThreadGroup.Run(3, group =>
        {
            List<int> epochs = [];
            EmbeddingModel<float> model = Model(0);
            EmbeddingTrainer trainer = new(model, ToyData.Set(40, 3), ToyData.Objective(Head), Alone with { Epochs = 9 }, WorkerPool.Single, group);
            Falling measure = new(group.Rank == 0);
            TrainingLoop loop = new(trainer, new() { Processes = group, Evaluators = [measure], BestBy = "dev_ndcg@10", Patience = 2, Save = report => epochs.Add(report.Epoch) });
            loop.Run();
            return (int[])[loop.History.Epochs.Count, loop.StoppedEarly ? 1 : 0, .. epochs];
        });

        Assert.That(saved, Is.EqualTo((int[][])[[3, 1, 1], [3, 1], [3, 1]]));
    }

    [Test]
    public void Processes_of_other_settings_data_or_parameters_are_refused_by_all()
    {
        void Run(Func<int, string> settings, Func<int, ulong> seed) => ThreadGroup.Run(3, group =>
        {
            EmbeddingModel<float> model = ToyData.Model(Head, seed: seed(group.Rank));
            EmbeddingTrainer trainer = new(model, ToyData.Set(40, 3), ToyData.Objective(Head), Alone, WorkerPool.Single, group);
            TrainingLoop loop = new(trainer, new() { Processes = group, Settings = settings(group.Rank) });
            Assert.That(() => loop.Run(), Throws.TypeOf<QEngineException>());
            loop.Run();
            return 0;
        });

        Assert.That(
            () => Run(rank => rank == 2 ? "lr 0.1\ndata 00" : "lr 0.2\ndata 00", _ => 7),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo("expected \"lr 0.2\" in all processes, as in process 0, found \"lr 0.1\" in process 2"));
        Assert.That(() => Run(rank => $"data 0{rank / 2}", _ => 7), Throws.TypeOf<QEngineException>().With.Message.Contains("data 00").And.Message.Contains("data 01"));
        Assert.That(() => Run(_ => Settings, rank => 7 + (ulong)(rank % 2)), Throws.TypeOf<QEngineException>().With.Message.Contains("parameters").And.Message.Contains("process 1"));
    }

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(-4)]
    public void Shards_that_are_no_power_of_two_are_refused(int shards) =>
        Assert.That(() => (Alone with { Shards = shards }).Check(), Throws.TypeOf<QEngineException>().With.Message.EqualTo($"expected shards that are a power of two, found {shards}"));

    [Test]
    public void More_processes_than_shards_are_refused() => Assert.That(
        () => ThreadGroup.Run(3, group => new EmbeddingTrainer(Model(0), ToyData.Set(40, 3), ToyData.Objective(Head), Alone with { Shards = 2 }, WorkerPool.Single, group)),
        Throws.TypeOf<QEngineException>().With.Message.EqualTo("expected at least 3 shards for as many processes, found 2"));

    [Test]
    public void A_warm_step_allocates_nothing([Values] bool together)
    {
        EmbeddingTrainer trainer = new(ToyData.Model(Head, dropout: 0.1), ToyData.Set(64, 2), ToyData.Objective(Head), together ? Together : Alone, WorkerPool.Single);
        int[] examples = [.. Enumerable.Range(0, 16)];
        for (int warm = 0; warm < 60; warm++) trainer.Step(examples);

        Assert.That(Allocation.Fewest(() => trainer.Step(examples)), Is.Zero);
    }

    /// <summary>A model of which nothing, the embeddings and a layer, or all of the encoder is frozen.</summary>
    private static EmbeddingModel<float> Model(int frozen)
    {
        EmbeddingModel<float> model = ToyData.Model(Head, dropout: 0.1);
        if (frozen > 0) model.Encoder.EmbeddingsFrozen = true;
        for (int layer = 0; layer < Math.Min(frozen, model.Encoder.Layers.Count); layer++) model.Encoder.Layers[layer].Frozen = true;
        return model;
    }

    private static TrainingLoop Loop(EmbeddingModel<float> model, TrainingOptions options, IProcessGroup group, string? path = null, IProgress<TrainingProgress>? progress = null)
    {
        TrainingSet development = ToyData.Set(9, 3, seed: 4);
        EmbeddingTrainer trainer = new(model, ToyData.Set(40, 3), ToyData.Objective(Head), options, WorkerPool.Single, group);
        return new TrainingLoop(trainer, new()
        {
            Processes = group,
            CheckpointPath = path,
            Settings = Settings,
            Evaluators = [new Development(model, development, ToyData.Objective(Head), options, WorkerPool.Single)],
            Progress = progress,
        });
    }

    private static (float[] Parameters, string Epochs)[] Train(TrainingOptions options, int frozen, int size) => ThreadGroup.Run(size, group =>
    {
        EmbeddingModel<float> model = Model(frozen);
        TrainingLoop loop = Loop(model, options, group);
        loop.Run();
        return (model.Parameters.Values, loop.History.ToJsonLines());
    });

    /// <summary>A measure that gets worse, and that one process alone may ask for.</summary>
    private sealed class Falling(bool allowed) : IEvaluator
    {
        private double _value = 1;

        public void Evaluate(EpochReportBuilder report)
        {
            Assert.That(allowed);
            report.AddMeasure("dev_ndcg@10", _value--);
        }
    }
}
