using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Scores with minus infinity where there is no candidate, so that a softmax gives it no weight.</summary>
public static class ExcludeAbsent
{
    /// <summary>Excludes absent candidates.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[queries, width], scores; where there is no candidate they may be anything.</param>
    /// <param name="candidates">Who is a candidate; must not change until the backward pass.</param>
    /// <returns>[queries, width].</returns>
    /// <exception cref="QEngineException">The shape of the scores is not that of the candidates.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, CandidateList candidates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(candidates);
        Guard.Same(nameof(ExcludeAbsent), x.Shape, new Shape(candidates.Queries, candidates.Width));
        Tensor<T> y = tape.Output(x.Shape, x);
        ReadOnlySpan<int> rows = candidates.CandidateRows.Span;
        ReadOnlySpan<T> scores = x.Span;
        Span<T> result = y.Span;
        for (int i = 0; i < rows.Length; i++) result[i] = rows[i] < 0 ? T.NegativeInfinity : scores[i];
        if (y.NeedsGradient) tape.Record(new Op<T>(candidates, x, y));
        return y;
    }

    private readonly record struct Op<T>(CandidateList Candidates, Tensor<T> X, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(X)) return;
            ReadOnlySpan<int> rows = Candidates.CandidateRows.Span;
            Span<T> dx = gradients[X];
            for (int i = 0; i < rows.Length; i++)
                if (rows[i] >= 0) dx[i] += dy[i];
        }
    }
}
