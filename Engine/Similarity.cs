namespace QEngine;

/// <summary>How two representations are compared.</summary>
public enum Similarity
{
    /// <summary>Cosine of the angle between two vectors, -1 to 1; the length of a vector does not matter.</summary>
    Cosine,

    /// <summary>Fidelity of two product states, each given by one angle a qubit, 0 to 1.</summary>
    Fidelity,
}
