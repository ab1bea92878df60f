using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

internal sealed class EmbeddingTrainerTests
{
    private static IEnumerable<HeadConfiguration> Heads => ToyData.Heads;

    [TestCaseSource(nameof(Heads))]
    public void Training_lowers_the_loss(HeadConfiguration head)
    {
        EmbeddingModel<float> model = ToyData.Model(head);
        TrainingOptions options = new() { Epochs = 12, BatchSize = 16, LearningRate = 3e-3, Negatives = 2, Seed = 3 };
        List<double> losses = [];

        new TrainingLoop(new EmbeddingTrainer(model, ToyData.Set(96, 2), ToyData.Objective(head), options, WorkerPool.Single), new() { EpochEnded = (report, _) => losses.Add(report[EpochReport.Loss]) }).Run();

        Assert.That(losses, Has.Count.EqualTo(12));
        Assert.That(losses[^1], Is.LessThan(0.8 * losses[0]));
    }

    [TestCaseSource(nameof(Heads))]
    public void Same_seed_gives_the_same_bits_at_any_thread_count(HeadConfiguration head)
    {
        float[] one = Train(head, 1, 5), two = Train(head, 2, 5), three = Train(head, 3, 5), other = Train(head, 1, 6);

        Assert.That(two, Is.EqualTo(one));
        Assert.That(three, Is.EqualTo(one));
        Assert.That(other, Is.Not.EqualTo(one));
    }

    [Test]
    public void A_warm_step_allocates_nothing([Values] bool inBatch, [Values] bool checkpoint)
    {
        HeadConfiguration head = HeadConfiguration.Quantum(24, 10);
        TrainingOptions options = new() { Epochs = 1, BatchSize = 16, LearningRate = 1e-3, Negatives = 2, InBatchNegatives = inBatch, CheckpointActivations = checkpoint };
        EmbeddingTrainer trainer = new(ToyData.Model(head, dropout: 0.1), ToyData.Set(64, 2), ToyData.Objective(head), options, WorkerPool.Single);
        int[] examples = new int[16];
        for (int i = 0; i < examples.Length; i++) examples[i] = i;
        for (int warm = 0; warm < 60; warm++) trainer.Step(examples);

        Assert.That(Allocation.Fewest(() => trainer.Step(examples)), Is.Zero);
    }

    [Test]
    public void Parts_of_a_step_add_up_to_the_whole_step()
    {
        HeadConfiguration head = HeadConfiguration.Linear(24, 10);
        float[] whole = TrainOnce(head, 100000), parts = TrainOnce(head, 40);

        Assert.That(parts, Is.EqualTo(whole).Within(1e-4));
        Assert.That(parts, Is.Not.EqualTo(ToyData.Model(head).Parameters.Values));
    }

    [Test]
    public void A_frozen_encoder_stays_as_it_is_and_the_head_learns_as_it_would_with_it()
    {
        HeadConfiguration head = HeadConfiguration.Quantum(24, 10);
        EmbeddingModel<float> model = ToyData.Model(head);
        for (int i = 0; i < model.EncoderParameters; i++) model.Parameters.Parameters[i].Frozen = true;
        float[] before = [.. model.Parameters.Values];
        List<double> losses = [];
        TrainingOptions options = new() { Epochs = 10, BatchSize = 16, LearningRate = 0.05, Negatives = 2 };

        new TrainingLoop(new EmbeddingTrainer(model, ToyData.Set(64, 2), ToyData.Objective(head), options, WorkerPool.Single), new() { EpochEnded = (report, _) => losses.Add(report[EpochReport.Loss]) }).Run();

        Assert.That(model.Parameters.Values.AsSpan(0, model.EncoderLength).SequenceEqual(before.AsSpan(0, model.EncoderLength)));
        Assert.That(losses[^1], Is.LessThan(losses[0]));
    }

    [TestCaseSource(nameof(Heads))]
    public void Checkpointed_activations_give_the_same_bits(HeadConfiguration head)
    {
        Assert.That(Train(head, 2, 5, checkpoint: true), Is.EqualTo(Train(head, 2, 5)));
        Assert.That(Train(head, 2, 5, checkpoint: true, frozenLayers: 1), Is.EqualTo(Train(head, 2, 5, frozenLayers: 1)));
    }

    [Test]
    public void Frozen_lower_layers_stay_as_they_are_and_the_layers_above_learn()
    {
        HeadConfiguration head = HeadConfiguration.Linear(24, 10);
        EmbeddingModel<float> before = ToyData.Model(head, dropout: 0.1);

        float[] after = Train(head, 1, 5, frozenLayers: 1);

        foreach (Parameter<float> parameter in before.Parameters.Parameters)
        {
            bool frozen = parameter.Name.StartsWith("embeddings.", StringComparison.Ordinal) || parameter.Name.StartsWith("encoder.layer.0.", StringComparison.Ordinal);
            bool same = after.AsSpan(parameter.Offset, parameter.Shape.Length).SequenceEqual(parameter.Values.Span);
            // A key's bias moves no softmax: its gradient is rounding alone.
            if (!parameter.Name.EndsWith("key.bias", StringComparison.Ordinal)) Assert.That(same, Is.EqualTo(frozen), parameter.Name);
        }
    }

