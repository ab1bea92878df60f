using System.Numerics;

namespace QEngine.Quantum;

/// <summary>What may happen to one qubit: rho becomes the sum of K rho K^dagger over Kraus operators K (Nielsen and Chuang, 8.2).</summary>
internal sealed class QubitChannel
{
    private readonly Complex[][] _operators;

    private QubitChannel(params Complex[][] operators) => _operators = operators;

    /// <summary>A measurement of Z in the middle of a circuit whose outcome nobody looks at.</summary>
    public static QubitChannel Measurement { get; } = new([1, 0, 0, 0], [0, 0, 0, 1]);

    /// <summary>The qubit is thrown away and replaced by one that is 0.</summary>
    public static QubitChannel Reset { get; } = new([1, 0, 0, 0], [0, 1, 0, 0]);

    /// <summary>K [2, 2] of every operator.</summary>
    public ReadOnlySpan<Complex[]> Operators => _operators;

    /// <summary>With a probability the qubit is replaced by a wholly mixed one: its Bloch vector shrinks by 1 - p.</summary>
    /// <param name="probability">p, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is outside.</exception>
    public static QubitChannel Depolarizing(double probability)
    {
        RequireProbability(probability);
        double kept = Math.Sqrt(1 - (0.75 * probability)), turned = Math.Sqrt(0.25 * probability);
        Complex i = Complex.ImaginaryOne * turned;
        return new([kept, 0, 0, kept], [0, turned, turned, 0], [0, -i, i, 0], [turned, 0, 0, -turned]);
    }

    /// <summary>With a probability the state 1 gets a sign: x and y of the Bloch vector shrink by 1 - 2p; 1/2 is a measurement.</summary>
    /// <param name="probability">p, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is outside.</exception>
    public static QubitChannel Dephasing(double probability)
    {
        RequireProbability(probability);
        double kept = Math.Sqrt(1 - probability), signed = Math.Sqrt(probability);
        return new([kept, 0, 0, kept], [signed, 0, 0, -signed]);
    }

    /// <summary>With a probability the state 1 decays to 0: z becomes p + (1 - p) z, x and y shrink by the root of 1 - p.</summary>
    /// <param name="probability">p, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is outside.</exception>
    public static QubitChannel AmplitudeDamping(double probability)
    {
        RequireProbability(probability);
        return new([1, 0, 0, Math.Sqrt(1 - probability)], [0, Math.Sqrt(probability), 0, 0]);
    }

    private static void RequireProbability(double probability)
    {
        if (!(probability is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "expected a probability from 0 to 1");
    }
}
