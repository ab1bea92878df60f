using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>a + b.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct Add<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _a, _b, _y;

    private Add(Tensor<T> a, Tensor<T> b, Tensor<T> y) => (_a, _b, _y) = (a, b, y);

    /// <summary>Adds.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="a">Any shape.</param>
    /// <param name="b">The same shape.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="QEngineException">The shapes differ.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> a, Tensor<T> b)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Same(nameof(Add<T>), b.Shape, a.Shape);
        Tensor<T> y = tape.Output(a.Shape, a.NeedsGradient || b.NeedsGradient);
        a.Span.CopyTo(y.Span);
        Kernels.Elementwise.Add(tape.Workers, b.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Add<T>(a, b, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy)) return;
        if (gradients.Wants(_a)) Kernels.Elementwise.Add(gradients.Workers, dy, gradients[_a]);
        if (gradients.Wants(_b)) Kernels.Elementwise.Add(gradients.Workers, dy, gradients[_b]);
    }
}
