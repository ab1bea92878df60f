using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Encodes embeddings as qubits and compresses them: [rows, d] real numbers to [rows, 2k] Bloch coordinates.</summary>
public static class QuantumCompression
{
    /// <summary>Applies encoding and cascade.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="cascade">The plan.</param>
    /// <param name="x">[rows, d].</param>
    /// <param name="raw">[1, parameters], see <see cref="Cascade"/>; length 0 for k = d.</param>
    /// <param name="logScale">[1, 1] or [1, d], ln tau of all inputs or of each (<see cref="EncodingScale"/>); null for tau = 1.</param>
    /// <returns>[rows, 2k], x then z.</returns>
    /// <exception cref="QEngineException">The shapes do not fit the plan.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Cascade cascade, Tensor<T> x, Tensor<T> raw, Tensor<T>? logScale = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(cascade);
        Guard.Columns(nameof(QuantumCompression), x.Shape, cascade.InputQubits);
        Guard.Length(nameof(QuantumCompression), raw.Shape.Length, cascade.Parameters);
        if (logScale is { Shape.Length: not 1 } inputs)
            Guard.Length(nameof(QuantumCompression), inputs.Shape.Length, cascade.InputQubits, "logScale.Shape.Length");
        Tensor<T> coefficients = tape.Save(Shape.Vector(cascade.Pairs * PairCoefficients.PerPair));
        Tensor<T> y = tape.Output(new Shape(x.Rows, 2 * cascade.OutputQubits), x, raw, logScale.GetValueOrDefault());
        PairCoefficients.Forward(cascade, raw.Span, coefficients.Span);
        Tensor<T>? factors = logScale is { } scale ? Factors(tape, cascade, scale) : null;
        ReadOnlySpan<T> all = factors is { } known ? known.Span : default;
        Compression.Forward(tape.Workers, cascade, coefficients.Span, all, x.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(cascade, x, raw, logScale, coefficients, factors, y));
        return y;
    }

    /// <summary>The same in inference, for parameters that more than one call uses.</summary>
    /// <param name="tape">Storage; does not record.</param>
    /// <param name="cascade">The plan.</param>
    /// <param name="numbers">Computed from the parameters.</param>
    /// <param name="x">[rows, d].</param>
    internal static Tensor<T> Infer<T>(Tape<T> tape, Cascade cascade, CascadeNumbers<T> numbers, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Columns(nameof(QuantumCompression), x.Shape, cascade.InputQubits);
        Tensor<T> y = tape.Save(new Shape(x.Rows, 2 * cascade.OutputQubits));
        Compression.Forward(tape.Workers, cascade, numbers.Coefficients, numbers.Factors, x.Span, y.Span);
        return y;
    }

    private static Tensor<T> Factors<T>(Tape<T> tape, Cascade cascade, Tensor<T> logScale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> factors = tape.Save(Shape.Vector(cascade.InputQubits));
        EncodingFactors.Forward(logScale.Span, factors.Span);
        return factors;
    }

    private readonly record struct Op<T>(
        Cascade Cascade, Tensor<T> X, Tensor<T> Raw, Tensor<T>? LogScale, Tensor<T> Coefficients, Tensor<T>? Factors, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            Span<T> dcoefficients = gradients.Rent(Coefficients.Shape.Length);
            Span<T> dx = gradients.Wants(X) ? gradients[X] : default;
            ReadOnlySpan<T> factors = Factors is { } known ? known.Span : default;
            Tensor<T> logScale = LogScale.GetValueOrDefault();
            bool scaleWanted = LogScale is not null && gradients.Wants(logScale);
            Span<T> dinputs = scaleWanted ? gradients.Rent(factors.Length) : default;
            Compression.Backward(gradients.Workers, Cascade, Coefficients.Span, factors, X.Span, dy, dx, dcoefficients, dinputs);
            if (gradients.Wants(Raw)) PairCoefficients.Backward(Cascade, Raw.Span, dcoefficients, gradients[Raw]);
            if (scaleWanted) EncodingFactors.Backward<T>(logScale.Span, dinputs, gradients[logScale]);
        }
    }
}
