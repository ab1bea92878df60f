using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The mean over candidates of (score - target)^2.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct SquaredError<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _x, _slopes, _y;

    private SquaredError(Tensor<T> x, Tensor<T> slopes, Tensor<T> y) => (_x, _slopes, _y) = (x, slopes, y);

    /// <summary>Computes the loss.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[queries, width], scores; where there is no candidate they may be anything.</param>
    /// <param name="candidates">Who is a candidate.</param>
    /// <param name="targets">[queries, width] row-major; where there is no candidate they may be anything.</param>
    /// <returns>[1, 1], 0 without candidates.</returns>
    /// <exception cref="QEngineException">The shapes differ, or a target is not finite.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> x, CandidateList candidates, ReadOnlySpan<T> targets)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(candidates);
        Guard.Targets(nameof(SquaredError<T>), x.Shape, candidates, targets);
        Tensor<T> y = tape.Output(Shape.Scalar, x.NeedsGradient), slopes = tape.Save(x.Shape);
        y.Span[0] = SquaredErrors.Forward(x.Span, targets, candidates.CandidateRows.Span, slopes.Span);
        if (y.NeedsGradient) tape.Record(new SquaredError<T>(x, slopes, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients) => ScalarGradient.Add(gradients, _y, _x, _slopes);
}
