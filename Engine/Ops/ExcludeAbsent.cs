using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Scores with minus infinity where there is no candidate, so that a softmax gives it no weight.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct ExcludeAbsent<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CandidateList _candidates;
    private readonly Tensor<T> _x, _y;

    private ExcludeAbsent(CandidateList candidates, Tensor<T> x, Tensor<T> y) => (_candidates, _x, _y) = (candidates, x, y);

    /// <summary>Excludes absent candidates.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[queries, width], scores; where there is no candidate they may be anything.</param>
    /// <param name="candidates">Who is a candidate; must not change until the backward pass.</param>
    /// <returns>[queries, width].</returns>
    /// <exception cref="QEngineException">The shape of the scores is not that of the candidates.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> x, CandidateList candidates)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(candidates);
        Guard.Same(nameof(ExcludeAbsent<T>), x.Shape, new Shape(candidates.Queries, candidates.Width));
        Tensor<T> y = tape.Output(x.Shape, x.NeedsGradient);
        ReadOnlySpan<int> rows = candidates.CandidateRows.Span;
        ReadOnlySpan<T> scores = x.Span;
        Span<T> result = y.Span;
        for (int i = 0; i < rows.Length; i++) result[i] = rows[i] < 0 ? T.NegativeInfinity : scores[i];
        if (y.NeedsGradient) tape.Record(new ExcludeAbsent<T>(candidates, x, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy) || !gradients.Wants(_x)) return;
        ReadOnlySpan<int> rows = _candidates.CandidateRows.Span;
        Span<T> dx = gradients[_x];
        for (int i = 0; i < rows.Length; i++)
            if (rows[i] >= 0) dx[i] += dy[i];
    }
}
