using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>
/// The mean over queries of tau^2 KL(softmax(t / tau) || softmax(s / tau)), in nats: the shares of a query's candidates are
/// to be the teacher's. Only differences of a query's scores count.
/// </summary>
/// <remarks>
/// Lin, Yang and Lin, "Distilling Dense Representations for Ranking using Tightly-Coupled Teachers", arXiv 2010.11386;
/// <c>DistillKLDivLoss</c> of sentence-transformers, which has the factor tau^2 as well.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class KlDivergenceLoss<T> : ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _temperature;

    /// <summary>Sets the temperature.</summary>
    /// <param name="temperature">tau, above 0; larger values make the shares more equal.</param>
    /// <exception cref="QEngineException">The temperature is not above 0.</exception>
    public KlDivergenceLoss(double temperature = 1)
    {
        if (!(temperature > 0) || !double.IsFinite(temperature))
            throw new QEngineException($"expected a temperature above 0, found {temperature}");
        _temperature = T.CreateTruncating(temperature);
    }

    /// <inheritdoc/>
    public bool UsesTargets => true;

    /// <inheritdoc/>
    public bool NeedsWholeBatch => false;

    /// <inheritdoc/>
    public Tensor<T> Apply(Tape<T> tape, Tensor<T> scores, CandidateList candidates, ReadOnlyMemory<T> targets) =>
        KlDivergence.Apply(tape, scores, candidates, targets.Span, _temperature);
}
