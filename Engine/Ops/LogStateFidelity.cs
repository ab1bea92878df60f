using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>ln F of query states with candidate states, by their amplitudes (<see cref="StateFidelity"/>).</summary>
internal static class LogStateFidelity
{
    /// <summary>Scores every query against its candidates.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="states">[n, 2 amplitudes], rows of length 1, real and then imaginary parts.</param>
    /// <param name="candidates">Rows to score; must not change until the backward pass.</param>
    /// <returns>[queries, width], at most 0; minus infinity for absent candidates.</returns>
    /// <exception cref="QEngineException">The number of columns is odd, or a query or candidate is not a row.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> states, CandidateList candidates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(candidates);
        Guard.Columns(nameof(LogStateFidelity), states.Shape, states.Columns / 2 * 2);
        Guard.Candidates(nameof(LogStateFidelity), candidates, states.Rows);
        Tensor<T> y = tape.Output(new Shape(candidates.Queries, candidates.Width), states);
        Tensor<T> overlaps = tape.Save(new Shape(2 * candidates.Queries, candidates.Width));
        StateFidelity.Forward(
            tape.Workers, states.Span, states.Columns / 2, candidates.QueryRows.Span, candidates.CandidateRows.Span, overlaps.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(candidates, states, overlaps, y));
        return y;
    }

    private readonly record struct Op<T>(CandidateList Candidates, Tensor<T> States, Tensor<T> Overlaps, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(States)) return;
            StateFidelity.Backward(
                gradients.Workers, States.Span, States.Columns / 2, Candidates.QueryRows.Span, Candidates.CandidateRows.Span,
                Overlaps.Span, dy, gradients[States]);
        }
    }
}
