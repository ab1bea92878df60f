using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Inner products of query rows with candidate rows; of normalised rows, the cosine.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct CandidateScores<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CandidateList _candidates;
    private readonly Tensor<T> _rows, _y;

    private CandidateScores(CandidateList candidates, Tensor<T> rows, Tensor<T> y) => (_candidates, _rows, _y) = (candidates, rows, y);

    /// <summary>Scores every query against its candidates.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="rows">[n, columns].</param>
    /// <param name="candidates">Rows to score; must not change until the backward pass.</param>
    /// <returns>[queries, width], minus infinity for absent candidates.</returns>
    /// <exception cref="QEngineException">A query or candidate is not a row.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> rows, CandidateList candidates)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(candidates);
        Guard.Candidates(nameof(CandidateScores<T>), candidates, rows.Rows);
        Tensor<T> y = tape.Output(new Shape(candidates.Queries, candidates.Width), rows.NeedsGradient);
        CandidateDots.Forward(tape.Workers, rows.Span, rows.Columns, candidates.QueryRows.Span, candidates.CandidateRows.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new CandidateScores<T>(candidates, rows, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy) || !gradients.Wants(_rows)) return;
        CandidateDots.Backward(gradients.Workers, _rows.Span, _rows.Columns, _candidates.QueryRows.Span, _candidates.CandidateRows.Span, dy, gradients[_rows]);
    }
}
