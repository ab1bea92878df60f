using QEngine.Layers;
using QEngine.Models;
using QEngine.Text;
using QEngine.Tools.Demo.Docs;

namespace QEngine.Tests.Tools.Demo.Real;

/// <summary>An encoder of random word vectors that minds little else, so that texts of the same words are near each other.</summary>
internal static class SmallEncoder
{
    /// <summary>Numbers of its vectors: heads have 8 and 16.</summary>
    public const int Dimension = 48;

    public static SentenceEmbedder Create(ApiCorpus corpus)
    {
        MemberText text = new(corpus);
        Vocabulary vocabulary = WordPieceTrainer.Train(
            corpus.Members.Select(text.Index), new WordPieceTrainerOptions { VocabularySize = 300 });
        BertConfiguration encoder = new()
        {
            VocabularySize = vocabulary.Count,
            HiddenSize = Dimension,
            Layers = 1,
            Heads = 4,
            IntermediateSize = 48,
            MaximumPositions = 96,
            InitializerRange = 0.1,
        };
        EmbeddingModel<float> model = new(encoder, new HeadConfiguration(Dimension, new NormalizeModule(Dimension)));
        model.Parameters.Initialize(5);
        foreach (Parameter<float> parameter in model.Parameters.Parameters)
        {
            bool isWord = !parameter.Name.Contains("position", StringComparison.Ordinal)
                && !parameter.Name.Contains("type", StringComparison.Ordinal);
            if (isWord) continue;
            parameter.Values.Span.Clear();
            parameter.Changed();
        }
        return new SentenceEmbedder(model, new BertTokenizer(vocabulary), 80);
    }
}
