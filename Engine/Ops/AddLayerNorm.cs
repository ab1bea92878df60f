using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Layer normalisation of x, or of x + residual: the end of each half of a post-norm BERT block.</summary>
public static class AddLayerNorm
{
    /// <summary>Normalises every row.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="residual">[rows, columns], or null for none.</param>
    /// <param name="gamma">[1, columns].</param>
    /// <param name="beta">[1, columns].</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>[rows, columns].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, Tensor<T>? residual, Tensor<T> gamma, Tensor<T> beta, T epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Same(nameof(AddLayerNorm), gamma.Shape, Shape.Vector(x.Columns));
        Guard.Same(nameof(AddLayerNorm), beta.Shape, gamma.Shape);
        ReadOnlySpan<T> added = default;
        if (residual is { } other)
        {
            Guard.Same(nameof(AddLayerNorm), other.Shape, x.Shape, "residual.Shape");
            added = other.Span;
        }
        Tensor<T> y = tape.Output(x.Shape, x, residual.GetValueOrDefault(), gamma, beta);
        Tensor<T> normalized = tape.Save(y.NeedsGradient ? x.Shape : default);
        Tensor<T> rstd = tape.Save(y.NeedsGradient ? Shape.Vector(x.Rows) : default);
        LayerNorm.Forward(tape.Workers, x.Span, added, gamma.Span, beta.Span, epsilon, y.Span, normalized.Span, rstd.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(x, residual, gamma, beta, y, normalized, rstd));
        return y;
    }

    private readonly record struct Op<T>(
        Tensor<T> X, Tensor<T>? Residual, Tensor<T> Gamma, Tensor<T> Beta, Tensor<T> Y, Tensor<T> Normalized, Tensor<T> Rstd) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            bool accumulate = false, accumulateResidual = false;
            Span<T> dx = gradients.Wants(X) ? gradients.Target(X, out accumulate) : default;
            Span<T> dresidual = Residual is { } residual && gradients.Wants(residual)
                ? gradients.Target(residual, out accumulateResidual)
                : default;
            if (!dx.IsEmpty || !dresidual.IsEmpty)
                LayerNorm.Backward(
                    gradients.Workers, dy, Gamma.Span, Normalized.Span, Rstd.Span, dx, accumulate, dresidual, accumulateResidual);
            NormGradients.Parameters(gradients, dy, Normalized, Gamma, Beta);
        }
    }
}
