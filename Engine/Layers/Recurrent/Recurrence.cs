using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// Takes a cell through sequences of one length. A batch of sequences is a matrix with a row for every step, one sequence after another:
/// row s steps + t is step t of sequence s. Gradients go back through all steps.
/// </summary>
internal static class Recurrence
{
    /// <summary>What the last step results in.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="x">[sequences steps, inputs].</param>
    /// <param name="steps">Steps of a sequence, at least 1.</param>
    /// <returns>[sequences, outputs].</returns>
    /// <exception cref="QEngineException">The shape does not fit the cell or the steps.</exception>
    public static Tensor<T> Last<T>(Tape<T> tape, IRecurrentCell<T> cell, Tensor<T> x, int steps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(cell);
        Guard.Columns(nameof(Recurrence), x.Shape, cell.Inputs);
        Guard.AtLeast(nameof(Recurrence), steps, 1);
        Guard.Length(nameof(Recurrence), x.Rows % steps, 0);
        int sequences = x.Rows / steps;
        var mark = tape.Mark();
        Tensor<T> wide = x.As(new Shape(sequences, steps * cell.Inputs)), output = default;
        CellState<T> state = cell.Start(tape, sequences);
        for (int t = 0; t < steps; t++)
            output = cell.Step(tape, SliceColumns.Apply(tape, wide, t * cell.Inputs, cell.Inputs), ref state);
        return tape.Release(mark, output);
    }
}
