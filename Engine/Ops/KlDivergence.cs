using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// The mean over queries of temperature^2 KL(softmax(targets / temperature) || softmax(x / temperature)), over the candidates that are
/// there.
/// </summary>
/// <remarks>
/// The factor keeps gradients of the same size at any temperature: Hinton, Vinyals and Dean, "Distilling the Knowledge in a
/// Neural Network", arXiv 1503.02531.
/// </remarks>
public static class KlDivergence
{
    /// <summary>Computes the loss.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[queries, width], scores; where there is no candidate they may be anything.</param>
    /// <param name="candidates">Who is a candidate.</param>
    /// <param name="targets">[queries, width] row-major; where there is no candidate they may be anything.</param>
    /// <param name="temperature">Above 0; higher is softer.</param>
    /// <returns>[1, 1], in nats; a query without candidates counts as 0.</returns>
    /// <exception cref="QEngineException">The shapes differ, or a target is not finite, or there are no queries.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, CandidateList candidates, ReadOnlySpan<T> targets, T temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(candidates);
        Guard.Targets(nameof(KlDivergence), x.Shape, candidates, targets);
        Guard.AtLeast(nameof(KlDivergence), x.Rows, 1);
        Tensor<T> y = tape.Output(Shape.Scalar, x), derivatives = tape.Save(x.Shape);
        y.Span[0] = Kernels.KlDivergence.Forward(
            x.Span, targets, candidates.CandidateRows.Span, candidates.Width, temperature, derivatives.Span);
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
