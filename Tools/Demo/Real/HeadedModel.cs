using QEngine.Models;
using QEngine.Training;

namespace QEngine.Tools.Demo.Real;

/// <summary>An encoder with a head that was trained on its vectors.</summary>
internal static class HeadedModel
{
    /// <summary>Puts a head after a model; what both hold is copied.</summary>
    /// <param name="embedder">The model, compared by cosine.</param>
    /// <param name="head">The head, over its embeddings.</param>
    public static SentenceEmbedder Of(SentenceEmbedder embedder, Head head)
    {
        EmbeddingModel<float> inner = embedder.Model;
        HeadConfiguration chain = new(inner.Head.InputDimension, [.. inner.Head.Modules, .. head.Configuration.Modules]);
        EmbeddingModel<float> model = new(inner.Encoder.Configuration, chain, inner.Pooling);
        inner.Parameters.Values.AsSpan(0, inner.Parameters.Count).CopyTo(model.Parameters.Values);
        head.Parameters.Values.AsSpan(0, head.Parameters.Count).CopyTo(model.Parameters.Values.AsSpan(inner.Parameters.Count));
        return new SentenceEmbedder(model, embedder.Tokenizer, embedder.MaximumLength, embedder.Workers) { Prompts = embedder.Prompts };
    }
}
