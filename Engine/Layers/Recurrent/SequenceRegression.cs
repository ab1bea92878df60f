using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// Numbers out of what a recurrent cell has after the last step of a sequence, by a linear map, as a prediction of the step that would
/// follow. Parameters <c>weight</c> and <c>bias</c>, beside the cell's.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class SequenceRegression<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IRecurrentCell<T> _cell;
    private readonly LinearLayer<T> _output;

    /// <summary>Declares the parameters of the map, uniform within 1/sqrt(inputs), as torch's.</summary>
    /// <param name="store">Where they live, as those of the cell.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="outputs">How many numbers.</param>
    public SequenceRegression(ParameterStore<T> store, string name, IRecurrentCell<T> cell, int outputs)
    {
        ArgumentNullException.ThrowIfNull(cell);
        _cell = cell;
        Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(cell.Outputs));
        _output = new(store, name, cell.Outputs, outputs, uniform, uniform);
    }

    /// <summary>Applies cell and map.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[sequences steps, inputs], one sequence after another as <see cref="Recurrence"/> says.</param>
    /// <param name="steps">Steps of a sequence, at least 1.</param>
    /// <returns>[sequences, outputs].</returns>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x, int steps)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var mark = tape.Mark();
        return tape.Release(mark, _output.Forward(tape, Recurrence.Last(tape, _cell, x, steps)));
    }
}
