using QEngine.Training;

namespace QEngine.Tools.Heads;

/// <summary>What of a fidelity of product states is the score that a loss compares.</summary>
internal enum FidelityForm
{
    /// <summary>20 e^(ln F / tau), the paper's 20 F where tau is 1.</summary>
    Fidelity,

    /// <summary>ln F: a softmax over it is the share of each candidate in the sum of fidelities.</summary>
    Logarithm,

    /// <summary>20 times the mean of the qubits' own fidelities, which stays in range however many there are.</summary>
    Local,
}

/// <summary>Makes scores of fidelities.</summary>
internal static class FidelityForms
{
    /// <summary>The words for them.</summary>
    public static (string Word, FidelityForm Value)[] All { get; } =
        [("fidelity", FidelityForm.Fidelity), ("logarithm", FidelityForm.Logarithm), ("local", FidelityForm.Local)];

    /// <summary>The score.</summary>
    /// <param name="form">Which form.</param>
    /// <param name="similarity">How representations are compared; only product states have other forms than the first.</param>
    /// <param name="scale">Factor of a similarity.</param>
    /// <param name="tau">Temperature of a fidelity.</param>
    public static IScore<float> Score(FidelityForm form, Similarity similarity, double scale, double tau) => form switch
    {
        FidelityForm.Logarithm => new LogFidelityScore<float>(),
        FidelityForm.Local => new LocalFidelityScore<float>(scale),
        _ => SimilarityScore.Of<float>(similarity, scale, tau),
    };
}
