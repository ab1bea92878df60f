namespace QEngine.Quantum;

/// <summary>
/// What divides the numbers of an embedding before they become angles, theta = (pi/2)(1 + tanh(u / tau)) (Kankeu et al., arXiv 2501.04591,
/// where tau is 1).
/// </summary>
/// <remarks>
/// tanh is nearly linear below a quarter and at its end beyond three: numbers whose size is far from that use a small part of an angle's
/// range, or its ends alone. What is trained and stored is ln tau, so that tau stays above 0 and a step changes it by a proportion.
/// </remarks>
public enum EncodingScale
{
    /// <summary>Nothing: tau = 1.</summary>
    None,

    /// <summary>One tau for all inputs.</summary>
    One,

    /// <summary>A tau for each input.</summary>
    PerInput,
}
