using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Rows scaled to length 1.</summary>
public static class Normalize
{
    /// <summary>Normalises every row.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, columns].</param>
    /// <returns>[rows, columns].</returns>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Tensor<T> y = tape.Output(x.Shape, x), inverseNorms = tape.Save(Shape.Vector(x.Rows));
        NormalizeRows.Forward(tape.Workers, x.Span, y.Span, inverseNorms.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(x, y, inverseNorms));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> X, Tensor<T> Y, Tensor<T> InverseNorms) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(X)) return;
            NormalizeRows.Backward(gradients.Workers, Y.Span, InverseNorms.Span, dy, gradients[X]);
        }
    }
}
