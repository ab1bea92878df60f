using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>x / tau by columns, tau = e^(ln tau): what an encoding makes angles of (<see cref="EncodingScale"/>).</summary>
internal static class DivideByScale
{
    /// <summary>Divides.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, d].</param>
    /// <param name="logScale">[1, 1] or [1, d], ln tau of all columns or of each, taken within [-80, 80].</param>
    /// <returns>[rows, d].</returns>
    /// <exception cref="QEngineException">There is another number of scales.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, Tensor<T> logScale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (logScale.Shape.Length != 1) Guard.Same(nameof(DivideByScale), logScale.Shape, Shape.Vector(x.Columns));
        Tensor<T> y = tape.Output(x.Shape, x, logScale);
        Tensor<T> factors = tape.Save(Shape.Vector(x.Columns));
        EncodingFactors.Forward(logScale.Span, factors.Span);
        EncodedInputs.Forward(tape.Workers, x.Span, factors.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(x, logScale, factors, y));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> X, Tensor<T> LogScale, Tensor<T> Factors, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            bool scaleWanted = gradients.Wants(LogScale);
            Span<T> dscales = scaleWanted ? gradients.Rent(X.Columns) : default;
            EncodedInputs.Backward(X.Span, Factors.Span, dy, gradients.Wants(X) ? gradients[X] : default, dscales);
            if (scaleWanted) EncodingFactors.Backward<T>(LogScale.Span, dscales, gradients[LogScale]);
        }
    }
}
