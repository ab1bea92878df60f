using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Layer normalisation of x, or of x + residual: the end of each half of a post-norm BERT block.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct AddLayerNorm<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _x, _gamma, _beta, _y, _normalized, _inverseDeviation;
    private readonly Tensor<T>? _residual;

    private AddLayerNorm(Tensor<T> x, Tensor<T>? residual, Tensor<T> gamma, Tensor<T> beta, Tensor<T> y, Tensor<T> normalized, Tensor<T> inverseDeviation) =>
        (_x, _residual, _gamma, _beta, _y, _normalized, _inverseDeviation) = (x, residual, gamma, beta, y, normalized, inverseDeviation);

    /// <summary>Normalises every row.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="residual">[rows, columns], or null for none.</param>
    /// <param name="gamma">[1, columns].</param>
    /// <param name="beta">[1, columns].</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>[rows, columns].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> x, Tensor<T>? residual, Tensor<T> gamma, Tensor<T> beta, T epsilon)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Same(nameof(AddLayerNorm<T>), gamma.Shape, Shape.Vector(x.Columns));
        Guard.Same(nameof(AddLayerNorm<T>), beta.Shape, gamma.Shape);
        if (residual is { } r) Guard.Same(nameof(AddLayerNorm<T>), r.Shape, x.Shape);
        bool needs = x.NeedsGradient || (residual?.NeedsGradient ?? false) || gamma.NeedsGradient || beta.NeedsGradient;
        Tensor<T> y = tape.Output(x.Shape, needs);
        Tensor<T> normalized = tape.Save(y.NeedsGradient ? x.Shape : default), inverse = tape.Save(y.NeedsGradient ? Shape.Vector(x.Rows) : default);
        ReadOnlySpan<T> added = residual is { } some ? some.Span : default;
        LayerNorm.Forward(tape.Workers, x.Span, added, gamma.Span, beta.Span, epsilon, y.Span, normalized.Span, inverse.Span);
        if (y.NeedsGradient) tape.Record(new AddLayerNorm<T>(x, residual, gamma, beta, y, normalized, inverse));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy)) return;
        bool accumulate = false, accumulateResidual = false;
        Span<T> dx = gradients.Wants(_x) ? gradients.Target(_x, out accumulate) : default;
        Span<T> dresidual = _residual is { } residual && gradients.Wants(residual) ? gradients.Target(residual, out accumulateResidual) : default;
        if (!dx.IsEmpty || !dresidual.IsEmpty)
            LayerNorm.Backward(gradients.Workers, dy, _gamma.Span, _normalized.Span, _inverseDeviation.Span, dx, accumulate, dresidual, accumulateResidual);
        NormGradients.Parameters(gradients, dy, _normalized, _gamma, _beta);
    }
}
