using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Rows scaled to length 1.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct Normalize<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _x, _y, _inverseNorms;

    private Normalize(Tensor<T> x, Tensor<T> y, Tensor<T> inverseNorms) => (_x, _y, _inverseNorms) = (x, y, inverseNorms);

    /// <summary>Normalises every row.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, columns].</param>
    /// <returns>[rows, columns].</returns>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Tensor<T> y = tape.Output(x.Shape, x.NeedsGradient), inverseNorms = tape.Save(Shape.Vector(x.Rows));
        NormalizeRows.Forward(tape.Workers, x.Span, y.Span, inverseNorms.Span);
        if (y.NeedsGradient) tape.Record(new Normalize<T>(x, y, inverseNorms));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy) || !gradients.Wants(_x)) return;
        NormalizeRows.Backward(gradients.Workers, _y.Span, _inverseNorms.Span, dy, gradients[_x]);
    }
}
