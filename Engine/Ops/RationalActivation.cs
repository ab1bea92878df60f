using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>A quotient of polynomials with trained coefficients (<see cref="Rational"/>).</summary>
internal static class RationalActivation
{
    /// <summary>Applies it.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, columns]; the columns are a multiple of the groups.</param>
    /// <param name="numerators">a [1, 6], of all columns.</param>
    /// <param name="denominators">b [groups, 4], of equally many columns each.</param>
    /// <returns>[rows, columns].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, Tensor<T> numerators, Tensor<T> denominators)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Same(nameof(RationalActivation), numerators.Shape, Shape.Vector(Rational.Numerators));
        Guard.Columns(nameof(RationalActivation), denominators.Shape, Rational.Denominators);
        Guard.AtLeast(nameof(RationalActivation), denominators.Rows, 1);
        Guard.AtLeast(nameof(RationalActivation), x.Columns, 1);
        Guard.Columns(nameof(RationalActivation), x.Shape, x.Columns / denominators.Rows * denominators.Rows);
        Tensor<T> y = tape.Output(x.Shape, x, numerators, denominators);
        Rational.Forward(tape.Workers, x.Span, x.Columns, numerators.Span, denominators.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(x, numerators, denominators, y));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> X, Tensor<T> Numerators, Tensor<T> Denominators, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            // By themselves first: one tensor may stand in several places.
            Span<T> dnumerators = gradients.Wants(Numerators) ? gradients.Rent(Numerators.Shape.Length) : default;
            Span<T> ddenominators = gradients.Wants(Denominators) ? gradients.Rent(Denominators.Shape.Length) : default;
            Span<T> dx = gradients.Wants(X) ? gradients[X] : default;
            Rational.Backward(
                gradients.Workers, X.Span, X.Columns, Numerators.Span, Denominators.Span, dy, dx, dnumerators, ddenominators);
            if (!dnumerators.IsEmpty) Kernels.Elementwise.Add(gradients.Workers, dnumerators, gradients[Numerators]);
            if (!ddenominators.IsEmpty) Kernels.Elementwise.Add(gradients.Workers, ddenominators, gradients[Denominators]);
        }
    }
}
