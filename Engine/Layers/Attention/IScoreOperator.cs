using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>What makes weights of the scores of attention, where softmax does otherwise.</summary>
internal interface IScoreOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes weights.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="scores">[sequences heads n, n].</param>
    /// <returns>[sequences heads n, n].</returns>
    Tensor<T> Forward(Tape<T> tape, Tensor<T> scores);
}

/// <summary>Sinkhorn's normalisation (QDSFormer, arXiv 2504.16275, takes 3 or 21 steps); no parameters.</summary>
/// <param name="steps">Normalisations, an odd number.</param>
internal sealed class SinkhornOperator<T>(int steps) : IScoreOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> scores) => SinkhornNormalize.Apply(tape, scores, steps);
}

/// <summary>The squared elements of Q (QDSFormer's classical variant); no parameters.</summary>
internal sealed class OrthogonalOperator<T> : IScoreOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> scores) => OrthogonalWeights.Apply(tape, scores);
}

/// <summary>
/// A unitary whose angles are the scores times <c>theta</c>, drawn from U(-1, 1) (QDSFormer's quantum variant; arXiv 2504.16275). The
/// publication mostly freezes angles of other experiments, which it does not print.
/// </summary>
internal sealed class UnitaryOperator<T> : IScoreOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MixingCircuit _mixing;
    private readonly Parameter<T> _theta;

    /// <summary>Declares the parameters.</summary>
    /// <param name="store">Where they live.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="mixing">The circuit, of as many rows as a sequence has tokens.</param>
    public UnitaryOperator(ParameterStore<T> store, string name, MixingCircuit mixing)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(mixing);
        _mixing = mixing;
        _theta = store.Vector($"{name}.theta", mixing.Angles, Initializer.Uniform(1));
    }

    /// <inheritdoc/>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> scores) => MixingWeights.Apply(tape, _mixing, scores, _theta.Tensor);
}
