using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// Two maps of which the second undoes the first, through fewer numbers: a linear map with ReLU to the code, and one with the logistic
/// function back. What makes images short before a <see cref="QuantumTransferHead{T}"/>. Parameters of <c>encoder</c> and <c>decoder</c>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class AutoencoderLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LinearLayer<T> _encoder, _decoder;

    /// <summary>Declares the parameters, uniform within 1/sqrt(inputs) of each map, as torch's.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="code">Columns of the code.</param>
    public AutoencoderLayer(ParameterStore<T> store, string name, int inputs, int code)
    {
        _encoder = Linear("encoder", inputs, code);
        _decoder = Linear("decoder", code, inputs);

        LinearLayer<T> Linear(string part, int from, int to)
        {
            Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(from));
            return new(store, $"{name}.{part}", from, to, uniform, uniform);
        }
    }

    /// <summary>The code.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <returns>[rows, code].</returns>
    public Tensor<T> Encode(Tape<T> tape, Tensor<T> x) => Activations.LeakyRelu(tape, _encoder.Forward(tape, x), T.Zero);

    /// <summary>What the code tells of x.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, inputs], in [0, 1].</param>
    /// <returns>[rows, inputs], in [0, 1].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var mark = tape.Mark();
        return tape.Release(mark, Activations.Sigmoid(tape, _decoder.Forward(tape, Encode(tape, x))));
    }
}
