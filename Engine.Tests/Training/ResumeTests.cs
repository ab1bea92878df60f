using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tests.Support;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

/// <summary>A run that is interrupted after any step and restored ends with the bits of one that was not.</summary>
internal sealed class ResumeTests
{
    private const string Settings = "batch 8\nlr 0.003";

    private static IEnumerable<HeadConfiguration> Heads => ToyData.Heads;

    [TestCaseSource(nameof(Heads))]
    public void Parameters_losses_and_statistics_are_those_of_an_uninterrupted_run(HeadConfiguration head)
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("run.checkpoint");
        (EmbeddingModel<float> straight, EmbeddingTrainer straightTrainer) = Prepare(head);
        List<double> losses = [];
        while (straightTrainer.CompletedSteps < straightTrainer.Steps) losses.Add(straightTrainer.Step());

        foreach (int stop in (int[])[1, 4, 6, 7, 11, 12])
        {
            (EmbeddingModel<float> first, EmbeddingTrainer before) = Prepare(head);
            while (before.CompletedSteps < stop) Assert.That(before.Step(), Is.EqualTo(losses[before.CompletedSteps - 1]));
            Save(first, before, path);

            (EmbeddingModel<float> second, EmbeddingTrainer after) = Prepare(head, seed: 99);
            Restore(second, after, path);
            Assert.That(after.CompletedSteps, Is.EqualTo(stop));
            while (after.CompletedSteps < after.Steps) Assert.That(after.Step(), Is.EqualTo(losses[after.CompletedSteps - 1]), $"step {after.CompletedSteps} after a stop at {stop}");

            Assert.That(second.Parameters.Values, Is.EqualTo(straight.Parameters.Values));
            Assert.That(after.Tokens, Is.EqualTo(straightTrainer.Tokens));
            Assert.That(after.Statistics.Loss, Is.EqualTo(straightTrainer.Statistics.Loss));
            Assert.That(after.Statistics.Ranking, Is.EqualTo(straightTrainer.Statistics.Ranking));
            for (int group = 0; group < after.Groups.Count; group++)
                Assert.That(after.Statistics.GradientNorm(group), Is.EqualTo(straightTrainer.Statistics.GradientNorm(group)));
        }
    }

    [Test]
    public void A_masked_language_model_goes_on_in_the_same_way()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("run.checkpoint");
        (MaskedLanguageModel<float> straight, Pretrainer straightTrainer) = PrepareMasked(7);
        List<double> losses = [];
        while (straightTrainer.CompletedSteps < 9) losses.Add(straightTrainer.Step());

        foreach (int stop in (int[])[1, 3, 8])
        {
            (MaskedLanguageModel<float> first, Pretrainer before) = PrepareMasked(7);
            while (before.CompletedSteps < stop) before.Step();
            TrainingCheckpointWriter writer = new(first.Parameters, Settings);
            before.Save(writer);
            writer.Write(path);

            (MaskedLanguageModel<float> second, Pretrainer after) = PrepareMasked(8);
            using (TrainingCheckpoint checkpoint = TrainingCheckpoint.Open(path, Settings))
            {
                checkpoint.Restore(second.Parameters);
                after.Restore(checkpoint);
            }
            while (after.CompletedSteps < 9) Assert.That(after.Step(), Is.EqualTo(losses[after.CompletedSteps - 1]));

            Assert.That(second.Parameters.Values, Is.EqualTo(straight.Parameters.Values));
            Assert.That((after.Tokens, after.Epoch), Is.EqualTo((straightTrainer.Tokens, straightTrainer.Epoch)));
        }
    }

    [Test]
    public void Other_settings_are_refused_by_name()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("run.checkpoint");
        (EmbeddingModel<float> model, EmbeddingTrainer trainer) = Prepare(HeadConfiguration.None(24));
        Save(model, trainer, path);

        Assert.That(() => TrainingCheckpoint.Open(path, "batch 8\nlr 0.001"), Throws.TypeOf<QEngineException>().With.Message.Contains("lr 0.001").And.Message.Contains("lr 0.003"));
    }

    [Test]
    public void A_checkpoint_of_another_model_is_refused()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("run.checkpoint");
        (EmbeddingModel<float> model, EmbeddingTrainer trainer) = Prepare(HeadConfiguration.Linear(24, 10));
        Save(model, trainer, path);
        (EmbeddingModel<float> other, EmbeddingTrainer otherTrainer) = Prepare(HeadConfiguration.Linear(24, 11));

        Assert.That(() => Restore(other, otherTrainer, path), Throws.TypeOf<QEngineException>().With.Message.Contains("values"));
    }

    [TestCase("steps", "-1")]
    [TestCase("steps", "1000000")]
    [TestCase("steps", "99999999999999999999")]
    [TestCase("tokens", "x")]
    [TestCase("epoch", "1 2 3")]
    [TestCase("epoch", "a b c d e f g h i j k")]
    public void A_malformed_state_is_refused(string name, string value)
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("run.checkpoint");
        (EmbeddingModel<float> model, EmbeddingTrainer trainer) = Prepare(HeadConfiguration.None(24));
        Save(model, trainer, path);
        Rewrite(path, name, value);

        Assert.That(() => Restore(model, trainer, path), Throws.TypeOf<QEngineException>().With.Message.Contains(name).And.Message.Contains("run.checkpoint"));
    }

    [Test]
    public void A_file_that_is_no_checkpoint_is_refused()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("run.checkpoint");
        File.WriteAllText(path, "not a checkpoint");

        Assert.That(() => TrainingCheckpoint.Open(path, Settings), Throws.TypeOf<QEngineException>().With.Message.Contains("run.checkpoint"));
    }

    private static (EmbeddingModel<float> Model, EmbeddingTrainer Trainer) Prepare(HeadConfiguration head, ulong seed = 7)
    {
        EmbeddingModel<float> model = ToyData.Model(head, dropout: 0.1, seed);
        TrainingOptions options = new() { Epochs = 2, BatchSize = 8, LearningRate = 3e-3, Negatives = 2, Seed = 5 };
        return (model, new EmbeddingTrainer(model, ToyData.Set(45, 3), ToyData.Objective(head), options, WorkerPool.Single));
    }

    private static (MaskedLanguageModel<float> Model, Pretrainer Trainer) PrepareMasked(ulong seed)
    {
        MaskedLanguageModel<float> model = new(ToyData.Encoder(dropout: 0.1));
        model.Parameters.Initialize(seed);
        int[][] texts = [.. Enumerable.Range(0, 10).Select(i => ToyData.Tokenizer.Encode($"red cat sleeps {(i % 2 == 0 ? "well" : "slowly")}", 16))];
        return (model, new Pretrainer(model, texts, ToyData.Tokenizer.Vocabulary, new PretrainingOptions { Steps = 9, TokensPerStep = 20 }, WorkerPool.Single));
    }

    private static void Save(EmbeddingModel<float> model, EmbeddingTrainer trainer, string path)
    {
        TrainingCheckpointWriter checkpoint = new(model.Parameters, Settings);
        trainer.Save(checkpoint);
        checkpoint.Write(path);
    }

    private static void Restore(EmbeddingModel<float> model, EmbeddingTrainer trainer, string path)
    {
        using TrainingCheckpoint checkpoint = TrainingCheckpoint.Open(path, Settings);
        checkpoint.Restore(model.Parameters);
        trainer.Restore(checkpoint);
    }

    private static void Rewrite(string path, string name, string value)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Dictionary<string, string> state = new(file.Metadata) { [name] = value };
        List<SafetensorsEntry> tensors = [];
        foreach (SafetensorsTensor tensor in file.Tensors)
        {
            float[] data = new float[tensor.ElementCount];
            file.Read<float>(tensor.Name, data);
            tensors.Add(new SafetensorsEntry(tensor.Name, tensor.Shape, data));
        }
        SafetensorsWriter.Write(path, tensors, state);
    }
}
