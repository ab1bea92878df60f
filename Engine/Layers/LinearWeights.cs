using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// The weights of a linear map: one or more matrices of a weight file, one below the other, as parameters or in eight bits.
/// </summary>
internal sealed class LinearWeights<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ParameterBlock<T>? _parameters;
    private readonly InferenceWeights<T>? _packed;
    private readonly QuantizedRows? _quantized;

    /// <summary>Declares them.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="precision">In which numbers.</param>
    /// <param name="shape">[outputs, inputs] of each matrix.</param>
    /// <param name="initializer">First values.</param>
    /// <param name="hasUnevenInputs">Whether its inputs are normalised vectors; see <see cref="QuantizedRows"/>.</param>
    /// <param name="names">A name for each matrix.</param>
    public LinearWeights(
        ParameterStore<T> store, EncoderPrecision precision, Shape shape, Initializer initializer, bool hasUnevenInputs,
        params ReadOnlySpan<string> names)
    {
        int outputs = checked(names.Length * shape.Rows);
        if (precision == EncoderPrecision.Int8)
        {
            _quantized = new QuantizedRows(() => new PackedInt8Matrix(outputs, shape.Columns), hasUnevenInputs);
            for (int i = 0; i < names.Length; i++) store.Quantized(names[i], shape, initializer, _quantized, i * shape.Rows);
            return;
        }
        Parameter<T>[] parameters = new Parameter<T>[names.Length];
        for (int i = 0; i < names.Length; i++) parameters[i] = store.Matrix(names[i], shape.Rows, shape.Columns, initializer);
        _parameters = new(store, new Shape(outputs, shape.Columns), parameters);
        _packed = new(_parameters);
    }

    /// <summary>x W^T + bias, or x W^T + bias + residual.</summary>
    public Tensor<T> Apply(Tape<T> tape, Tensor<T> x, Tensor<T> bias, Tensor<T>? residual)
    {
        if (_quantized is not null) return Int8Linear.Apply(tape, x, Matrix(x), bias, residual);
        return _packed!.For(tape) is { } packed
            ? PackedLinear.Apply(tape, x, packed, bias, residual)
            : Linear.Apply(tape, x, _parameters!.Tensor, bias, residual);
    }

    /// <summary>GELU(x W^T + bias).</summary>
    public Tensor<T> ApplyGelu(Tape<T> tape, Tensor<T> x, Tensor<T> bias)
    {
        if (_quantized is not null) return Int8Linear.ApplyGelu(tape, x, Matrix(x), bias);
        return _packed!.For(tape) is { } packed
            ? PackedLinear.ApplyGelu(tape, x, packed, bias)
            : LinearGelu.Apply(tape, x, _parameters!.Tensor, bias);
    }

    private PackedInt8Matrix Matrix(Tensor<T> x)
    {
        _quantized!.Observe(Int8Ops.Singles(x));
        return (PackedInt8Matrix)_quantized.Rows;
    }
}
