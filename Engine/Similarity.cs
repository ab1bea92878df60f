namespace QEngine;

/// <summary>How two representations are compared.</summary>
public enum Similarity
{
    /// <summary>Cosine of the angle between two vectors, -1 to 1; the length of a vector does not matter.</summary>
    Cosine,

    /// <summary>Fidelity of two product states, each given by one angle a qubit, 0 to 1.</summary>
    Fidelity,

    /// <summary>
    /// Fidelity |&lt;u|v&gt;|^2 of two states, entangled or not, each given by its amplitudes, 0 to 1: the real parts of all, then the
    /// imaginary parts. The length of a vector does not matter.
    /// </summary>
    StateFidelity,
}

/// <summary>What kinds of similarity have in common.</summary>
internal static class Similarities
{
    /// <summary>Whether it is a fidelity: then scores are its logarithm, at most 0.</summary>
    public static bool IsFidelity(this Similarity similarity) => similarity != Similarity.Cosine;

    /// <summary>Whether a name, such as one of scores, is that of a fidelity.</summary>
    public static bool IsFidelity(string name) => name == Name(Similarity.Fidelity) || name == Name(Similarity.StateFidelity);

    /// <summary>Whether a vector's distance from its codes bounds what a score changes by them, so that codes help a search.</summary>
    public static bool HasCodes(this Similarity similarity) => similarity != Similarity.StateFidelity;

    /// <summary>Whether vectors of so many numbers can be compared by it: those of states are two numbers an amplitude.</summary>
    public static bool Takes(this Similarity similarity, int dimension) => similarity != Similarity.StateFidelity || dimension % 2 == 0;

    /// <summary>Its name in files, options and results.</summary>
    /// <param name="similarity">The similarity.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such similarity.</exception>
    public static string Name(this Similarity similarity) => similarity switch
    {
        Similarity.Cosine => "cosine",
        Similarity.Fidelity => "fidelity",
        Similarity.StateFidelity => "state-fidelity",
        _ => throw new ArgumentOutOfRangeException(
            nameof(similarity), $"expected cosine, fidelity or state-fidelity, found {(int)similarity}"),
    };
}
