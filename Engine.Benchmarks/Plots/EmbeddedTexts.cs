using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>What a model makes of passages and queries.</summary>
/// <param name="Passages">[passages, k], searchable.</param>
/// <param name="Queries">[queries, k].</param>
internal sealed record EmbeddedTexts(EmbeddingBlock Passages, float[] Queries)
{
    /// <summary>k, numbers an embedding.</summary>
    internal int Dimension => Passages.Dimension;

    /// <summary>The number of queries.</summary>
    internal int QueryCount => Queries.Length / Dimension;

    /// <summary>Embeds with the model's own prompts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="passages">The passages' texts.</param>
    /// <param name="queries">The queries' texts.</param>
    /// <param name="workers">The threads to use.</param>
    internal static EmbeddedTexts Of(SentenceEmbedder model, string[] passages, string[] queries, WorkerPool workers)
    {
        float[] rows = Embed(model, passages, model.Prompts.Document);
        EmbeddingBlock.Keep(model.Similarity, model.Dimension, rows, rows);
        return new EmbeddedTexts(new EmbeddingBlock(model.Similarity, model.Dimension, rows, 0, workers), Embed(model, queries, model.Prompts.Query));
    }

    /// <summary>A query's embedding.</summary>
    internal ReadOnlySpan<float> Query(int query) => Queries.AsSpan(query * Dimension, Dimension);

    /// <summary>The passages with codes, which searches read first.</summary>
    internal EmbeddingBlock Coded(CodeBits bits, WorkerPool workers) =>
        Passages.With(CodeBlock.Encode(ScalarQuantizer.Train(bits, Dimension, Passages.Rows.Span), Passages, workers));

    private static float[] Embed(SentenceEmbedder model, string[] texts, string prompt)
    {
        int most = Array.MaxLength / model.Dimension;
        if (texts.Length > most) throw new QEngineException($"expected at most {most} texts of dimension {model.Dimension} in memory, found {texts.Length}");
        float[] embeddings = new float[texts.Length * model.Dimension];
        model.Embed(texts, embeddings, new EmbedOptions { Prompt = prompt });
        return embeddings;
    }
}
