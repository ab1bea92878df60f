using System.Text.Json;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

internal sealed class HeadTrainerTests
{
    private static string Golden(string file) => Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "train-head", file);

    [Test]
    public void Losses_of_the_reference_run_are_reproduced()
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Golden("expected.json")));
        NpyArray embeddings = NpyFile.Read(Golden("embeddings.npy"));
        ParameterStore<float> store = new();
        IHead<float> head = HeadConfiguration.Quantum(48, 16).Create(store);
        store.Allocate();
        HeadFolder.ReadParameters(Golden("head_initial.safetensors"), store);
        HeadTrainer trainer = new(store, head, new Objective<float>(new FidelityScore<float>(), new RankingLoss<float>()), new GroupExamples(embeddings.Data, 48, 5), new HeadTrainingOptions(16, Shuffle: false, Seed: 1, new AdamSettings()), WorkerPool.Single);

        foreach (JsonElement loss in expected.RootElement.GetProperty("losses").EnumerateArray())
            Assert.That(trainer.Step(0.05), Is.EqualTo(loss.GetDouble()).Within(0.1).Percent);
    }

    [Test]
    public void Shuffled_passes_visit_every_group_once_and_differ()
    {
        // The only group with a separable positive tells by its loss when it was visited.
        ParameterStore<float> store = new();
        IHead<float> head = HeadConfiguration.Linear(2, 2).Create(store);
        store.Initialize(1);
        SplittableRandom random = new(3);
        float[] embeddings = new float[6 * 3 * 2];
        for (int i = 0; i < embeddings.Length; i++) embeddings[i] = (float)random.NextGaussian();
        HeadTrainer trainer = new(store, head, new Objective<float>(new CosineScore<float>(), new RankingLoss<float>()), new GroupExamples(embeddings, 2, 3), new HeadTrainingOptions(1, Shuffle: true, Seed: 5, new AdamSettings()), WorkerPool.Single);

        double[] first = Pass(trainer), second = Pass(trainer);

        // A learning rate of nearly nothing leaves the losses of the groups as they are: both passes see the same six.
        Assert.That(second, Is.Not.EqualTo(first).Within(1e-4));
        Assert.That(second.Order(), Is.EqualTo(first.Order()).Within(1e-4));
    }

    [TestCase(2, 4, "expected groups of at least 3 rows (query, positive, negatives), found 2")]
    [TestCase(3, 4, "expected a number of rows that is a multiple of the group size 3, found 4")]
    public void Groups_that_do_not_fit_are_refused(int groupSize, int rows, string message) =>
        Assert.That(() => new GroupExamples(new float[rows * 2], 2, groupSize), Throws.TypeOf<QEngineException>().With.Message.EqualTo(message));

    private static double[] Pass(HeadTrainer trainer)
    {
        double[] losses = new double[6];
        for (int i = 0; i < losses.Length; i++) losses[i] = trainer.Step(1e-12);
        return losses;
    }
}
