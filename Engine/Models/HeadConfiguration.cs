using System.Numerics;
using QEngine.Layers;
using QEngine.Quantum;

namespace QEngine.Models;

/// <summary>The kinds of head.</summary>
public enum HeadType
{
    /// <summary>The pooled vector itself, compared by cosine (BT).</summary>
    None,

    /// <summary>tanh(W u + b), compared by cosine (BEC).</summary>
    Linear,

    /// <summary>Angle encoding and the compression cascade, compared by fidelity (QBEC; with k = d, QBT).</summary>
    Quantum,
}

/// <summary>How two representations are compared.</summary>
public enum Similarity
{
    /// <summary>Cosine of the angle between two vectors, -1 to 1.</summary>
    Cosine,

    /// <summary>Fidelity of two product states, 0 to 1.</summary>
    Fidelity,
}

/// <summary>Which head a model has.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="InputDimension">d, the width of a pooled vector.</param>
/// <param name="OutputDimension">k, the width of an embedding; d for no head.</param>
/// <param name="Gate">What joins a pair of qubits; only for the quantum head.</param>
public sealed record HeadConfiguration(HeadType Type, int InputDimension, int OutputDimension, CompressionGate Gate = CompressionGate.ControlledU)
{
    /// <summary>How its representations are compared.</summary>
    public Similarity Similarity => Type == HeadType.Quantum ? Similarity.Fidelity : Similarity.Cosine;

    /// <summary>Numbers of a representation as it is trained: 2k Bloch coordinates for the quantum head, k otherwise.</summary>
    public int RepresentationWidth => Type == HeadType.Quantum ? 2 * OutputDimension : OutputDimension;

    /// <summary>The paper's name of a model with this head: BT, BEC, QBT or QBEC.</summary>
    public string PaperName => Type switch
    {
        HeadType.None => "BT",
        HeadType.Linear => "BEC",
        _ => OutputDimension == InputDimension ? "QBT" : "QBEC",
    };

    /// <summary>Declares the head's parameters.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="store">Where they live.</param>
    /// <exception cref="QEngineException">k is not within 1 to d, or is not d where there is no head.</exception>
    public IHead<T> Create<T>(ParameterStore<T> store)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (OutputDimension < 1 || OutputDimension > InputDimension)
            throw new QEngineException($"expected an output dimension from 1 to the encoder's {InputDimension}, found {OutputDimension}");
        switch (Type)
        {
            case HeadType.Linear:
                return new TanhHead<T>(store, InputDimension, OutputDimension);
            case HeadType.Quantum:
                return new QuantumHead<T>(store, new Cascade(InputDimension, OutputDimension, Gate));
            default:
                if (OutputDimension != InputDimension) throw new QEngineException($"expected dimension {InputDimension} for a model without a head, found {OutputDimension}");
                return new IdentityHead<T>();
        }
    }
}
