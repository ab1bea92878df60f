using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// ln(1 + sum of e^(x_j - x_i) over all i, j with target_i above target_j): how far the scores are from the order of the targets.
/// </summary>
/// <remarks>The order is that of all candidates together, of whatever query.</remarks>
public static class CoSent
{
    /// <summary>Computes the loss.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[queries, width], scores; where there is no candidate they may be anything.</param>
    /// <param name="candidates">Who is a candidate.</param>
    /// <param name="targets">[queries, width] row-major; where there is no candidate they may be anything.</param>
    /// <returns>[1, 1], 0 where no two targets differ.</returns>
    /// <exception cref="QEngineException">The shapes differ, or a target is not finite.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, CandidateList candidates, ReadOnlySpan<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(candidates);
        Guard.Targets(nameof(CoSent), x.Shape, candidates, targets);
        Tensor<T> y = tape.Output(Shape.Scalar, x), derivatives = tape.Save(x.Shape);
        y.Span[0] = Kernels.CoSent.Forward(x.Span, targets, candidates.CandidateRows.Span, derivatives.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(x, derivatives, y));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> X, Tensor<T> Derivatives, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients) => ScalarGradient.Add(gradients, Y, X, Derivatives);
    }
}
