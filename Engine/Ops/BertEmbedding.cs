using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The sum of a token's word, position and token-type embedding; the token type is 0.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct BertEmbedding<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _words, _positions, _types, _y;
    private readonly ReadOnlyMemory<int> _ids, _places;

    private BertEmbedding(Tensor<T> words, Tensor<T> positions, Tensor<T> types, ReadOnlyMemory<int> ids, ReadOnlyMemory<int> places, Tensor<T> y) =>
        (_words, _positions, _types, _ids, _places, _y) = (words, positions, types, ids, places, y);

    /// <summary>Embeds tokens.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="words">[vocabulary, hidden].</param>
    /// <param name="positions">[longest sequence, hidden].</param>
    /// <param name="types">[token types, hidden]; the first row is used.</param>
    /// <param name="ids">[tokens], token ids.</param>
    /// <param name="places">[tokens], positions within the sequence.</param>
    /// <returns>[tokens, hidden].</returns>
    /// <exception cref="QEngineException">An id or a position lies outside its table, there are not as many of both, or the tables differ in width.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> words, Tensor<T> positions, Tensor<T> types, ReadOnlyMemory<int> ids, ReadOnlyMemory<int> places)
    {
        Guard.Columns(nameof(BertEmbedding<T>), positions.Shape, words.Columns);
        Guard.Columns(nameof(BertEmbedding<T>), types.Shape, words.Columns);
        Guard.AtLeast(nameof(BertEmbedding<T>), types.Rows, 1);
        Guard.Length(nameof(BertEmbedding<T>), places.Length, ids.Length);
        Guard.Indices(nameof(BertEmbedding<T>), ids.Span, words.Rows);
        Guard.Indices(nameof(BertEmbedding<T>), places.Span, positions.Rows);
        Tensor<T> y = tape.Output(new Shape(ids.Length, words.Columns), words.NeedsGradient || positions.NeedsGradient || types.NeedsGradient);
        EmbeddingTable.Gather(tape.Workers, words.Span, ids.Span, y.Span, accumulate: false);
        EmbeddingTable.Gather(tape.Workers, positions.Span, places.Span, y.Span, accumulate: true);
        Bias.Forward(tape.Workers, types.Span[..types.Columns], y.Span);
        if (y.NeedsGradient) tape.Record(new BertEmbedding<T>(words, positions, types, ids, places, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy)) return;
        if (gradients.Wants(_words)) EmbeddingTable.Scatter(gradients.Workers, _ids.Span, dy, gradients[_words]);
        if (gradients.Wants(_positions)) EmbeddingTable.Scatter(gradients.Workers, _places.Span, dy, gradients[_positions]);
        if (gradients.Wants(_types)) Bias.Backward(gradients.Workers, dy, gradients[_types][.._types.Columns]);
    }
}
