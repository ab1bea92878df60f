using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>How representations become the scores that a loss compares.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IScore<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether the leading columns of representations are compared as the whole ones are.</summary>
    bool ComparesLeadingColumns { get; }

    /// <summary>Scores every query against its candidates.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="representations">[rows, width], from the head.</param>
    /// <param name="candidates">Rows to score.</param>
    /// <returns>[queries, candidates]; where there is no candidate, anything.</returns>
    Tensor<T> Apply(Tape<T> tape, Tensor<T> representations, CandidateList candidates);
}

/// <summary>scale cos(u, v).</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="scale">20 in the paper.</param>
public sealed class CosineScore<T>(double scale = 20) : IScore<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public bool ComparesLeadingColumns => true;

    /// <inheritdoc/>
    public Tensor<T> Apply(Tape<T> tape, Tensor<T> representations, CandidateList candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        return Activations.Affine(
            tape, CandidateScores.Apply(tape, Normalize.Apply(tape, representations), candidates), T.CreateTruncating(scale), T.Zero);
    }
}

/// <summary>scale e^(ln F / tau); with tau = 1 the paper's 20 F.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="scale">20 in the paper.</param>
/// <param name="tau">Temperature, above 0; larger values keep gradients alive when states are far apart.</param>
public sealed class FidelityScore<T>(double scale = 20, double tau = 1) : IScore<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public bool ComparesLeadingColumns => false;

    /// <inheritdoc/>
    public Tensor<T> Apply(Tape<T> tape, Tensor<T> representations, CandidateList candidates) =>
        Activations.ScaledExp(
            tape, LogFidelity.Apply(tape, representations, candidates), T.CreateTruncating(scale), T.CreateTruncating(tau));
}

/// <summary>scale e^(ln F / tau) of states by their amplitudes, entangled or not.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="scale">20 in the paper.</param>
/// <param name="tau">Temperature, above 0; larger values keep gradients alive when states are far apart.</param>
public sealed class StateFidelityScore<T>(double scale = 20, double tau = 1) : IScore<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public bool ComparesLeadingColumns => false;

    /// <inheritdoc/>
    public Tensor<T> Apply(Tape<T> tape, Tensor<T> representations, CandidateList candidates) =>
        Activations.ScaledExp(
            tape, LogStateFidelity.Apply(tape, representations, candidates), T.CreateTruncating(scale), T.CreateTruncating(tau));
}

/// <summary>scale ln F.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="scale">Factor.</param>
public sealed class LogFidelityScore<T>(double scale = 1) : IScore<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public bool ComparesLeadingColumns => false;

    /// <inheritdoc/>
    public Tensor<T> Apply(Tape<T> tape, Tensor<T> representations, CandidateList candidates) =>
        Activations.Affine(tape, LogFidelity.Apply(tape, representations, candidates), T.CreateTruncating(scale), T.Zero);
}

/// <summary>scale times the mean over qubits of their fidelity, (1 + x_u x_v + z_u z_v) / 2.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="scale">Factor.</param>
public sealed class LocalFidelityScore<T>(double scale = 20) : IScore<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public bool ComparesLeadingColumns => false;

    /// <inheritdoc/>
    public Tensor<T> Apply(Tape<T> tape, Tensor<T> representations, CandidateList candidates)
    {
        // A row is [x, z], so its inner product with another is the sum over qubits of x_u x_v + z_u z_v.
        T qubits = T.CreateTruncating(representations.Columns / 2), half = T.CreateTruncating(scale / 2);
        return Activations.Affine(tape, CandidateScores.Apply(tape, representations, candidates), half / qubits, half);
    }
}
