using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The largest number of every channel in each window; its gradient goes to the first pixel that has it.</summary>
internal static class MaxPool2d
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
        Guard.Columns(nameof(MaxPool2d), x.Shape, windows.Image.Length);
        Shape pooled = new(x.Rows, windows.Count * windows.Image.Channels);
        Tensor<T> y = tape.Output(pooled, x), argmax = tape.Save(pooled);
        MaxPooling2d.Forward(tape.Workers, windows, x.Span, y.Span, argmax.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(windows, x, argmax, y));
        return y;
    }

    private readonly record struct Op<T>(ImageWindows Windows, Tensor<T> X, Tensor<T> Argmax, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(X)) return;
            MaxPooling2d.Backward(gradients.Workers, Windows, dy, Argmax.Span, gradients[X]);
        }
    }
}
