using System.Numerics;

namespace QEngine.Quantum;

/// <summary>A circuit with a number for every input and parameter.</summary>
/// <param name="Name">What it is: circuit, states, mixing, or edge and the numbers of its output and input.</param>
/// <param name="Circuit">The circuit.</param>
/// <param name="Inputs">[inputs].</param>
/// <param name="Parameters">[parameters].</param>
internal sealed record BoundCircuit(string Name, Circuit Circuit, double[] Inputs, double[] Parameters)
{
    /// <summary>A circuit with numbers of any precision.</summary>
    public static BoundCircuit Of<T>(string name, Circuit circuit, ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(name, circuit, Wide(inputs), Wide(parameters));

    /// <summary>An edge of a DARUAN layer; what becomes of the expectation of Z is no part of the circuit.</summary>
    /// <param name="plan">The edges.</param>
    /// <param name="edge">Which.</param>
    /// <param name="parameters">Those of all edges.</param>
    /// <param name="numbers">[inputs], those of a row.</param>
    public static BoundCircuit OfEdge<T>(DaruanPlan plan, int edge, in DaruanParameters<T> parameters, ReadOnlySpan<T> numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int output, int input) = Math.DivRem(edge, plan.Inputs);
        double[] angles = new double[plan.Repetitions];
        for (int l = 0; l < angles.Length; l++)
        {
            int at = (edge * plan.Repetitions) + l;
            double x = double.CreateTruncating(numbers[input]);
            if (!parameters.Frequencies.IsEmpty)
                x = (x * double.CreateTruncating(parameters.Frequencies[at])) + double.CreateTruncating(parameters.Offsets[at]);
            angles[l] = plan.IsArcCosine ? Math.Acos(Math.Clamp(x, -1, 1)) : x;
        }
        return new($"edge-{output}-{input}", plan.EdgeCircuit, angles, Wide(parameters.Angles.Slice(edge * plan.Angles, plan.Angles)));
    }

    /// <summary>The text, see <see cref="Circuit.ToOpenQasm"/>.</summary>
    /// <exception cref="QEngineException">A number is not finite.</exception>
    public string ToOpenQasm() => Circuit.ToOpenQasm(Inputs, Parameters);

    /// <summary>Whether another has the same gates and parameters, perhaps other inputs.</summary>
    public bool IsTrainedAs(BoundCircuit other) =>
        Circuit == other.Circuit && Name == other.Name && Parameters.AsSpan().SequenceEqual(other.Parameters);

    private static double[] Wide<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = double.CreateTruncating(values[i]);
        return wide;
    }
}
