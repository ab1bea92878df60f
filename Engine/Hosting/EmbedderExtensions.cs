using Microsoft.Extensions.AI;
using QEngine.Models;

namespace QEngine.Hosting;

/// <summary>A model as the embedding generators of Microsoft.Extensions.AI.</summary>
public static class EmbedderExtensions
{
    private const string DefaultName = "qengine";

    /// <summary>Embeddings of 32-bit numbers.</summary>
    /// <param name="embedder">The model; not owned.</param>
    /// <param name="modelId">What to call it; null for "qengine".</param>
    /// <param name="prompt">What is put before every text; null for the model's default prompt, empty for nothing.</param>
    /// <param name="matryoshka">Numbers of leading columns that options may ask for; null for none.</param>
    /// <exception cref="ArgumentException">As of the constructor of <see cref="QEngineEmbeddingGenerator"/>.</exception>
    public static QEngineEmbeddingGenerator AsIEmbeddingGenerator(
        this SentenceEmbedder embedder, string? modelId = null, string? prompt = null, IReadOnlyList<int>? matryoshka = null) =>
        new(embedder, modelId ?? DefaultName, prompt, matryoshka);

    /// <summary>
    /// Embeddings of a byte a number: of a quantum model of product states 127 / pi times the angles, of others the vector times
    /// 127 / max |x|, rounded to nearest even.
    /// </summary>
    /// <param name="embedder">The model; not owned.</param>
    /// <param name="modelId">What to call it; null for "qengine".</param>
    /// <param name="prompt">What is put before every text; null for the model's default prompt, empty for nothing.</param>
    public static CodeEmbeddingGenerator<Embedding<sbyte>> AsInt8EmbeddingGenerator(
        this SentenceEmbedder embedder, string? modelId = null, string? prompt = null)
    {
        GeneratorSource source = new(embedder, modelId ?? DefaultName, prompt);
        return new CodeEmbeddingGenerator<Embedding<sbyte>>(
            source, embedder.Similarity == Similarity.Fidelity ? VectorCodes.Angles : VectorCodes.Scaled);
    }

    /// <summary>Embeddings of a bit a number, whether it is positive; compared by the number of bits that differ.</summary>
    /// <param name="embedder">The model, compared by cosine; not owned.</param>
    /// <param name="modelId">What to call it; null for "qengine".</param>
    /// <param name="prompt">What is put before every text; null for the model's default prompt, empty for nothing.</param>
    /// <exception cref="ArgumentException">The model is compared by fidelity: signs of angles say little of it.</exception>
    public static CodeEmbeddingGenerator<BinaryEmbedding> AsBinaryEmbeddingGenerator(
        this SentenceEmbedder embedder, string? modelId = null, string? prompt = null)
    {
        GeneratorSource source = new(embedder, modelId ?? DefaultName, prompt);
        if (embedder.Similarity != Similarity.Cosine)
            throw new ArgumentException(
                "expected a model compared by cosine for binary embeddings, found one of fidelity", nameof(embedder));
        return new CodeEmbeddingGenerator<BinaryEmbedding>(source, VectorCodes.Signs);
    }
}
