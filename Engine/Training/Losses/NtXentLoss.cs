using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>
/// The normalised, temperature-scaled cross-entropy of two views of every item (SimCLR; Chen et al., arXiv 2002.05709): each of the 2B
/// vectors is to find its other view among the 2B - 1 others by cosine.
/// </summary>
/// <remarks>Between a pass and its backward pass, a loss takes batches of one size.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class NtXentLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CandidateList _candidates = new();
    private readonly T _inverseTemperature;

    /// <summary>Makes the loss.</summary>
    /// <param name="temperature">What cosines are divided by, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public NtXentLoss(double temperature)
    {
        if (!(temperature > 0 && double.IsFinite(1 / temperature)))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "expected a temperature above 0");
        _inverseTemperature = T.CreateTruncating(1 / temperature);
    }

    /// <summary>Computes the loss of a batch.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="views">[2B, columns]: all first views, then all second ones.</param>
    /// <returns>[1, 1], the mean over all vectors.</returns>
    /// <exception cref="QEngineException">There is no vector, or one without another view.</exception>
    public Tensor<T> Apply(Tape<T> tape, Tensor<T> views)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(NtXentLoss<T>), views.Rows, 2);
        Guard.Length(nameof(NtXentLoss<T>), views.Rows % 2, 0);
        ListCandidates(views.Rows);
        Tensor<T> cosines = CandidateScores.Apply(tape, Normalize.Apply(tape, views), _candidates);
        return SoftmaxCrossEntropy.Apply(tape, Activations.Affine(tape, cosines, _inverseTemperature, T.Zero), _candidates.Labels);
    }

    /// <summary>Of every vector its other view first, then all others.</summary>
    private void ListCandidates(int rows)
    {
        if (_candidates.Queries == rows) return;
        _candidates.Reset(rows, rows - 1);
        for (int row = 0; row < rows; row++)
        {
            int other = (row + (rows / 2)) % rows, place = 0;
            _candidates.SetQuery(row, row);
            _candidates.SetCandidate(row, place++, other);
            for (int candidate = 0; candidate < rows; candidate++)
                if (candidate != row && candidate != other) _candidates.SetCandidate(row, place++, candidate);
        }
    }
}
