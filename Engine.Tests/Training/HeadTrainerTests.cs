using System.Text.Json;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tests.Support;
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
        HeadTrainer trainer = new(store, head, new Objective<float>(new FidelityScore<float>(), new RankingLoss<float>()), new GroupExamples(embeddings.Data, 48, 5), new HeadTrainingOptions { Steps = int.MaxValue, Batch = 16, Shuffle = false, Seed = 1, LearningRate = 0.05 }, WorkerPool.Single);

        foreach (JsonElement loss in expected.RootElement.GetProperty("losses").EnumerateArray())
            Assert.That(trainer.Step(), Is.EqualTo(loss.GetDouble()).Within(0.1).Percent);
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
        HeadTrainer trainer = new(store, head, new Objective<float>(new CosineScore<float>(), new RankingLoss<float>()), new GroupExamples(embeddings, 2, 3), new HeadTrainingOptions { Steps = 12, Batch = 1, Shuffle = true, Seed = 5, LearningRate = 1e-12 }, WorkerPool.Single);

        double[] first = Pass(trainer), second = Pass(trainer);

        // A learning rate of nearly nothing leaves the losses of the groups as they are: both passes see the same six.
        Assert.That(second, Is.Not.EqualTo(first).Within(1e-4));
        Assert.That(second.Order(), Is.EqualTo(first.Order()).Within(1e-4));
    }

    [TestCase(2, 4, "expected groups of at least 3 rows (query, positive, negatives), found 2")]
    [TestCase(3, 4, "expected a number of rows that is a multiple of the group size 3, found 4")]
    public void Groups_that_do_not_fit_are_refused(int groupSize, int rows, string message) =>
        Assert.That(() => new GroupExamples(new float[rows * 2], 2, groupSize), Throws.TypeOf<QEngineException>().With.Message.EqualTo(message));

    [TestCaseSource(nameof(Forms))]
    public void Threads_do_not_change_a_bit(HeadExamples examples, ILoss<float> loss)
    {
        using WorkerPool two = new(2), three = new(3);
        foreach (bool quantum in new[] { true, false })
        {
            (double[] losses, float[] weights) = Train(examples, loss, quantum, WorkerPool.Single);
            foreach (WorkerPool workers in new[] { two, three })
            {
                (double[] otherLosses, float[] otherWeights) = Train(examples, loss, quantum, workers);
                Bits.AreEqual<double>($"losses, {workers.Count} threads", otherLosses, losses);
                Bits.AreEqual<float>($"weights, {workers.Count} threads", otherWeights, weights);
            }
        }
    }

    [TestCaseSource(nameof(Forms))]
    public void Training_lowers_the_loss_and_a_warm_step_allocates_nothing(HeadExamples examples, ILoss<float> loss)
    {
        ParameterStore<float> store = new();
        IHead<float> head = HeadConfiguration.Linear(Columns, 8).Create(store);
        store.Initialize(1);
        HeadTrainer trainer = new(store, head, new Objective<float>(new CosineScore<float>(), loss), examples, new HeadTrainingOptions { Steps = int.MaxValue, Batch = 24, Shuffle = true, Seed = 1, LearningRate = 0.01 }, WorkerPool.Single);
        double[] losses = [.. Enumerable.Range(0, 60).Select(_ => trainer.Step())];

        Assert.That(losses[^10..].Average(), Is.LessThan(0.9 * losses[..10].Average()));
        Assert.That(Allocation.Fewest(() => trainer.Step()), Is.Zero);
    }

    [Test]
    public void A_batch_or_a_set_in_which_nothing_is_compared_is_refused()
    {
        ParameterStore<float> store = new();
        IHead<float> head = HeadConfiguration.Linear(2, 2).Create(store);
        store.Initialize(1);
        Objective<float> objective = new(new CosineScore<float>(), new RankingLoss<float>());
        RelevantPairExamples one = new(new float[8], 2, [new(0, 1, 1)]), two = new(new float[8], 2, [new(0, 1, 1), new(2, 3, 1)]);

        Assert.That(() => new HeadTrainer(store, head, objective, two, new HeadTrainingOptions { Steps = 1, Batch = 1 }, WorkerPool.Single), Throws.TypeOf<QEngineException>().With.Message.EqualTo("expected a batch of at least 2, found 1"));
        Assert.That(() => new HeadTrainer(store, head, objective, one, new HeadTrainingOptions { Steps = 1, Batch = 8 }, WorkerPool.Single), Throws.TypeOf<QEngineException>().With.Message.EqualTo("expected at least 2 training examples, found 1"));
    }

    private const int Columns = 40, Rows = 90;

    /// <summary>Every form of data, on vectors that are too large for one thread alone, with a loss for it.</summary>
    private static IEnumerable<TestCaseData> Forms()
    {
        SplittableRandom random = new(2);
        float[] vectors = new float[Rows * Columns];
        foreach (ref float value in vectors.AsSpan()) value = (float)random.NextGaussian();
        VectorPair[] pairs = [.. Enumerable.Range(0, 60).Select(i => new VectorPair(i, 89 - (i / 3), i % 5))];
        int[] all = [.. Enumerable.Range(0, Rows)];
        yield return new TestCaseData(new GroupExamples(vectors, Columns, 3), new RankingLoss<float>()).SetArgDisplayNames("groups");
        yield return new TestCaseData(new ScoredPairExamples(vectors, Columns, pairs), new CoSentLoss<float>()).SetArgDisplayNames("scored pairs");
        yield return new TestCaseData(new RelevantPairExamples(vectors, Columns, pairs), new RankingLoss<float>()).SetArgDisplayNames("relevant pairs");
        yield return new TestCaseData(new UnlabelledExamples(vectors, Columns, all, 20, 0), new KlDivergenceLoss<float>()).SetArgDisplayNames("distillation");
        yield return new TestCaseData(new UnlabelledExamples(vectors, Columns, all, 20, 0), new SquaredErrorLoss<float>()).SetArgDisplayNames("squares");
    }

    private static (double[] Losses, float[] Weights) Train(HeadExamples examples, ILoss<float> loss, bool quantum, WorkerPool workers)
    {
        HeadConfiguration configuration = quantum ? HeadConfiguration.Quantum(Columns, 12) : HeadConfiguration.Linear(Columns, 12);
        ParameterStore<float> store = new();
        IHead<float> head = configuration.Create(store);
        store.Initialize(1);
        IScore<float> score = quantum ? new FidelityScore<float>() : new CosineScore<float>();
        HeadTrainer trainer = new(store, head, new Objective<float>(score, loss), examples, new HeadTrainingOptions { Steps = 8, Batch = 32, Shuffle = true, Seed = 3, LearningRate = 0.01 }, workers);
        double[] losses = [.. Enumerable.Range(0, 8).Select(_ => trainer.Step())];
        return (losses, store.Values);
    }

    private static double[] Pass(HeadTrainer trainer)
    {
        double[] losses = new double[6];
        for (int i = 0; i < losses.Length; i++) losses[i] = trainer.Step();
        return losses;
    }
}
