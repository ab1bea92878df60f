using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Oracles;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

/// <summary>Ten steps of fine-tuning, encoder and head together, against the oracle that shares no code with the engine.</summary>
internal sealed class FineTuningReplayTests
{
    private const int Hidden = 12, Outputs = 5, Queries = 4, Steps = 10;
    private const double Rate = 1e-3;

    [TestCase("all", 1, true)]
    [TestCase("all", 1, false)]
    [TestCase("last:1", 10, true)]
    [TestCase("last:1", 10, false)]
    [TestCase("0", 0.5, true)]
    [TestCase(null, 1, true)]
    [TestCase(null, 3, false)]
    public void Losses_are_those_of_the_oracle_over_ten_steps(string? layers, double headFactor, bool quantum)
    {
        BertConfiguration configuration = new()
        {
            VocabularySize = ToyData.Tokenizer.Vocabulary.Count,
            HiddenSize = Hidden,
            Layers = 2,
            Heads = 3,
            IntermediateSize = 20,
            MaximumPositions = 16,
            HiddenDropout = 0,
            AttentionDropout = 0,
            InitializerRange = 0.3,
        };
        HeadConfiguration head = quantum ? HeadConfiguration.Quantum(Hidden, Outputs) : HeadConfiguration.Linear(Hidden, Outputs);
        EmbeddingModel<float> model = new(configuration, head);
        model.Parameters.Initialize(3);
        if (layers is not null) FineTuneLayers.Parse(layers).Apply(model.Encoder);
        ReplayOracle oracle = Oracle(model, configuration, headFactor, quantum);
        TrainingSet set = ToyData.Set(Steps * Queries, 2);
        TrainingOptions options = new()
        {
            Epochs = 1,
            BatchSize = Queries,
            LearningRate = Rate,
            HeadLearningRate = headFactor * Rate,
            WarmupShare = 0,
            Decay = false,
            Negatives = 2,
            Adam = new AdamSettings(),
            TokenBudget = 30,
        };
        EmbeddingTrainer trainer = new(model, set, ToyData.Objective(head), options, WorkerPool.Single);

        for (int step = 0; step < Steps; step++)
        {
            int[] examples = [.. Enumerable.Range(step * Queries, Queries)];
            double expected = oracle.Step(Array.ConvertAll(examples, example => Group(set, example)));
            Assert.That(trainer.Step(examples), Is.EqualTo(expected).Within(1e-4 * Math.Abs(expected)), $"step {step + 1}");
        }
    }

    private static ReplayOracle Oracle(EmbeddingModel<float> model, BertConfiguration configuration, double headFactor, bool quantum)
    {
        ReplayOracle oracle = new(configuration, Outputs, quantum);
        for (int i = 0; i < model.Parameters.Parameters.Count; i++)
        {
            Parameter<float> parameter = model.Parameters.Parameters[i];
            bool isHead = i >= model.EncoderParameters;
            string name = isHead ? parameter.TensorName : parameter.Name;
            oracle.Add(name, Array.ConvertAll(parameter.Values.ToArray(), value => (double)value), parameter.Frozen ? 0 : isHead ? headFactor * Rate : Rate);
        }
        return oracle;
    }

    private static int[][] Group(TrainingSet set, int example)
    {
        TrainingExample row = set.Examples[example];
        return [set.Tokens(row.Query).ToArray(), set.Tokens(row.Positive).ToArray(), .. row.Negatives.Where(negative => !set.IsPositive(row.Group, negative)).Select(negative => set.Tokens(negative).ToArray())];
    }
}
