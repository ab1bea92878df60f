using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// A convolution that keeps the extents, batch normalisation, ReLU and max pooling of 2 x 2 pixels. Parameters of <c>conv</c> and
/// <c>bn</c>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class ConvolutionBlock<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Conv2dLayer<T> _convolution;
    private readonly BatchNormLayer<T> _norm;
    private readonly ImageWindows _pool;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="image">Extents of x.</param>
    /// <param name="size">Pixels of a side of the kernel, odd.</param>
    /// <param name="channels">Channels of y.</param>
    public ConvolutionBlock(ParameterStore<T> store, string name, ImageShape image, int size, int channels)
    {
        Require.Equal(size % 2, 1);
        _convolution = new(store, $"{name}.conv", new ImageWindows(image, size, stride: 1, padding: size / 2), channels);
        _norm = new(store, $"{name}.bn", channels);
        _pool = new(_convolution.Output, size: 2, stride: 2);
    }

    /// <summary>Extents of y.</summary>
    public ImageShape Output => _pool.Result(_pool.Image.Channels);

    /// <summary>Applies the block.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[images, height x width x channels].</param>
    /// <param name="isTraining">Whether the batch's moments normalise it.</param>
    /// <returns>[images, extents of <see cref="Output"/>].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x, bool isTraining)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var mark = tape.Mark();
        Tensor<T> y = _norm.Forward(tape, _convolution.Forward(tape, x), isTraining);
        return tape.Release(mark, MaxPool2d.Apply(tape, _pool, Activations.LeakyRelu(tape, y, T.Zero)));
    }
}
