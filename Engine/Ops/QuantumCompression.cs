using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Encodes embeddings as qubits and compresses them: [rows, d] real numbers to [rows, 2k] Bloch coordinates.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct QuantumCompression<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Cascade _cascade;
    private readonly Tensor<T> _x, _raw, _coefficients, _y;

    private QuantumCompression(Cascade cascade, Tensor<T> x, Tensor<T> raw, Tensor<T> coefficients, Tensor<T> y) =>
        (_cascade, _x, _raw, _coefficients, _y) = (cascade, x, raw, coefficients, y);

    /// <summary>Applies encoding and cascade.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="cascade">The plan.</param>
    /// <param name="x">[rows, d].</param>
    /// <param name="raw">[1, parameters], see <see cref="Cascade"/>; length 0 for k = d.</param>
    /// <returns>[rows, 2k], x then z.</returns>
    /// <exception cref="QEngineException">The shapes do not fit the plan.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Cascade cascade, Tensor<T> x, Tensor<T> raw)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(cascade);
        Guard.Columns(nameof(QuantumCompression<T>), x.Shape, cascade.InputQubits);
        Guard.Length(nameof(QuantumCompression<T>), raw.Shape.Length, cascade.Parameters);
        Tensor<T> coefficients = tape.Save(Shape.Vector(cascade.Pairs * PairCoefficients.PerPair));
        Tensor<T> y = tape.Output(new Shape(x.Rows, 2 * cascade.OutputQubits), x.NeedsGradient || raw.NeedsGradient);
        PairCoefficients.Forward(cascade, raw.Span, coefficients.Span);
        Compression.Forward(tape.Workers, cascade, coefficients.Span, x.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new QuantumCompression<T>(cascade, x, raw, coefficients, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy)) return;
        Span<T> dcoefficients = gradients.Rent(_coefficients.Shape.Length);
        Span<T> dx = gradients.Wants(_x) ? gradients[_x] : default;
        Compression.Backward(gradients.Workers, _cascade, _coefficients.Span, _x.Span, dy, dx, dcoefficients);
        if (gradients.Wants(_raw)) PairCoefficients.Backward(_cascade, _raw.Span, dcoefficients, gradients[_raw]);
    }
}
