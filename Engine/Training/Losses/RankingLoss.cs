using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>
/// Cross-entropy of every query over its candidates with the positive, the first candidate, as label: the paper's loss
/// with hard negatives, and InfoNCE with in-batch ones. The mean over queries, in nats; asks for no targets.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class RankingLoss<T> : ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public bool UsesTargets => false;

    /// <inheritdoc/>
    public bool NeedsWholeBatch => false;

    /// <inheritdoc/>
    public Tensor<T> Apply(Tape<T> tape, Tensor<T> scores, CandidateList candidates, ReadOnlyMemory<T> targets) =>
        SoftmaxCrossEntropy.Apply(tape, ExcludeAbsent.Apply(tape, scores, candidates), candidates.Labels);
}
