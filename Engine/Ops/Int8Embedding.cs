using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// <see cref="BertEmbedding"/> with word embeddings in eight bits: for inference in single precision, without a gradient.
/// </summary>
internal static class Int8Embedding
{
    /// <summary>Embeds tokens.</summary>
    /// <typeparam name="T"><see cref="float"/>.</typeparam>
    /// <param name="tape">Storage; one that does not record.</param>
    /// <param name="words">[vocabulary, hidden].</param>
    /// <param name="tables">The other tables, and the normalisation's parameters; the words are not used.</param>
    /// <param name="ids">[tokens], token ids.</param>
    /// <param name="positions">[tokens], positions within the sequence.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>[tokens, hidden].</returns>
    /// <exception cref="QEngineException">
    /// An id or a position lies outside its table, there are not as many of both, the tables differ in width, or a gradient is wanted.
    /// </exception>
    public static Tensor<T> Apply<T>(
        Tape<T> tape, Int8Table words, EmbeddingTables<T> tables, ReadOnlyMemory<int> ids, ReadOnlyMemory<int> positions, T epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        tables.Check(nameof(Int8Embedding), new Shape(words.Rows, words.Columns), ids.Span, positions.Span);
        Tensor<T> y = Int8Ops.WithoutGradient(tables.Output(tape, new Shape(ids.Length, words.Columns)));
        ReadOnlySpan<float> type = tables.Types is { } types ? Int8Ops.Singles(types)[..y.Columns] : default;
        Int8EmbeddingSum rows = new(words, Int8Ops.Singles(tables.Positions), type, ids.Span, positions.Span);
        LayerNorm.Forward(
            tape.Workers, rows, Int8Ops.Singles(tables.Gamma), Int8Ops.Singles(tables.Beta), float.CreateTruncating(epsilon),
            Int8Ops.Singles(y), default, default);
        return y;
    }
}
