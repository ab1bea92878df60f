using QEngine.Quantum;

namespace QEngine.Models;

/// <summary>In which numbers an embedding is written down.</summary>
public enum EmbeddingFormat
{
    /// <summary>
    /// Signed angles for a quantum model, k numbers in (-pi, pi]; the vector itself for a classical one; for states of a
    /// <see cref="EntangledModule"/> the real parts of their amplitudes, then the imaginary ones.
    /// </summary>
    Default,

    /// <summary>Signed angles, k numbers; quantum models only.</summary>
    Angles,

    /// <summary>Real amplitudes, 2k numbers, first all cos(omega/2), then all sin(omega/2); quantum models only.</summary>
    Amplitudes,

    /// <summary>Expectations of Pauli Z, k numbers in [-1, 1]; quantum models only.</summary>
    Expectations,
}

/// <summary>Writing representations in a format.</summary>
public static class EmbeddingFormats
{
    /// <summary>Numbers per embedding.</summary>
    /// <param name="format">The format.</param>
    /// <param name="head">The model's head.</param>
    /// <exception cref="QEngineException">The format is for quantum models and the model is not one.</exception>
    public static int Width(this EmbeddingFormat format, HeadConfiguration head)
    {
        ArgumentNullException.ThrowIfNull(head);
        Require.Named(format);
        if (head.Similarity != Similarity.Fidelity && format != EmbeddingFormat.Default)
            throw new QEngineException(
                $"expected a quantum model of product states for the format {format.ToString().ToLowerInvariant()}, "
                + $"found a model compared by {head.Similarity.Name()}, which has plain vectors only");
        return format == EmbeddingFormat.Amplitudes ? 2 * head.OutputDimension : head.OutputDimension;
    }

    /// <summary>Writes one representation.</summary>
    /// <param name="format">The format.</param>
    /// <param name="head">The model's head.</param>
    /// <param name="representation">[<see cref="HeadConfiguration.RepresentationWidth"/>].</param>
    /// <param name="destination">[width of the format].</param>
    public static void Write(
        this EmbeddingFormat format, HeadConfiguration head, ReadOnlySpan<float> representation, Span<float> destination)
    {
        if (head.Similarity != Similarity.Fidelity) representation.CopyTo(destination);
        else if (format == EmbeddingFormat.Amplitudes) Readout.Amplitudes(representation, destination);
        else if (format == EmbeddingFormat.Expectations) Readout.Expectations(representation, destination);
        else Readout.Angles(representation, destination);
    }
}
