using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Weights of a convolution from states, one for every output and channel (<see cref="DensityWindows"/>).</summary>
internal static class StateWeights
{
    /// <summary>Computes the weights.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="states">[outputs channels, 2 amplitudes], real and then imaginary parts.</param>
    /// <param name="channels">At least 1.</param>
    /// <param name="size">Pixels of a side of the window, from 1 to the amplitudes.</param>
    /// <returns>[outputs, size size channels].</returns>
    /// <exception cref="QEngineException">The states are not as many as outputs have channels, or have too few amplitudes.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> states, int channels, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(StateWeights), channels, 1);
        Guard.AtLeast(nameof(StateWeights), size, 1);
        Guard.AtLeast(nameof(StateWeights), states.Columns, 2 * size);
        Guard.Length(nameof(StateWeights), states.Columns, states.Columns / 2 * 2);
        Guard.Length(nameof(StateWeights), states.Rows, states.Rows / channels * channels);
        Tensor<T> y = tape.Output(new Shape(states.Rows / channels, size * size * channels), states);
        DensityWindows.Forward(tape.Workers, states.Columns / 2, size, channels, states.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(states, channels, size, y));
        return y;
    }

    private readonly record struct Op<T>(Tensor<T> States, int Channels, int Size, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(States)) return;
            DensityWindows.Backward(gradients.Workers, States.Columns / 2, Size, Channels, States.Span, dy, gradients[States]);
        }
    }
}
