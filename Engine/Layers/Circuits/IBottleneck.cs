using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>What the adapter of a <see cref="QasaLayer{T}"/> does with eight numbers of a token.</summary>
internal interface IBottleneck<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Applies it.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[tokens, 8].</param>
    /// <returns>[tokens, 8], within [-1, 1].</returns>
    Tensor<T> Forward(Tape<T> tape, Tensor<T> x);
}

/// <summary>The numbers are angles of the circuit; parameter <c>weights</c> [4, 9], drawn uniformly from a whole turn.</summary>
internal sealed class CircuitBottleneck<T> : IBottleneck<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Circuit _circuit = QasaCircuit.Build();
    private readonly Parameter<T> _weights;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    public CircuitBottleneck(ParameterStore<T> store, string name)
    {
        ArgumentNullException.ThrowIfNull(store);
        _weights = store.Matrix($"{name}.weights", 4, QasaCircuit.Width + 1, Initializer.Uniform(Math.PI));
    }

    /// <inheritdoc/>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x) =>
        CircuitExpectation.Apply(tape, _circuit, x, _weights.Tensor.As(Shape.Vector(_circuit.Parameters)));
}

/// <summary>
/// The classical counterpart with as many effective numbers as the circuit: tanh of a linear map in two groups, parameter <c>weight</c>
/// [4, 8], 32 numbers beside the circuit's 33. It has no bias, as the layer norm before it has one.
/// </summary>
internal sealed class ClassicalBottleneck<T> : IBottleneck<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly InputGroups _groups = new(QasaCircuit.Width, QasaCircuit.Width, groups: 2);
    private readonly Parameter<T> _weight;
    private readonly Tensor<T> _noBias = new(new T[QasaCircuit.Width], Shape.Vector(QasaCircuit.Width));

    /// <summary>Declares the parameters, uniform within 1/sqrt(inputs of a group).</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    public ClassicalBottleneck(ParameterStore<T> store, string name)
    {
        ArgumentNullException.ThrowIfNull(store);
        _weight = store.Matrix($"{name}.weight", _groups.OutputsPerGroup, _groups.Inputs, Initializer.Uniform(0.5));
    }

    /// <inheritdoc/>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x) =>
        Activations.Tanh(tape, GroupedLinear.Apply(tape, _groups, x, _weight.Tensor, _noBias));
}
