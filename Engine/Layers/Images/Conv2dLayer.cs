using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// A convolution in two dimensions, y[row, column, o] = b[o] + the sum over a window of W[o, i, j, c] x[i, j, c]: a linear map of patches.
/// Parameters <c>weight</c> [outputs, size x size x channels], channels last, and <c>bias</c> [outputs].
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class Conv2dLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ImageWindows _windows;
    private readonly LinearLayer<T> _linear;

    /// <summary>Declares the parameters, uniform within 1/sqrt(numbers of a window), as torch's.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="windows">Image, kernel size, stride and padding.</param>
    /// <param name="channels">Outputs of a window.</param>
    public Conv2dLayer(ParameterStore<T> store, string name, ImageWindows windows, int channels)
    {
        _windows = windows;
        Output = windows.Result(channels);
        Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(windows.PatchLength));
        _linear = new(store, name, windows.PatchLength, channels, uniform, uniform);
    }

    /// <summary>Extents of y.</summary>
    public ImageShape Output { get; }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[images, height x width x channels].</param>
    /// <returns>[images, extents of <see cref="Output"/>].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var mark = tape.Mark();
        Tensor<T> pixels = _linear.Forward(tape, Unfold.Apply(tape, _windows, x));
        return tape.Release(mark, pixels).As(new Shape(x.Rows, Output.Length));
    }
}
