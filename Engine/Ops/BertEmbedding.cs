using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Layer normalisation of the sum of a token's word, position and token-type embedding; the token type is 0, or there is none.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct BertEmbedding<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly EmbeddingTables<T> _tables;
    private readonly Tensor<T> _y, _normalized, _inverseDeviation;
    private readonly ReadOnlyMemory<int> _ids, _places;

    private BertEmbedding(EmbeddingTables<T> tables, ReadOnlyMemory<int> ids, ReadOnlyMemory<int> places, Tensor<T> y, Tensor<T> normalized, Tensor<T> inverseDeviation) =>
        (_tables, _ids, _places, _y, _normalized, _inverseDeviation) = (tables, ids, places, y, normalized, inverseDeviation);

    /// <summary>Embeds tokens.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="tables">The tables and the normalisation's parameters.</param>
    /// <param name="ids">[tokens], token ids.</param>
    /// <param name="places">[tokens], positions within the sequence.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>[tokens, hidden].</returns>
    /// <exception cref="QEngineException">An id or a position lies outside its table, there are not as many of both, or the tables differ in width.</exception>
    public static Tensor<T> Apply(Tape<T> tape, EmbeddingTables<T> tables, ReadOnlyMemory<int> ids, ReadOnlyMemory<int> places, T epsilon)
    {
        ArgumentNullException.ThrowIfNull(tape);
        tables.Check(nameof(BertEmbedding<T>), ids.Span, places.Span);
        Tensor<T> y = tape.Output(new Shape(ids.Length, tables.Words.Columns), tables.NeedGradient);
        Tensor<T> normalized = tape.Save(y.NeedsGradient ? y.Shape : default), inverse = tape.Save(y.NeedsGradient ? Shape.Vector(y.Rows) : default);
        ReadOnlySpan<T> type = tables.Types is { } types ? types.Span[..y.Columns] : default;
        EmbeddingSum<T> rows = new(tables.Words.Span, tables.Positions.Span, type, ids.Span, places.Span);
        LayerNorm.Forward(tape.Workers, rows, tables.Gamma.Span, tables.Beta.Span, epsilon, y.Span, normalized.Span, inverse.Span);
        if (y.NeedsGradient) tape.Record(new BertEmbedding<T>(tables, ids, places, y, normalized, inverse));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy)) return;
        NormGradients.Parameters(gradients, dy, _normalized, _tables.Gamma, _tables.Beta);
        bool words = gradients.Wants(_tables.Words), positions = gradients.Wants(_tables.Positions), types = _tables.Types is { } table && gradients.Wants(table);
        if (!words && !positions && !types) return;
        Span<T> sums = gradients.Rent(dy.Length);
        LayerNorm.Backward(gradients.Workers, dy, _tables.Gamma.Span, _normalized.Span, _inverseDeviation.Span, sums, accumulate: false, default, accumulateResidual: false);
        if (words) EmbeddingTable.Scatter(gradients.Workers, _ids.Span, sums, gradients[_tables.Words]);
        if (positions) EmbeddingTable.Scatter(gradients.Workers, _places.Span, sums, gradients[_tables.Positions]);
        if (types) Bias.Backward(gradients.Workers, sums, gradients[_tables.Types!.Value][.._y.Columns]);
    }
}
