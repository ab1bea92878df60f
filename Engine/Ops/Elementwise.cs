using System.Numerics;
using QEngine.Autodiff;
using QEngine.Simd;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>An elementwise formula y = f(x) whose backward formula reads x (as GELU) or y (as tanh).</summary>
internal static class Elementwise
{
    /// <summary>Applies the formula.</summary>
    /// <typeparam name="TForward">f.</typeparam>
    /// <typeparam name="TBackward">dx += dy f'(x), given x or y, dy and dx.</typeparam>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="forward">f with its constants.</param>
    /// <param name="backward">Its backward formula.</param>
    /// <param name="x">Any shape.</param>
    /// <param name="savesResult">Whether the backward formula reads y rather than x.</param>
    /// <returns>The shape of x.</returns>
    public static Tensor<T> Apply<TForward, TBackward, T>(Tape<T> tape, TForward forward, TBackward backward, Tensor<T> x, bool savesResult)
        where TForward : struct, IUnary<T>
        where TBackward : struct, ITernary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Tensor<T> y = tape.Output(x.Shape, x);
        Kernels.Elementwise.Apply(tape.Workers, forward, x.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<TBackward, T>(backward, x, savesResult ? y : x, y));
        return y;
    }

    private readonly record struct Op<TBackward, T>(TBackward Formula, Tensor<T> X, Tensor<T> Saved, Tensor<T> Y) : IOp<T>
        where TBackward : struct, ITernary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(X)) return;
            Span<T> dx = gradients[X];
            Kernels.Elementwise.Apply(gradients.Workers, Formula, Saved.Span, dy, dx, dx);
        }
    }
}
