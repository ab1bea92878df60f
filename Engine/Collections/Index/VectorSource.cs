using System.Numerics.Tensors;
using QEngine.Models;

namespace QEngine.Collections;

/// <summary>Where the vectors of an index's documents and queries come from: given with them, or embedded by its model.</summary>
/// <param name="embedder">The model, or null for none.</param>
/// <param name="dimension">k.</param>
/// <param name="prompt">What is put before texts.</param>
/// <param name="parameter">The argument they are given by, for errors.</param>
internal sealed class VectorSource(SentenceEmbedder? embedder, int dimension, string? prompt, string parameter)
{
    /// <summary>k, numbers of a vector.</summary>
    public int Dimension => dimension;

    /// <summary>Takes or embeds vectors.</summary>
    /// <param name="items">The documents or queries.</param>
    /// <param name="parts">Text and vector of one.</param>
    /// <param name="vectors">[items, k].</param>
    /// <param name="counter">Counts those done.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">A vector has another length or a number that is not finite.</exception>
    /// <exception cref="QEngineException">There is a text to embed and no model.</exception>
    public void Fill<TItem>(
        IReadOnlyList<TItem> items, Func<TItem, (string Text, ReadOnlyMemory<float> Vector)> parts, Span<float> vectors,
        EmbeddingCounter? counter, CancellationToken cancellationToken)
    {
        List<int> rows = [];
        List<string> texts = [];
        for (int i = 0; i < items.Count; i++)
        {
            (string text, ReadOnlyMemory<float> vector) = parts(items[i]);
            if (vector.IsEmpty)
            {
                rows.Add(i);
                texts.Add(text);
                continue;
            }
            RequireVector(vector.Span, i);
            vector.Span.CopyTo(vectors.Slice(i * dimension, dimension));
        }
        if (rows.Count < items.Count) counter?.Add(items.Count - rows.Count);
        if (rows.Count == 0) return;
        if (embedder is null)
            throw new QEngineException("expected vectors, as the index has no model to embed texts, found a text without one");
        if (rows.Count == items.Count)
        {
            embedder.Embed([.. texts], vectors, EmbeddingFormat.Default, prompt, counter, cancellationToken);
            return;
        }
        float[] embedded = new float[rows.Count * dimension];
        embedder.Embed([.. texts], embedded, EmbeddingFormat.Default, prompt, counter, cancellationToken);
        for (int i = 0; i < rows.Count; i++)
            embedded.AsSpan(i * dimension, dimension).CopyTo(vectors.Slice(rows[i] * dimension, dimension));
    }

    private void RequireVector(ReadOnlySpan<float> vector, int index)
    {
        if (vector.Length != dimension)
            throw new ArgumentException(
                $"expected vectors of {dimension} numbers as the index has, found {vector.Length} at index {index}", parameter);
        if (!TensorPrimitives.IsFiniteAll(vector))
            throw new ArgumentException($"expected finite vectors, found one that is not at index {index}", parameter);
    }
}
