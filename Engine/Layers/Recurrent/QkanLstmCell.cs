using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// QKAN-LSTM and HQKAN-LSTM (Hsu et al., arXiv 2512.05049): an LSTM whose gates are sums of one-qubit circuits of [h; x], a
/// <see cref="QkanLayer{T}"/> each, or a linear map, such a layer and a linear map, a <see cref="HybridQkan{T}"/> each. Parameters are
/// those of <c>forget</c>, <c>input</c>, <c>candidate</c> and <c>output</c>.
/// </summary>
/// <remarks>
/// The publication trains the frequencies (<see cref="QkanSettings.TrainsData"/>) and does not tell repetitions nor sizes.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class QkanLstmCell<T> : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IGate<T> _forget, _input, _candidate, _output;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Numbers of a step.</param>
    /// <param name="hidden">Numbers of the state, and results.</param>
    /// <param name="settings">What the edges are.</param>
    /// <param name="latent">Numbers between the linear maps of a gate; 0 for gates without linear maps.</param>
    public QkanLstmCell(ParameterStore<T> store, string name, int inputs, int hidden, QkanSettings settings, int latent = 0)
    {
        Require.Range(latent, 0, int.MaxValue);
        (Inputs, Outputs) = (inputs, hidden);
        _forget = Gate("forget");
        _input = Gate("input");
        _candidate = Gate("candidate");
        _output = Gate("output");

        IGate<T> Gate(string part) => latent == 0
            ? new QkanLayer<T>(store, $"{name}.{part}", hidden + inputs, hidden, settings)
            : new HybridQkan<T>(store, $"{name}.{part}", hidden + inputs, latent, latent, hidden, settings);
    }

    /// <inheritdoc/>
    public int Inputs { get; }

    /// <inheritdoc/>
    public int Outputs { get; }

    /// <inheritdoc/>
    public CellState<T> Start(Tape<T> tape, int sequences) => CellState<T>.Zeros(tape, sequences, Outputs, Outputs);

    /// <inheritdoc/>
    public Tensor<T> Step(Tape<T> tape, Tensor<T> x, ref CellState<T> state)
    {
        Tensor<T> read = JoinColumns.Apply(tape, state.Hidden, x), memory = state.Memory;
        Tensor<T> hidden = LstmMemory.Step(
            tape, _forget.Forward(tape, read), _input.Forward(tape, read), _candidate.Forward(tape, read), _output.Forward(tape, read),
            ref memory);
        state = new(hidden, memory);
        return hidden;
    }
}
