using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// Layer normalisation of the sum of a token's word, position and token-type embedding; the token type is 0, or there is none.
/// </summary>
public static class BertEmbedding
{
    /// <summary>Embeds tokens.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="tables">The tables and the normalisation's parameters.</param>
    /// <param name="ids">[tokens], token ids.</param>
    /// <param name="positions">[tokens], positions within the sequence.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>[tokens, hidden].</returns>
    /// <exception cref="QEngineException">
    /// An id or a position lies outside its table, there are not as many of both, or the tables differ in width.
    /// </exception>
    public static Tensor<T> Apply<T>(
        Tape<T> tape, EmbeddingTables<T> tables, ReadOnlyMemory<int> ids, ReadOnlyMemory<int> positions, T epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        tables.Check(nameof(BertEmbedding), tables.Words.Shape, ids.Span, positions.Span);
        Tensor<T> y = tables.Output(tape, new Shape(ids.Length, tables.Words.Columns));
        Tensor<T> normalized = tape.Save(y.NeedsGradient ? y.Shape : default);
        Tensor<T> rstd = tape.Save(y.NeedsGradient ? Shape.Vector(y.Rows) : default);
        ReadOnlySpan<T> type = tables.Types is { } types ? types.Span[..y.Columns] : default;
        EmbeddingSum<T> rows = new(tables.Words.Span, tables.Positions.Span, type, ids.Span, positions.Span);
        LayerNorm.Forward(tape.Workers, rows, tables.Gamma.Span, tables.Beta.Span, epsilon, y.Span, normalized.Span, rstd.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(tables, ids, positions, y, normalized, rstd));
        return y;
    }

    private readonly record struct Op<T>(
        EmbeddingTables<T> Tables, ReadOnlyMemory<int> Ids, ReadOnlyMemory<int> Positions, Tensor<T> Y, Tensor<T> Normalized,
        Tensor<T> Rstd) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            NormGradients.Parameters(gradients, dy, Normalized, Tables.Gamma, Tables.Beta);
            bool words = gradients.Wants(Tables.Words), positions = gradients.Wants(Tables.Positions);
            bool types = Tables.Types is { } table && gradients.Wants(table);
            if (!words && !positions && !types) return;
            Span<T> sums = gradients.Rent(dy.Length);
            LayerNorm.Backward(
                gradients.Workers, dy, Tables.Gamma.Span, Normalized.Span, Rstd.Span, sums, accumulate: false, default,
                accumulateResidual: false);
            if (words) EmbeddingTable.Scatter(gradients.Workers, Ids.Span, sums, gradients[Tables.Words]);
            if (positions) EmbeddingTable.Scatter(gradients.Workers, Positions.Span, sums, gradients[Tables.Positions]);
            if (types) Bias.Backward(gradients.Workers, sums, gradients[Tables.Types!.Value][..Y.Columns]);
        }
    }
}
