using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

/// <summary>Batches whose texts are encoded in mini-batches, once to know the loss and once for its gradients.</summary>
internal sealed class MiniBatchEncoderTests
{
    private const int Texts = 5;

    private static readonly TrainingOptions InBatch = new() { BatchSize = 24, LearningRate = 1e-3, Negatives = 2, InBatchNegatives = true, Seed = 5 };

    private static IEnumerable<HeadConfiguration> Heads => ToyData.Heads;

    [TestCaseSource(nameof(Heads))]
    public void Scores_and_loss_have_the_bits_of_the_batch_encoded_at_once_and_gradients_are_near(HeadConfiguration head)
    {
        foreach (int frozen in (int[])[0, 1])
        {
            Step whole = Run(head, InBatch, frozen), parts = Run(head, InBatch with { MiniBatchSize = Texts }, frozen);

            Assert.That(parts.Loss, Is.EqualTo(whole.Loss));
            Assert.That(parts.Scores, Is.EqualTo(whole.Scores));
            Assert.That(parts.HeadGradients, Is.EqualTo(whole.HeadGradients));
            double largest = whole.EncoderGradients.Max(Math.Abs);
            Assert.That(largest, Is.GreaterThan(0));
            Assert.That(parts.EncoderGradients, Is.EqualTo(whole.EncoderGradients).Within(1e-5 * largest));
            Assert.That(Run(head, InBatch with { MiniBatchSize = 10_000 }, frozen).EncoderGradients, Is.EqualTo(whole.EncoderGradients));
        }
    }

    [TestCaseSource(nameof(Heads))]
    public void Gradients_have_the_bits_of_mini_batches_that_are_all_kept_on_the_tape(HeadConfiguration head)
    {
        EmbeddingModel<float> model = ToyData.Model(head, dropout: 0.1);
        TrainingSet set = ToyData.Set(24, 2);
        TrainingBatch batch = new(set);
        SplittableRandom random = new(1);
        batch.Fill([.. Enumerable.Range(0, 24)], 2, inBatch: true, ref random);
        DropoutSequence dropout = DropoutSequence.ForTraining();
        dropout.Begin(3);
        DropoutSequence.Place start = dropout.Position;
        Tape<float> tape = new(WorkerPool.Single, recording: true, model.Parameters.Gradients);
        List<Tensor<float>> pooled = [];
        for (int first = 0; first < batch.Sequences.Count; first += Texts)
        {
            PackedSequences part = new();
            part.Add(batch.Sequences, first, Math.Min(Texts, batch.Sequences.Count - first));
            dropout.Resume(start with { Tokens = batch.Sequences.Offsets.Span[first], Sequences = first });
            pooled.Add(model.Pool(tape, part, dropout));
        }
        Tensor<float> rows = model.Represent(tape, Concatenate.Apply<float>(tape, pooled.ToArray()));
        tape.Backward(ToyData.Objective(head).Apply(tape, rows, batch.Candidates, default).Loss, [1f]);
        float[] expected = [.. model.Parameters.Gradients];
        long kept = tape.Bytes;

        Array.Clear(model.Parameters.Gradients);
        Tape<float> cached = new(WorkerPool.Single, recording: true, model.Parameters.Gradients);
        dropout.Resume(start);
        rows = model.Represent(cached, new MiniBatchEncoder(model, Texts).Pool(cached, batch.Sequences, dropout));
        cached.Backward(ToyData.Objective(head).Apply(cached, rows, batch.Candidates, default).Loss, [1f]);

        Assert.That(model.Parameters.Gradients, Is.EqualTo(expected));
        Assert.That(expected, Has.Some.Not.Zero);
        Assert.That(cached.Bytes, Is.LessThan(kept));
    }

    [Test]
    public void The_tape_grows_with_the_mini_batch_and_hardly_with_the_batch()
    {
        HeadConfiguration head = HeadConfiguration.Linear(24, 10);
        TrainingOptions many = InBatch with { BatchSize = 256, Negatives = 0 };

        long whole = Run(head, many, examples: 256).TapeBytes, parts = Run(head, many with { MiniBatchSize = 16 }, examples: 256).TapeBytes;

        // What is left are the scores of all pairs and room for one mini-batch.
        Assert.That(parts, Is.LessThanOrEqualTo(whole / 2));
    }

