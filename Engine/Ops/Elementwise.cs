using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Simd;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>An elementwise formula y = f(x) whose backward formula reads x (as GELU) or y (as tanh).</summary>
/// <typeparam name="TForward">f.</typeparam>
/// <typeparam name="TBackward">dx += dy f'(x), given x or y, dy and dx.</typeparam>
/// <typeparam name="T">The element.</typeparam>
public readonly struct Elementwise<TForward, TBackward, T> : IOp<T>
    where TForward : struct, IMap<T>
    where TBackward : struct, IZip<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TBackward _backward;
    private readonly Tensor<T> _x, _saved, _y;

    private Elementwise(TBackward backward, Tensor<T> x, Tensor<T> saved, Tensor<T> y) => (_backward, _x, _saved, _y) = (backward, x, saved, y);

    /// <summary>Applies the formula.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="forward">f with its constants.</param>
    /// <param name="backward">Its backward formula.</param>
    /// <param name="x">Any shape.</param>
    /// <param name="savesResult">Whether the backward formula reads y rather than x.</param>
    /// <returns>The shape of x.</returns>
    public static Tensor<T> Apply(Tape<T> tape, TForward forward, TBackward backward, Tensor<T> x, bool savesResult)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Tensor<T> y = tape.Output(x.Shape, x.NeedsGradient);
        Kernels.Elementwise.Forward(tape.Workers, forward, x.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Elementwise<TForward, TBackward, T>(backward, x, savesResult ? y : x, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy) || !gradients.Wants(_x)) return;
        Kernels.Elementwise.Backward(gradients.Workers, _backward, _saved.Span, dy, gradients[_x]);
    }
}
