using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// QLSTM (Chen et al., arXiv 2009.01783, and its code): an LSTM whose gates are circuits of v = [x; h], a qubit for each of its numbers;
/// the memory c is as long. Of m = sigmoid(o) tanh(c) a fifth circuit makes the next h, its first numbers, and a sixth the result. With
/// all of them frozen it is the reservoir of QRNN-RC (Chen et al., arXiv 2211.02612), of which only a linear map of the results is trained.
/// Parameters are the <c>weights</c> of <c>forget</c>, <c>input</c>, <c>candidate</c>, <c>output</c>, <c>hidden</c> and <c>result</c>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class QlstmCell<T> : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly QlstmGate<T> _forget, _input, _candidate, _output, _next, _result;
    private readonly int _hidden;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Numbers of a step.</param>
    /// <param name="hidden">Numbers of h; with the inputs 3 to <see cref="Quantum.Circuit.MaxQubits"/>.</param>
    /// <param name="layers">Layers of a circuit, at least 1.</param>
    public QlstmCell(ParameterStore<T> store, string name, int inputs, int hidden, int layers)
    {
        (Inputs, _hidden, Outputs) = (inputs, hidden, inputs + hidden);
        _forget = Gate("forget");
        _input = Gate("input");
        _candidate = Gate("candidate");
        _output = Gate("output");
        _next = Gate("hidden");
        _result = Gate("result");

        QlstmGate<T> Gate(string part) => new(store, $"{name}.{part}", inputs + hidden, layers);
    }

    /// <inheritdoc/>
    public int Inputs { get; }

    /// <inheritdoc/>
    public int Outputs { get; }

    /// <inheritdoc/>
    public CellState<T> Start(Tape<T> tape, int sequences) => CellState<T>.Zeros(tape, sequences, _hidden, Outputs);

    /// <inheritdoc/>
    public Tensor<T> Step(Tape<T> tape, Tensor<T> x, ref CellState<T> state)
    {
        Tensor<T> read = JoinColumns.Apply(tape, x, state.Hidden), memory = state.Memory;
        Tensor<T> m = LstmMemory.Step(
            tape, _forget.Forward(tape, read), _input.Forward(tape, read), _candidate.Forward(tape, read), _output.Forward(tape, read),
            ref memory);
        state = new(LeadingColumns.Apply(tape, _next.Forward(tape, m), _hidden), memory);
        return _result.Forward(tape, m);
    }
}
