using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The patches of images that windows show, a row each: a linear map of them is a convolution.</summary>
internal static class Unfold
{
    /// <summary>Copies the patches.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="x">[images, height x width x channels].</param>
    /// <returns>[images x windows, size x size x channels].</returns>
    /// <exception cref="QEngineException">The images are of another size.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, ImageWindows windows, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(Unfold), x.Shape, windows.Image.Length);
        Tensor<T> y = tape.Output(new Shape(checked(x.Rows * windows.Count), windows.PatchLength), x);
        Im2Col.Forward(tape.Workers, windows, x.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(windows, x, y));
        return y;
    }

    private readonly record struct Op<T>(ImageWindows Windows, Tensor<T> X, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(X)) return;
            Im2Col.Backward(gradients.Workers, Windows, dy, gradients[X]);
        }
    }
}
