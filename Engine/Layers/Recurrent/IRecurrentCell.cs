using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// One step of a recurrent network, for a batch of sequences at once. <see cref="Recurrence"/> takes it through whole sequences.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal interface IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Numbers of a step.</summary>
    int Inputs { get; }

    /// <summary>Numbers that a step results in.</summary>
    int Outputs { get; }

    /// <summary>The state before the first step.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="sequences">How many.</param>
    CellState<T> Start(Tape<T> tape, int sequences);

    /// <summary>Takes one step.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[sequences, inputs].</param>
    /// <param name="state">What the step before has left; becomes what this one leaves.</param>
    /// <returns>[sequences, outputs].</returns>
    Tensor<T> Step(Tape<T> tape, Tensor<T> x, ref CellState<T> state);
}

/// <summary>What a cell keeps from one step to the next; either may have no columns.</summary>
/// <param name="Hidden">What the next step reads beside its numbers, [sequences, hidden].</param>
/// <param name="Memory">What is added to from step to step, [sequences, memory].</param>
internal readonly record struct CellState<T>(Tensor<T> Hidden, Tensor<T> Memory)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>All zero.</summary>
    /// <param name="tape">Storage.</param>
    /// <param name="sequences">How many.</param>
    /// <param name="hidden">Columns of the hidden state.</param>
    /// <param name="memory">Columns of the memory.</param>
    public static CellState<T> Zeros(Tape<T> tape, int sequences, int hidden, int memory)
    {
        ArgumentNullException.ThrowIfNull(tape);
        CellState<T> state = new(tape.Save(new Shape(sequences, hidden)), tape.Save(new Shape(sequences, memory)));
        state.Hidden.Span.Clear();
        state.Memory.Span.Clear();
        return state;
    }
}
