using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// HQKAN: a linear map to few numbers, a <see cref="QkanLayer{T}"/> between few numbers, a linear map out (Jiang et al.,
/// arXiv 2509.14026; the publication takes about log2 of the outer dimension, or four times that). Parameters <c>encoder.weight</c>,
/// <c>encoder.bias</c>, those of <c>qkan</c>, <c>decoder.weight</c>, <c>decoder.bias</c>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class HybridQkan<T> : IGate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LinearLayer<T> _encoder, _decoder;
    private readonly QkanLayer<T> _qkan;

    /// <summary>Declares the parameters; those of the linear maps are uniform within 1/sqrt(inputs), as torch's.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="latentInputs">Inputs of the layer in the middle.</param>
    /// <param name="latentOutputs">Its outputs.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="settings">What its edges are.</param>
    public HybridQkan(
        ParameterStore<T> store, string name, int inputs, int latentInputs, int latentOutputs, int outputs, QkanSettings settings)
    {
        _encoder = Linear($"{name}.encoder", inputs, latentInputs);
        _qkan = new(store, $"{name}.qkan", latentInputs, latentOutputs, settings);
        _decoder = Linear($"{name}.decoder", latentOutputs, outputs);

        LinearLayer<T> Linear(string part, int from, int to)
        {
            Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(from));
            return new(store, part, from, to, uniform, uniform);
        }
    }

    /// <summary>Applies the maps.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <returns>[rows, outputs].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var mark = tape.Mark();
        return tape.Release(mark, _decoder.Forward(tape, _qkan.Forward(tape, _encoder.Forward(tape, x))));
    }
}
