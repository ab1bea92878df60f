using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// A quantum head whose outputs are read with a residual: of output i either the cascade's qubit is measured or the same qubit as it was
/// encoded, with a trained probability of the latter. Parameters of the <see cref="QuantumHead{T}"/>, before its scale
/// <c>readout.residual</c>, [k], of which the logistic function is the probability.
/// </summary>
/// <remarks>A layer around the head rather than a choice of it: what is public knows nothing of an experiment.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class ResidualQuantumHead<T> : IHead<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly QuantumHead<T> _head;
    private readonly Cascade _encoding;
    private readonly Parameter<T> _residual;
    private readonly Parameter<T>? _logScale;

    /// <summary>Declares the parameters: those of the head, and 0 for the residuals at first, an even chance.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="cascade">The plan, of at least one step.</param>
    /// <param name="scale">What divides the inputs.</param>
    public ResidualQuantumHead(ParameterStore<T> store, Cascade cascade, EncodingScale scale)
    {
        _head = new QuantumHead<T>(store, cascade);
        _encoding = new Cascade(cascade.OutputQubits, cascade.OutputQubits, cascade.Gate);
        _residual = store.Vector(ResidualName, cascade.OutputQubits, Initializer.Zeros);
        // The last parameter, as of every head with angles.
        if (scale != EncodingScale.None)
            _logScale = store.Vector(QuantumHead<T>.LogScaleName, scale == EncodingScale.One ? 1 : cascade.InputQubits, Initializer.Zeros);
    }

    /// <summary>The tensor of raw probabilities.</summary>
    internal const string ResidualName = "readout.residual";

    /// <inheritdoc/>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x)
    {
        if (_logScale is not null) x = DivideByScale.Apply(tape, x, _logScale.Tensor);
        Tensor<T> measured = _head.Forward(tape, x);
        Tensor<T> kept = LeadingColumns.Apply(tape, x, _encoding.InputQubits);
        Tensor<T> encoded = QuantumCompression.Apply(tape, _encoding, kept, tape.Save(Shape.Vector(0)));
        return MixOutcomes.Apply(tape, measured, encoded, Activations.Sigmoid(tape, _residual.Tensor));
    }
}
