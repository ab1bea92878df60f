using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>A batch's loss, and the scores it was computed from.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Loss">[1, 1].</param>
/// <param name="Scores">[queries, candidates]; with Matryoshka dimensions, of the largest. Where there is no candidate, anything.</param>
public readonly record struct ObjectiveValue<T>(Tensor<T> Loss, Tensor<T> Scores)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>What training minimises: a loss of the scores of representations, or its mean over their leading columns.</summary>
/// <remarks>
/// Leading columns: Kusupati et al., "Matryoshka Representation Learning", arXiv 2205.13147; <c>MatryoshkaLoss</c> of
/// sentence-transformers adds up where this takes the mean. The whole width counts only where it is listed.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Objective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IScore<T> _score;
    private readonly ILoss<T> _loss;
    private readonly int[] _dimensions;

    /// <summary>Puts score and loss together.</summary>
    /// <param name="score">How representations are compared.</param>
    /// <param name="loss">What their scores are to be.</param>
    /// <param name="matryoshka">Numbers of leading columns that are each to work alone; null or empty for all columns together.</param>
    /// <exception cref="QEngineException">
    /// A dimension is below 1 or there twice, or the score has no leading columns to compare.
    /// </exception>
    public Objective(IScore<T> score, ILoss<T> loss, IReadOnlyList<int>? matryoshka = null)
    {
        ArgumentNullException.ThrowIfNull(score);
        ArgumentNullException.ThrowIfNull(loss);
        (_score, _loss, _dimensions) = (score, loss, [.. matryoshka ?? []]);
        HashSet<int> seen = [];
        foreach (int dimension in _dimensions)
        {
            if (dimension < 1) throw new QEngineException($"expected Matryoshka dimensions of at least 1, found {dimension}");
            if (!seen.Add(dimension)) throw new QEngineException($"expected distinct Matryoshka dimensions, found {dimension} twice");
        }
        if (_dimensions.Length > 0 && !score.ComparesLeadingColumns)
            throw new QEngineException(
                "expected a cosine score with Matryoshka dimensions, found one of fidelity: the qubits of a state have no leading part");
    }

    /// <summary>Whether the scores follow targets.</summary>
    public bool UsesTargets => _loss.UsesTargets;

    /// <summary>Whether a batch cannot be done in parts.</summary>
    public bool NeedsWholeBatch => _loss.NeedsWholeBatch;

    /// <summary>Computes the loss of a batch.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="representations">[rows, width], from the head.</param>
    /// <param name="candidates">Rows to score; must not change until the backward pass.</param>
    /// <param name="targets">[queries, candidates] row-major for a loss that asks for them, else empty.</param>
    /// <exception cref="QEngineException">A Matryoshka dimension is above the width, or the targets do not fit.</exception>
    public ObjectiveValue<T> Apply(Tape<T> tape, Tensor<T> representations, CandidateList candidates, ReadOnlyMemory<T> targets)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(candidates);
        if (_dimensions.Length == 0) return Whole(tape, representations, candidates, targets);
        int widest = 0;
        ObjectiveValue<T> sum = default;
        foreach (int dimension in _dimensions)
        {
            ObjectiveValue<T> part = Leading(tape, representations, dimension, candidates, targets);
            Tensor<T> loss = widest == 0 ? part.Loss : Add.Apply(tape, sum.Loss, part.Loss);
            sum = new(loss, dimension > widest ? part.Scores : sum.Scores);
            widest = Math.Max(widest, dimension);
        }
        return sum with { Loss = Activations.Affine(tape, sum.Loss, T.One / T.CreateTruncating(_dimensions.Length), T.Zero) };
    }

    private ObjectiveValue<T> Leading(
        Tape<T> tape, Tensor<T> representations, int columns, CandidateList candidates, ReadOnlyMemory<T> targets)
    {
        if (columns > representations.Columns)
            throw new QEngineException(
                $"expected Matryoshka dimensions of at most {representations.Columns}, the width of the representations, found {columns}");
        return Whole(tape, LeadingColumns.Apply(tape, representations, columns), candidates, targets);
    }

    private ObjectiveValue<T> Whole(Tape<T> tape, Tensor<T> representations, CandidateList candidates, ReadOnlyMemory<T> targets)
    {
        Tensor<T> scores = _score.Apply(tape, representations, candidates);
        return new(_loss.Apply(tape, scores, candidates, targets), scores);
    }
}
