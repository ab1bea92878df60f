using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The phases of the ZZ feature map: x, and (pi - x[i])(pi - x[j]) of all pairs (<see cref="PairPhases"/>).</summary>
internal static class ZzPhases
{
    /// <summary>Computes the phases.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, n].</param>
    /// <returns>[rows, n + n (n - 1) / 2].</returns>
    /// <exception cref="QEngineException">There are no columns.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(ZzPhases), x.Columns, 1);
        Tensor<T> y = tape.Output(new Shape(x.Rows, PairPhases.Count(x.Columns)), x);
        PairPhases.Forward(tape.Workers, x.Columns, x.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(x, y));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> X, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(X)) return;
            PairPhases.Backward(gradients.Workers, X.Columns, X.Span, dy, gradients[X]);
        }
    }
}