    [Test]
    public void A_run_has_the_same_bits_at_any_thread_count_and_with_checkpointed_activations()
    {
        HeadConfiguration head = HeadConfiguration.Quantum(24, 10);
        TrainingOptions options = InBatch with { BatchSize = 8, Epochs = 2, AccumulationSteps = 2, MiniBatchSize = Texts };
        float[] one = Train(head, options, threads: 1);

        Assert.That(Train(head, options, threads: 3), Is.EqualTo(one));
        Assert.That(Train(head, options with { CheckpointActivations = true }, threads: 2), Is.EqualTo(one));
        Assert.That(Train(head, options with { MiniBatchSize = null }, threads: 1), Is.Not.EqualTo(one), "last digits");
    }

    /// <summary>What is computed again in the backward pass must not move the dropouts of the batch that follows.</summary>
    [Test]
    public void Checkpointed_activations_give_the_same_bits_where_a_step_has_several_batches()
    {
        HeadConfiguration head = HeadConfiguration.Linear(24, 10);
        TrainingOptions options = InBatch with { BatchSize = 8, Epochs = 2, AccumulationSteps = 2 };

        Assert.That(Train(head, options with { CheckpointActivations = true }, threads: 1), Is.EqualTo(Train(head, options, threads: 1)));
    }

    [Test]
    public void A_warm_step_allocates_nothing()
    {
        HeadConfiguration head = HeadConfiguration.Quantum(24, 10);
        EmbeddingTrainer trainer = new(ToyData.Model(head, dropout: 0.1), ToyData.Set(64, 2), ToyData.Objective(head), InBatch with { MiniBatchSize = Texts }, WorkerPool.Single);
        int[] examples = [.. Enumerable.Range(0, 24)];
        for (int warm = 0; warm < 60; warm++) trainer.Step(examples);

        Assert.That(Allocation.Fewest(() => trainer.Step(examples)), Is.Zero);
    }

    [Test]
    public void A_mini_batch_of_nothing_is_refused() => Assert.That(
        () => (InBatch with { MiniBatchSize = 0 }).Check(),
        Throws.TypeOf<QEngineException>().With.Message.EqualTo("expected a mini-batch of at least 1 text, found 0"));

    private static Step Run(HeadConfiguration head, TrainingOptions options, int frozen = 0, int examples = 24)
    {
        EmbeddingModel<float> model = ToyData.Model(head, dropout: 0.1);
        Freeze(model, frozen);
        DropoutSequence dropout = DropoutSequence.ForTraining();
        dropout.Begin(3);
        SplittableRandom random = new(1);
        Tape<float> tape = new(WorkerPool.Single, recording: true, model.Parameters.Gradients);
        BatchObjective batch = new(model, ToyData.Set(examples, 2), ToyData.Objective(head), options, WorkerPool.Single);
        ObjectiveValue<float> value = batch.Apply(tape, [.. Enumerable.Range(0, examples)], dropout, ref random);
        (float loss, float[] scores) = (value.Loss.Span[0], value.Scores.Span.ToArray());
        tape.Backward(value.Loss, [1f]);
        return new(loss, scores, model.Parameters.Gradients[..model.EncoderLength], model.Parameters.Gradients[model.EncoderLength..], tape.Bytes);
    }

    private static float[] Train(HeadConfiguration head, TrainingOptions options, int threads)
    {
        using WorkerPool workers = new(threads);
        EmbeddingModel<float> model = ToyData.Model(head, dropout: 0.1);
        new TrainingLoop(new EmbeddingTrainer(model, ToyData.Set(48, 2), ToyData.Objective(head), options, workers)).Run();
        return model.Parameters.Values;
    }

    private static void Freeze(EmbeddingModel<float> model, int layers)
    {
        if (layers == 0) return;
        model.Encoder.EmbeddingsFrozen = true;
        for (int layer = 0; layer < layers; layer++) model.Encoder.Layers[layer].Frozen = true;
    }

    private sealed record Step(float Loss, float[] Scores, float[] EncoderGradients, float[] HeadGradients, long TapeBytes);
}
