using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>
/// ln(1 + sum of e^(s_j - s_i) over all pairs of texts i, j with gold value t_i above t_j): scores are to be in the order
/// of the gold values, whose differences do not matter. Pairs of the whole batch are compared, not those of one query.
/// </summary>
/// <remarks>
/// CoSENT (Su, kexue.fm/archives/8847, 2022), <c>CoSENTLoss</c> of sentence-transformers. The score carries its scale, 20 there.
/// It is not a mean: it grows with the logarithm of the batch.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class CoSentLoss<T> : ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public bool UsesTargets => true;

    /// <inheritdoc/>
    public bool NeedsWholeBatch => true;

    /// <inheritdoc/>
    public Tensor<T> Apply(Tape<T> tape, Tensor<T> scores, CandidateList candidates, ReadOnlyMemory<T> targets) =>
        CoSent.Apply(tape, scores, candidates, targets.Span);
}