    [Test]
    public void Frozen_lower_layers_are_not_recorded()
    {
        HeadConfiguration head = HeadConfiguration.None(24);

        Assert.That(Recorded(head, frozenLayers: 1), Is.LessThan(Recorded(head, frozenLayers: 0)));
        Assert.That(Recorded(head, frozenLayers: 2), Is.LessThan(Recorded(head, frozenLayers: 1)));
    }

    private static int Recorded(HeadConfiguration head, int frozenLayers)
    {
        EmbeddingModel<float> model = ToyData.Model(head, dropout: 0.1);
        Freeze(model, frozenLayers);
        Tape<float> tape = new(WorkerPool.Single, recording: true, model.Parameters.Gradients);
        PackedSequences batch = new();
        batch.Add([2, 5, 6, 3]);
        model.Pool(tape, batch, DropoutSequence.ForTraining());
        return tape.Recorded;
    }

    private static void Freeze(EmbeddingModel<float> model, int layers)
    {
        foreach (Parameter<float> parameter in model.Parameters.Parameters)
        {
            for (int layer = 0; layer < layers; layer++)
                if (parameter.Name.StartsWith($"encoder.layer.{layer}.", StringComparison.Ordinal)) parameter.Frozen = true;
            if (layers > 0 && parameter.Name.StartsWith("embeddings.", StringComparison.Ordinal)) parameter.Frozen = true;
        }
    }

    [Test]
    public void Without_decay_the_learning_rate_stays()
    {
        HeadConfiguration head = HeadConfiguration.Linear(24, 10);
        EmbeddingModel<float> model = ToyData.Model(head);
        // Adam's first step moves a parameter by the learning rate, whatever the gradient.
        TrainingOptions options = new() { Steps = 1, BatchSize = 16, LearningRate = 0.01, WarmupShare = 0, Decay = false, Negatives = 2 };
        float before = model.Parameters.Values[^1];

        new TrainingLoop(new EmbeddingTrainer(model, ToyData.Set(16, 2), ToyData.Objective(head), options, WorkerPool.Single)).Run();

        Assert.That(Math.Abs(model.Parameters.Values[^1] - before), Is.EqualTo(0.01).Within(1e-4));
    }

    [Test]
    public void Cancelling_leaves_whole_steps()
    {
        HeadConfiguration head = HeadConfiguration.None(24);
        using CancellationTokenSource cancellation = new();
        EmbeddingTrainer trainer = new(ToyData.Model(head), ToyData.Set(64, 2), ToyData.Objective(head), new TrainingOptions { BatchSize = 8 }, WorkerPool.Single);
        int steps = 0;

        Assert.That(
            () => new TrainingLoop(trainer, new() { Progress = new Steps(progress => { if ((steps = progress.Step) == 3) cancellation.Cancel(); }) }).Run(cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(steps, Is.EqualTo(3));
    }

    [Test]
    public void Queries_without_any_negative_are_refused()
    {
        HeadConfiguration head = HeadConfiguration.None(24);

        Assert.That(
            () => new EmbeddingTrainer(ToyData.Model(head), ToyData.Set(8, 0), ToyData.Objective(head), new TrainingOptions(), WorkerPool.Single),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo("expected hard negatives for every query or in-batch negatives, found neither for example 1"));
    }

    [Test]
    public void A_loss_that_is_not_finite_is_reported()
    {
        HeadConfiguration head = HeadConfiguration.Linear(24, 10);
        EmbeddingModel<float> model = ToyData.Model(head);
        model.Parameters.Values[^1] = float.NaN;
        EmbeddingTrainer trainer = new(model, ToyData.Set(8, 1), ToyData.Objective(head), new TrainingOptions(), WorkerPool.Single);

        Assert.That(() => new TrainingLoop(trainer).Run(), Throws.TypeOf<QEngineException>().With.Message.StartsWith("expected a finite loss, found NaN at step 1"));
    }

    private static float[] Train(HeadConfiguration head, int threads, ulong seed, bool checkpoint = false, int frozenLayers = 0)
    {
        using WorkerPool workers = new(threads);
        EmbeddingModel<float> model = ToyData.Model(head, dropout: 0.1);
        Freeze(model, frozenLayers);
        TrainingOptions options = new() { Epochs = 2, BatchSize = 16, LearningRate = 1e-3, Negatives = 2, InBatchNegatives = true, Seed = seed, CheckpointActivations = checkpoint };
        new TrainingLoop(new EmbeddingTrainer(model, ToyData.Set(48, 2), ToyData.Objective(head), options, workers)).Run();
        return model.Parameters.Values;
    }

    private static float[] TrainOnce(HeadConfiguration head, int tokenBudget)
    {
        EmbeddingModel<float> model = ToyData.Model(head);
        // Adam's first step is the sign of the gradient: with a large epsilon it is proportional to it instead.
        TrainingOptions options = new() { BatchSize = 24, LearningRate = 1, WarmupShare = 0, Negatives = 2, TokenBudget = tokenBudget, Adam = new AdamSettings(Epsilon: 1) };
        new TrainingLoop(new EmbeddingTrainer(model, ToyData.Set(24, 2), ToyData.Objective(head), options, WorkerPool.Single)).Run();
        return model.Parameters.Values;
    }
}
