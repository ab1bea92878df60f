using QEngine.Layers;
using QEngine.Models;
using QEngine.Text;

namespace Examples;

/// <summary>A model of random weights, made in an instant.</summary>
internal static class RandomModel
{
    private static readonly string[] Pieces =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", "a", "all", "computes", "file", "for", "hash", "lines", "of", "read", "reads", "task", "text", "waits",
    ];

    /// <summary>Two layers of 16 numbers, and a quantum head of 6 qubits or none.</summary>
    /// <param name="quantum">Whether it has the head.</param>
    /// <param name="prompts">Its prompts; null for none.</param>
    public static SentenceEmbedder Create(bool quantum, Prompts? prompts = null)
    {
        Vocabulary vocabulary = Vocabulary.Create(Pieces);
        BertConfiguration encoder = new()
        {
            VocabularySize = vocabulary.Count,
            HiddenSize = 16,
            Layers = 2,
            Heads = 2,
            IntermediateSize = 32,
            MaximumPositions = 16,
            InitializerRange = 0.5,
        };
        EmbeddingModel<float> model = new(encoder, quantum ? HeadConfiguration.Quantum(16, 6) : HeadConfiguration.None(16));
        model.Parameters.Initialize(seed: 5);
        return new SentenceEmbedder(model, new BertTokenizer(vocabulary), maximumLength: 16) { Prompts = prompts ?? Prompts.None };
    }
}
