using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// Quanvolution (Henderson et al., arXiv 1904.04767): a convolution whose kernel is a circuit (<see cref="EncodedLayers"/>) with a qubit
/// for every number of a window, and Z of every qubit a channel. Parameter <c>theta</c> [angles], drawn uniformly from a whole turn and,
/// as first published, never trained, or trained.
/// </summary>
/// <remarks>
/// The publication draws gates at random; here the gates are the same and their angles random. Z is measured behind the last CNOTs, so that
/// the last angle of a qubit has no effect.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class QuanvolutionLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ImageWindows _windows;
    private readonly Circuit _circuit;
    private readonly Parameter<T> _theta;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="windows">Image, kernel size, stride and padding; a window of at most <see cref="Circuit.MaxQubits"/> numbers.</param>
    /// <param name="depth">Layers of gates.</param>
    /// <param name="trains">Whether the angles are trained.</param>
    public QuanvolutionLayer(ParameterStore<T> store, string name, ImageWindows windows, int depth, bool trains)
    {
        ArgumentNullException.ThrowIfNull(store);
        Require.Range(windows.PatchLength, 1, Circuit.MaxQubits);
        _windows = windows;
        _circuit = EncodedLayers.Build(windows.PatchLength, depth, PauliString.Z);
        _theta = store.Vector($"{name}.theta", _circuit.Parameters, Initializer.Uniform(Math.PI));
        _theta.Frozen = !trains;
        Output = windows.Result(windows.PatchLength);
    }

    /// <summary>Extents of y.</summary>
    public ImageShape Output { get; }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[images, height x width x channels], mostly in [0, 1].</param>
    /// <returns>[images, extents of <see cref="Output"/>], within [-1, 1].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var mark = tape.Mark();
        Tensor<T> pixels = CircuitExpectation.Apply(tape, _circuit, Unfold.Apply(tape, _windows, x), _theta.Tensor);
        return tape.Release(mark, pixels).As(new Shape(x.Rows, Output.Length));
    }
}
