using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// Doubly stochastic weights of a unitary whose angles are factors times the elements of a matrix (<see cref="MixingMatrices"/>).
/// </summary>
internal static class MixingWeights
{
    /// <summary>Computes the weights.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="mixing">The circuit, of n rows and columns.</param>
    /// <param name="x">[matrices n, n].</param>
    /// <param name="factors">[1, angles].</param>
    /// <returns>[matrices n, n].</returns>
    /// <exception cref="QEngineException">The shapes do not fit the circuit.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, MixingCircuit mixing, Tensor<T> x, Tensor<T> factors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(mixing);
        Guard.Columns(nameof(MixingWeights), x.Shape, mixing.Size);
        Guard.Length(nameof(MixingWeights), x.Rows, x.Rows / mixing.Size * mixing.Size);
        Guard.Same(nameof(MixingWeights), factors.Shape, Shape.Vector(mixing.Angles));
        Tensor<T> y = tape.Output(x.Shape, x, factors);
        MixingMatrices.Forward(tape.Workers, mixing, x.Span, factors.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(mixing, x, factors, y));
        return y;
    }

    private readonly record struct Op<T>(MixingCircuit Mixing, Tensor<T> X, Tensor<T> Factors, Tensor<T> Y)
        : IOp<T>, ICircuitOp
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            // By themselves first: one tensor may be both.
            Span<T> dfactors = gradients.Wants(Factors) ? gradients.Rent(Factors.Shape.Length) : default;
            Span<T> dx = gradients.Wants(X) ? gradients[X] : default;
            MixingMatrices.Backward(gradients.Workers, Mixing, X.Span, Factors.Span, dy, dx, dfactors);
            if (!dfactors.IsEmpty) Kernels.Elementwise.Add(gradients.Workers, dfactors, gradients[Factors]);
        }

        /// <inheritdoc/>
        public void AddTo(ICollection<BoundCircuit> circuits)
        {
            if (X.Rows == 0) return;
            T[] inputs = new T[Mixing.Circuit.Inputs];
            MixingMatrices.FirstInputs(Mixing, X.Span, Factors.Span, inputs);
            circuits.Add(BoundCircuit.Of<T>("mixing", Mixing.Circuit, inputs, []));
        }
    }
}
