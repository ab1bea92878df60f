using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>ln F of query states with candidate states.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct LogFidelity<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CandidateList _candidates;
    private readonly Tensor<T> _states, _y;

    private LogFidelity(CandidateList candidates, Tensor<T> states, Tensor<T> y) => (_candidates, _states, _y) = (candidates, states, y);

    /// <summary>Scores every query against its candidates.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="states">[n, 2k], Bloch x then z.</param>
    /// <param name="candidates">Rows to score; must not change until the backward pass.</param>
    /// <returns>[queries, width], at most 0; minus infinity for absent candidates.</returns>
    /// <exception cref="QEngineException">The number of columns is odd, or a query or candidate is not a row.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> states, CandidateList candidates)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(candidates);
        Guard.Columns(nameof(LogFidelity<T>), states.Shape, states.Columns / 2 * 2);
        Guard.Candidates(nameof(LogFidelity<T>), candidates, states.Rows);
        Tensor<T> y = tape.Output(new Shape(candidates.Queries, candidates.Width), states.NeedsGradient);
        Fidelity.Forward(tape.Workers, states.Span, states.Columns / 2, candidates.QueryRows.Span, candidates.CandidateRows.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new LogFidelity<T>(candidates, states, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy) || !gradients.Wants(_states)) return;
        Fidelity.Backward(gradients.Workers, _states.Span, _states.Columns / 2, _candidates.QueryRows.Span, _candidates.CandidateRows.Span, dy, gradients[_states]);
    }
}
