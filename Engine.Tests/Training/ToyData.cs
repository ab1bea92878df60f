using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Text;
using QEngine.Training;

namespace QEngine.Tests.Training;

/// <summary>A tiny language of words, texts and answers that a small model can learn.</summary>
internal static class ToyData
{
    private static readonly string[] Words = ["red", "green", "blue", "cat", "dog", "bird", "runs", "sleeps", "sings", "slowly", "quickly", "well"];

    public static BertTokenizer Tokenizer { get; } = new(Vocabulary.Create(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Words]));

    /// <summary>Queries name a colour, an animal and what it does; the positive says so too, the negatives something else.</summary>
    public static TrainingSet Set(int examples, int negatives, ulong seed = 1)
    {
        TrainingSet set = new(Tokenizer, 16);
        SplittableRandom random = new(seed);
        for (int i = 0; i < examples; i++)
        {
            string colour = Words[random.NextInt(3)], animal = Words[3 + random.NextInt(3)], action = Words[6 + random.NextInt(3)];
            string[] others = new string[negatives];
            for (int n = 0; n < negatives; n++) others[n] = $"{Words[random.NextInt(3)]} {Words[3 + random.NextInt(3)]} {Words[9 + random.NextInt(3)]}";
            set.Add($"{colour} {animal}", $"{animal} {action} {colour} {Words[9 + random.NextInt(3)]}", others);
        }
        return set;
    }

    public static BertConfiguration Encoder(double dropout = 0) => new()
    {
        VocabularySize = Tokenizer.Vocabulary.Count,
        HiddenSize = 24,
        Layers = 2,
        Heads = 3,
        IntermediateSize = 40,
        MaximumPositions = 16,
        HiddenDropout = dropout,
        AttentionDropout = dropout,
    };

    public static EmbeddingModel<float> Model(
        HeadConfiguration head, double dropout = 0, ulong seed = 7, PoolingMode pooling = PoolingMode.Mean)
    {
        EmbeddingModel<float> model = new(Encoder(dropout), head, pooling);
        model.Parameters.Initialize(seed);
        return model;
    }

    public static HeadConfiguration[] Heads =>
        [HeadConfiguration.None(24), HeadConfiguration.Linear(24, 10), HeadConfiguration.Quantum(24, 24), HeadConfiguration.Quantum(24, 10), HeadConfiguration.Quantum(24, 8, CompressionGate.Cnot)];

    public static Objective<float> Objective(HeadConfiguration head) =>
        new(head.Similarity == Similarity.Fidelity ? new FidelityScore<float>() : new CosineScore<float>(), new RankingLoss<float>());
}
