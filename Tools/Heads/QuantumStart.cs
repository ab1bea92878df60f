using QEngine.Layers;

namespace QEngine.Tools.Heads;

/// <summary>Where training finds the angles of a quantum head.</summary>
internal static class QuantumStart
{
    /// <summary>
    /// Shrinks the raw angles, which are drawn from N(0, 1). At 0 every unitary is the identity but for a phase, so that a pair keeps its
    /// target and the head cuts vectors to some of their numbers; the smaller the deviation, the nearer to that training begins.
    /// </summary>
    /// <param name="parameters">The head's, perhaps with those of an encoder.</param>
    /// <param name="deviation">The standard deviation that the angles are to have.</param>
    public static void Shrink(ParameterStore<float> parameters, double deviation)
    {
        foreach (Parameter<float> parameter in parameters.Parameters)
        {
            if (!parameter.Name.Contains("steps.", StringComparison.Ordinal)) continue;
            foreach (ref float value in parameter.Values.Span) value *= (float)deviation;
        }
    }
}
