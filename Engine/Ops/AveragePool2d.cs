using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The mean of every channel over the pixels of each window.</summary>
internal static class AveragePool2d
{
    /// <summary>Pools.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="windows">The windows, without padding.</param>
    /// <param name="x">[images, height x width x channels].</param>
    /// <returns>[images, windows x channels].</returns>
    /// <exception cref="QEngineException">The images are of another size.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, ImageWindows windows, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(AveragePool2d), x.Shape, windows.Image.Length);
        Tensor<T> y = tape.Output(new Shape(x.Rows, windows.Count * windows.Image.Channels), x);
        AveragePooling2d.Forward(tape.Workers, windows, x.Span, y.Span);
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
            AveragePooling2d.Backward(gradients.Workers, Windows, dy, gradients[X]);
        }
    }
}
