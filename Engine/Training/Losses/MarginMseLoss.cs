using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>
/// The mean over all queries' negatives j of ((s_0 - s_j) - (t_0 - t_j))^2: the margin between positive and negative is
/// to be the teacher's. Scores s have the scale of the teacher's t, whatever it is.
/// </summary>
/// <remarks>
/// MarginMSE: Hofstaetter et al., "Improving Efficient Neural Ranking Models with Cross-Architecture Knowledge
/// Distillation", arXiv 2010.02666; <c>MarginMSELoss</c> of sentence-transformers.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class MarginMseLoss<T> : ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public bool UsesTargets => true;

    /// <inheritdoc/>
    public bool NeedsWholeBatch => true;

    /// <inheritdoc/>
    public Tensor<T> Apply(Tape<T> tape, Tensor<T> scores, CandidateList candidates, ReadOnlyMemory<T> targets) =>
        MarginMse.Apply(tape, scores, candidates, targets.Span);
}
