using System.Numerics;
using System.Runtime.InteropServices;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// <see cref="Linear"/> and <see cref="LinearGelu"/> with weights in eight bits: for inference in single precision, without a gradient.
/// </summary>
internal static class Int8Linear
{
    /// <summary>y = x W^T + b, or x W^T + b + residual.</summary>
    /// <typeparam name="T"><see cref="float"/>.</typeparam>
    /// <param name="tape">Storage; one that does not record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[1, outputs].</param>
    /// <param name="residual">[rows, outputs], or null for none.</param>
    /// <returns>[rows, outputs].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together, or a gradient is wanted.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, PackedInt8Matrix weight, Tensor<T> bias, Tensor<T>? residual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> y = Output(tape, x, weight, bias, residual.GetValueOrDefault());
        if (residual is { } added)
        {
            Guard.Same(nameof(Int8Linear), added.Shape, y.Shape, "residual.Shape");
            Multiply(tape, x, weight, y, new BiasResidualEpilogue<float>(Int8Ops.Singles(bias), Int8Ops.Singles(added)));
        }
        else
        {
            Multiply(tape, x, weight, y, new BiasEpilogue<float>(Int8Ops.Singles(bias)));
        }
        return y;
    }

    /// <summary>y = GELU(x W^T + b).</summary>
    /// <typeparam name="T"><see cref="float"/>.</typeparam>
    /// <param name="tape">Storage; one that does not record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[1, outputs].</param>
    /// <returns>[rows, outputs].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together, or a gradient is wanted.</exception>
    public static Tensor<T> ApplyGelu<T>(Tape<T> tape, Tensor<T> x, PackedInt8Matrix weight, Tensor<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> y = Output(tape, x, weight, bias, default);
        Multiply(tape, x, weight, y, new BiasGeluEpilogue<float>(Int8Ops.Singles(bias), default));
        return y;
    }

    private static void Multiply<TEpilogue, T>(Tape<T> tape, Tensor<T> x, PackedInt8Matrix weight, Tensor<T> y, TEpilogue epilogue)
        where TEpilogue : struct, IGemmEpilogue<float>, IGemmLane<float>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Int8Gemm.Multiply(tape.Workers, Int8Ops.Singles(x), weight, Int8Ops.Singles(y), epilogue);

    private static Tensor<T> Output<T>(Tape<T> tape, Tensor<T> x, PackedInt8Matrix weight, Tensor<T> bias, Tensor<T> residual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Columns(nameof(Int8Linear), x.Shape, weight.Columns);
        Guard.Same(nameof(Int8Linear), bias.Shape, Shape.Vector(weight.Rows));
        return Int8Ops.WithoutGradient(tape.Output(new Shape(x.Rows, weight.Rows), x, bias, residual));
    }
}

/// <summary>What operations with weights in eight bits share.</summary>
internal static class Int8Ops
{
    /// <summary>A result, which nobody may want a gradient of.</summary>
    /// <exception cref="QEngineException">Somebody does.</exception>
    public static Tensor<T> WithoutGradient<T>(Tensor<T> result)
        where T : unmanaged => result.NeedsGradient
        ? throw new QEngineException("expected an encoder in float32 to train, found one in int8")
        : result;

    /// <summary>The elements of a tensor in single precision.</summary>
    public static Span<float> Singles<T>(Tensor<T> tensor)
        where T : unmanaged => MemoryMarshal.Cast<T, float>(tensor.Span);
}
