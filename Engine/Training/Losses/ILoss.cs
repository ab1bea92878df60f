using System.Numerics;
using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>What is minimised, given every query's scores of its candidates.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface ILoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether the scores follow targets.</summary>
    bool UsesTargets { get; }

    /// <summary>
    /// Whether a batch is not the mean of its queries, so that it cannot be done in parts: scores of different queries are compared, or
    /// each score counts the same.
    /// </summary>
    bool NeedsWholeBatch { get; }

    /// <summary>Computes the loss of a batch.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="scores">[queries, width]; where there is no candidate, anything.</param>
    /// <param name="candidates">Who is a candidate; must not change until the backward pass.</param>
    /// <param name="targets">
    /// [queries, width] row-major, a teacher's scores or gold values; where there is no candidate, anything. A loss that
    /// asks for none does not read them, and they may be empty.
    /// </param>
    /// <returns>[1, 1].</returns>
    /// <exception cref="QEngineException">The shapes differ, or a target is missing or not finite.</exception>
    Tensor<T> Apply(Tape<T> tape, Tensor<T> scores, CandidateList candidates, ReadOnlyMemory<T> targets);
}
