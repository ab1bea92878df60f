using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>What the losses share: one number whose derivative by every score is known once the number is.</summary>
internal static class ScalarGradient
{
    /// <summary>dx += dy derivatives.</summary>
    public static void Add<T>(Gradients<T> gradients, Tensor<T> y, Tensor<T> x, Tensor<T> derivatives)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!gradients.TryGet(y, out ReadOnlySpan<T> dy) || !gradients.Wants(x)) return;
        ReadOnlySpan<T> derivative = derivatives.Span;
        Span<T> dx = gradients[x];
        for (int i = 0; i < dx.Length; i++) dx[i] += dy[0] * derivative[i];
    }
}
