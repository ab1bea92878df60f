using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>The mean over all candidates of (s - t)^2: a score is to be its gold value.</summary>
/// <remarks>With cosines of scale 1, <c>CosineSimilarityLoss</c> of sentence-transformers.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SquaredErrorLoss<T> : ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public bool UsesTargets => true;

    /// <inheritdoc/>
    public bool NeedsWholeBatch => true;

    /// <inheritdoc/>
    public Tensor<T> Apply(Tape<T> tape, Tensor<T> scores, CandidateList candidates, ReadOnlyMemory<T> targets) =>
        SquaredError.Apply(tape, scores, candidates, targets.Span);
}
