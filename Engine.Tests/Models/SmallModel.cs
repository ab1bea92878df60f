using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tests.Layers;
using QEngine.Tests.Text;
using QEngine.Text;
using QEngine.Workers;

namespace QEngine.Tests.Models;

/// <summary>Models of random weights, small enough to make in every test.</summary>
internal static class SmallModel
{
    /// <summary>Every kind of head for a hidden size of 24.</summary>
    public static readonly HeadConfiguration[] Heads =
    [
        HeadConfiguration.None(24),
        HeadConfiguration.Linear(24, 10),
        HeadConfiguration.Quantum(24, 24),
        HeadConfiguration.Quantum(24, 10),
        HeadConfiguration.Quantum(24, 7, CompressionGate.Cnot),
        new(24, new NormalizeModule(24)),
        new(24, new DenseModule(24, 30, DenseActivation.Identity, Bias: false), new DenseModule(30, 10), new NormalizeModule(10)),
        HeadConfiguration.Quantum(24, 24, scale: EncodingScale.One),
        HeadConfiguration.Quantum(24, 9, scale: EncodingScale.PerInput),
        new(24, new DenseModule(24, 12, DenseActivation.Identity), new QuantumModule(12, 5)),
        HeadConfiguration.Entangled(24, 3),
        HeadConfiguration.Entangled(24, 2, scale: EncodingScale.PerInput),
        HeadConfiguration.Entangled(24, 5, StateEncoding.Amplitude),
        new(24, new DenseModule(24, 4), new EntangledModule(4, 4)),
        HeadConfiguration.Grouped(24, 10, 5),
        HeadConfiguration.Quantum(24, 10, angles: PairAngles.Effective),
        HeadConfiguration.Quantum(24, 7, CompressionGate.Cnot, EncodingScale.PerInput, PairAngles.Effective),
        new(24, new QuantumModule(24, 10) { HasResidualReadout = true }),
    ];

    public static SentenceEmbedder Create(HeadConfiguration head, WorkerPool? workers = null, int maximumLength = 20, Vocabulary? vocabulary = null, PoolingMode pooling = PoolingMode.Mean)
    {
        vocabulary ??= SmallVocabulary.Create();
        BertConfiguration encoder = new()
        {
            VocabularySize = vocabulary.Count + 2,
            HiddenSize = head.InputDimension,
            Layers = 2,
            Heads = 4,
            IntermediateSize = 40,
            MaximumPositions = 30,
            LayerNormEpsilon = 1e-6,
            HiddenDropout = 0.25,
            AttentionDropout = 0.125,
            InitializerRange = 0.03,
        };
        EmbeddingModel<float> model = new(encoder, head, pooling);
        RandomParameters.Fill(model.Parameters, seed: 77);
        return new SentenceEmbedder(model, new BertTokenizer(vocabulary), maximumLength, workers);
    }
}
