using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Text;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

internal sealed class PretrainerTests
{
    [Test]
    public void Predicting_masked_words_is_learnt()
    {
        MaskedLanguageModel<float> model = new(ToyData.Encoder());
        model.Parameters.Initialize(3);
        List<double> losses = [];

        Pretrainer trainer = new(model, Texts(), ToyData.Tokenizer.Vocabulary, new PretrainingOptions { Steps = 150, TokensPerStep = 200, LearningRate = 5e-3 }, WorkerPool.Single);
        new TrainingLoop(trainer, new() { Progress = new Steps(progress => losses.Add(progress.Loss)) }).Run();

        Assert.That(losses[0], Is.EqualTo(Math.Log(ToyData.Tokenizer.Vocabulary.Count)).Within(0.5));
        Assert.That(losses.TakeLast(20).Average(), Is.LessThan(0.75 * losses.Take(20).Average()));
    }

    [Test]
    public void Same_seed_gives_the_same_bits_at_any_thread_count()
    {
        Assert.That(Train(2), Is.EqualTo(Train(1)));
    }

    [Test]
    public void The_encoder_comes_first_as_in_an_embedding_model()
    {
        MaskedLanguageModel<float> masked = new(ToyData.Encoder());
        EmbeddingModel<float> embedding = ToyData.Model(HeadConfiguration.Quantum(24, 10));

        Assert.That(masked.EncoderLength, Is.EqualTo(embedding.EncoderLength));
        for (int i = 0; i < embedding.EncoderParameters; i++)
            Assert.That(masked.Parameters.Parameters[i].Name, Is.EqualTo(embedding.Parameters.Parameters[i].Name));
    }

    [Test]
    public void A_vocabulary_without_a_mask_is_refused()
    {
        Vocabulary vocabulary = Vocabulary.Create(["[UNK]", "[CLS]", "[SEP]", "a"]);

        Assert.That(
            () => new Pretrainer(new MaskedLanguageModel<float>(ToyData.Encoder()), [[1, 2]], vocabulary, new PretrainingOptions { Steps = 1 }, WorkerPool.Single),
            Throws.TypeOf<QEngineException>().With.Message.StartsWith("expected a vocabulary with [MASK]"));
    }

    private static float[] Train(int threads)
    {
        using WorkerPool workers = new(threads);
        MaskedLanguageModel<float> model = new(ToyData.Encoder(dropout: 0.1));
        model.Parameters.Initialize(3);
        new TrainingLoop(new Pretrainer(model, Texts(), ToyData.Tokenizer.Vocabulary, new PretrainingOptions { Steps = 5, TokensPerStep = 300 }, workers)).Run();
        return model.Parameters.Values;
    }

    private static List<int[]> Texts()
    {
        TrainingSet set = ToyData.Set(64, 1);
        List<int[]> texts = [];
        for (int i = 0; i < set.TextCount; i++) texts.Add(set.Tokens(i).ToArray());
        return texts;
    }
}
