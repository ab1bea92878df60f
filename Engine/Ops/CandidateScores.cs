using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Inner products of query rows with candidate rows; of normalised rows, the cosine.</summary>
public static class CandidateScores
{
    /// <summary>Scores every query against its candidates.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="rows">[n, columns].</param>
    /// <param name="candidates">Rows to score; must not change until the backward pass.</param>
    /// <returns>[queries, width], minus infinity for absent candidates.</returns>
    /// <exception cref="QEngineException">A query or candidate is not a row.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> rows, CandidateList candidates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(candidates);
        Guard.Candidates(nameof(CandidateScores), candidates, rows.Rows);
        Tensor<T> y = tape.Output(new Shape(candidates.Queries, candidates.Width), rows);
        CandidateDots.Forward(tape.Workers, rows.Span, rows.Columns, candidates.QueryRows.Span, candidates.CandidateRows.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(candidates, rows, y));
        return y;
    }

    private readonly record struct Op<T>(CandidateList Candidates, Tensor<T> Rows, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(Rows)) return;
            CandidateDots.Backward(
                gradients.Workers, Rows.Span, Rows.Columns, Candidates.QueryRows.Span, Candidates.CandidateRows.Span, dy, gradients[Rows]);
        }
    }
}
