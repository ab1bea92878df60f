using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Tools.Lab;

/// <summary>Linear maps with SiLU between them, initialised as torch's: the usual counterpart of a system's network.</summary>
internal sealed class Mlp
{
    private readonly LinearLayer<float>[] _layers;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="sizes">Columns of the input, between the maps, and of the output.</param>
    public Mlp(ParameterStore<float> store, string name, params ReadOnlySpan<int> sizes)
    {
        _layers = new LinearLayer<float>[sizes.Length - 1];
        for (int i = 0; i < _layers.Length; i++) _layers[i] = Linear(store, $"{name}.{i}", sizes[i], sizes[i + 1]);
    }

    /// <summary>A linear map, weights and bias uniform within 1/sqrt(inputs).</summary>
    public static LinearLayer<float> Linear(ParameterStore<float> store, string name, int inputs, int outputs)
    {
        Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(inputs));
        return new(store, name, inputs, outputs, uniform, uniform);
    }

    /// <summary>Applies the maps.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, columns].</param>
    public Tensor<float> Forward(Tape<float> tape, Tensor<float> x)
    {
        for (int i = 0; i < _layers.Length; i++) x = _layers[i].Forward(tape, i > 0 ? Activations.Silu(tape, x) : x);
        return x;
    }
}
