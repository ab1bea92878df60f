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

    /// <summary>Two layers, and a quantum head of 6 qubits or none.</summary>
    /// <param name="quantum">Whether it has the head.</param>
    /// <param name="prompts">Its prompts; null for none.</param>
    /// <param name="width">Numbers of a layer.</param>
    public static SentenceEmbedder Create(bool quantum, Prompts? prompts = null, int width = 16)
    {
        Vocabulary vocabulary = Vocabulary.Create(Pieces);
        BertConfiguration encoder = new()
        {
            VocabularySize = vocabulary.Count,
            HiddenSize = width,
            Layers = 2,
            Heads = 2,
            IntermediateSize = 32,
            MaximumPositions = 16,
            InitializerRange = 0.5,
        };
        EmbeddingModel<float> model = new(encoder, quantum ? HeadConfiguration.Quantum(width, 6) : HeadConfiguration.None(width));
        model.Parameters.Initialize(seed: 5);
        return new SentenceEmbedder(model, new BertTokenizer(vocabulary), maximumLength: 16) { Prompts = prompts ?? Prompts.None };
    }
}
