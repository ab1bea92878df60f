using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>What the operations that end in a layer normalisation share.</summary>
internal static class NormGradients
{
    /// <summary>
    /// The gradients of gamma and beta. The kernel writes both at once, so it is used as it is only when both are wanted and lie apart.
    /// </summary>
    public static void Parameters<T>(Gradients<T> gradients, ReadOnlySpan<T> dy, Tensor<T> normalized, Tensor<T> gamma, Tensor<T> beta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool wantsGamma = gradients.Wants(gamma), wantsBeta = gradients.Wants(beta);
        if (wantsGamma && wantsBeta && !gradients[gamma].Overlaps(gradients[beta]))
        {
            LayerNorm.BackwardParameters(gradients.Workers, dy, normalized.Span, gradients[gamma], gradients[beta]);
            return;
        }
        if (wantsGamma)
            LayerNorm.BackwardParameters(gradients.Workers, dy, normalized.Span, gradients[gamma], gradients.Rent(beta.Shape.Length));
        if (wantsBeta) Bias.Backward(gradients.Workers, dy, gradients[beta]);
    }
}
