using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// <see cref="Linear"/> and <see cref="LinearGelu"/> with weights that were packed before: the same numbers, for inference, without a
/// gradient.
/// </summary>
internal static class PackedLinear
{
    /// <summary>y = x W^T + b, or x W^T + b + residual.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage; one that does not record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">W^T, [inputs, outputs].</param>
    /// <param name="bias">[1, outputs].</param>
    /// <param name="residual">[rows, outputs], or null.</param>
    /// <returns>[rows, outputs].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together.</exception>
    /// <exception cref="InvalidOperationException">The tape records.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, PackedMatrix<T> weight, Tensor<T> bias, Tensor<T>? residual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> y = Output(tape, x, weight, bias, residual.GetValueOrDefault());
        if (residual is { } added)
        {
            Guard.Same(nameof(PackedLinear), added.Shape, y.Shape, "residual.Shape");
            LinearMap.Multiply(tape, x, weight, y, new BiasResidualEpilogue<T>(bias.Span, added.Span));
        }
        else
        {
            LinearMap.Multiply(tape, x, weight, y, new BiasEpilogue<T>(bias.Span));
        }
        return y;
    }

    /// <summary>y = GELU(x W^T + b).</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage; one that does not record.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">W^T, [inputs, outputs].</param>
    /// <param name="bias">[1, outputs].</param>
    /// <returns>[rows, outputs].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together.</exception>
    /// <exception cref="InvalidOperationException">The tape records.</exception>
    public static Tensor<T> ApplyGelu<T>(Tape<T> tape, Tensor<T> x, PackedMatrix<T> weight, Tensor<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> y = Output(tape, x, weight, bias, default);
        LinearMap.Multiply(tape, x, weight, y, new BiasGeluEpilogue<T>(bias.Span, default));
        return y;
    }

    private static Tensor<T> Output<T>(Tape<T> tape, Tensor<T> x, PackedMatrix<T> weight, Tensor<T> bias, Tensor<T> residual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (tape.Recording) throw new InvalidOperationException("expected a tape that does not record, found one that does");
        Guard.Columns(nameof(PackedLinear), x.Shape, weight.Rows);
        Guard.Same(nameof(PackedLinear), bias.Shape, Shape.Vector(weight.Columns));
        return tape.Output(new Shape(x.Rows, weight.Columns), x, bias, residual);
    }
}
