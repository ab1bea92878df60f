using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>
/// Cross-entropy of every query over its candidates with the positive, the first candidate, as label: the paper's loss
/// with hard negatives, and InfoNCE with in-batch ones.
/// </summary>
public static class RankingLoss
{
    /// <summary>Computes the loss.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="score">How representations are compared.</param>
    /// <param name="representations">[rows, width].</param>
    /// <param name="candidates">Rows to score.</param>
    /// <returns>[1, 1], the mean over queries, in nats.</returns>
    public static Tensor<T> Apply<T>(Tape<T> tape, IScore<T> score, Tensor<T> representations, CandidateList candidates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        SoftmaxCrossEntropy<T>.Apply(tape, ExcludeAbsent<T>.Apply(tape, score.Apply(tape, representations, candidates), candidates), candidates.Labels);
}
