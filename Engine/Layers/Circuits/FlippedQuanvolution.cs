using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// The convolution of "Let the Quantum Creep In" (Wang et al., arXiv 2409.17583, FlippedQuanv3x3): a patch of 3 x 3 pixels, with a row and
/// a column of zeros and made symmetric, is an observable H, measured in a trained state of two qubits, |s&gt; = exp(i sum of theta[P]
/// P)|00&gt; of the output and the channel; the mean over channels plus a bias is the result. Parameters <c>weight</c> [outputs channels,
/// 15] and <c>bias</c> [outputs], from N(0, 1).
/// </summary>
/// <remarks>
/// &lt;s|H|s&gt; is the sum of the patch's pixels times Re(s s^dagger) of the first three rows and columns, so that the layer is a
/// convolution with a symmetric kernel of rank two at most; it is computed as one.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class FlippedQuanvolution<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Qubits = 2, Side = 3;

    private readonly ImageWindows _windows;
    private readonly Parameter<T> _weight, _bias;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="image">Extents of an image, at least three pixels high and wide.</param>
    /// <param name="outputs">Channels of the result, at least 1.</param>
    public FlippedQuanvolution(ParameterStore<T> store, string name, ImageShape image, int outputs)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(name);
        Require.Range(outputs, 1, int.MaxValue);
        _windows = new(image, Side, stride: 1);
        Result = _windows.Result(outputs);
        _weight = store.Matrix($"{name}.weight", outputs * image.Channels, (1 << (2 * Qubits)) - 1, Initializer.Normal(1));
        _bias = store.Vector($"{name}.bias", outputs, Initializer.Normal(1));
    }

    /// <summary>Extents of a result: two pixels less each way.</summary>
    public ImageShape Result { get; }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[images, height x width x channels].</param>
    /// <returns>[images, height - 2 x width - 2 x outputs].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var mark = tape.Mark();
        // Column 0 of a unitary is what becomes of |00>.
        Tensor<T> states = LeadingColumns.Apply(tape, PauliUnitary.Apply(tape, Qubits, _weight.Tensor), 1);
        int channels = _windows.Image.Channels;
        Tensor<T> sums = StateWeights.Apply(tape, states.As(new Shape(_weight.Shape.Rows, 2 << Qubits)), channels, Side);
        Tensor<T> weight = Activations.Affine(tape, sums, T.One / T.CreateTruncating(channels), T.Zero);
        Tensor<T> y = Linear.Apply(tape, Unfold.Apply(tape, _windows, x), weight, _bias.Tensor);
        return tape.Release(mark, y.As(new Shape(x.Rows, Result.Length)));
    }
}
