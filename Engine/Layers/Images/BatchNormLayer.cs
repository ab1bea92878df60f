using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// Batch normalisation of columns or, where x has a multiple of them, of the channels of images. Parameters <c>weight</c> and <c>bias</c>
/// [channels], and frozen ones that training follows the batches with, <c>running_mean</c> and <c>running_var</c> [channels].
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class BatchNormLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // As torch's.
    private const double Epsilon = 1e-5, Momentum = 0.1;

    private readonly int _channels;
    private readonly Parameter<T> _gamma, _beta, _mean, _variance;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="channels">Columns, or channels of a pixel.</param>
    public BatchNormLayer(ParameterStore<T> store, string name, int channels)
    {
        ArgumentNullException.ThrowIfNull(store);
        Require.Range(channels, 1, int.MaxValue);
        _channels = channels;
        _gamma = store.Vector($"{name}.weight", channels, Initializer.Ones);
        _beta = store.Vector($"{name}.bias", channels, Initializer.Zeros);
        _mean = store.Vector($"{name}.running_mean", channels, Initializer.Zeros);
        _variance = store.Vector($"{name}.running_var", channels, Initializer.Ones);
        _mean.Frozen = _variance.Frozen = true;
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, a multiple of the channels].</param>
    /// <param name="isTraining">Whether the moments are the batch's, and the running ones follow them.</param>
    /// <returns>The shape of x.</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x, bool isTraining)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(BatchNormLayer<T>), x.Shape, x.Columns / _channels * _channels);
        Tensor<T> pixels = x.As(new Shape(x.Shape.Length / _channels, _channels));
        RunningMoments<T> running = new(_mean.Tensor, _variance.Tensor, T.CreateTruncating(Momentum));
        Tensor<T> y = BatchNorm.Apply(tape, pixels, _gamma.Tensor, _beta.Tensor, running, T.CreateTruncating(Epsilon), isTraining);
        return y.As(x.Shape);
    }
}
