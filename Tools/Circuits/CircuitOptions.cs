using QEngine.Quantum;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Circuits;

/// <summary>Reads the options of <c>qengine circuit</c> that are lists of words.</summary>
internal static class CircuitOptions
{
    // Names that an error lists.
    private const int MostNamed = 8;

    /// <summary>Pauli strings.</summary>
    /// <exception cref="UsageException">A word is none.</exception>
    public static PauliString[] Observables(IEnumerable<string> words)
    {
        try
        {
            return [.. words.Select(PauliString.Parse)];
        }
        catch (QEngineException wrong)
        {
            throw new UsageException($"{wrong.Message} for --expect");
        }
    }

    /// <summary>Names and numbers.</summary>
    /// <exception cref="UsageException">A word is not a name, = and a number, or a name stands twice.</exception>
    public static Dictionary<string, double> Values(IEnumerable<string> words)
    {
        Dictionary<string, double> values = [];
        foreach (string word in words)
        {
            int sign = word.IndexOf('=');
            if (sign < 1 || !NumberText.TryReal(word[(sign + 1)..], out double value))
                throw new UsageException($"expected a name and a number for --set, as in theta=0.3, found '{word}'");
            if (!values.TryAdd(word[..sign], value)) throw new UsageException($"expected one value of {word[..sign]} for --set, found two");
        }
        return values;
    }

    /// <summary>The parameters of a program in its order.</summary>
    /// <param name="program">The program.</param>
    /// <param name="values">Their values by name.</param>
    /// <param name="required">Whether all are needed; those without a value are 0 otherwise.</param>
    /// <exception cref="UsageException">A name has no value, or the program has no such name.</exception>
    public static double[] Parameters(QasmProgram program, Dictionary<string, double> values, bool required)
    {
        string known = program.Parameters.Count == 0 ? "nothing" : string.Join(", ", program.Parameters.Take(MostNamed));
        foreach (string name in values.Keys)
            if (!program.Parameters.Contains(name)) throw new UsageException($"expected --set of {known}, found {name}");
        foreach (string name in program.Parameters)
        {
            if (required && !values.ContainsKey(name))
                throw new UsageException($"expected a value of {name}, which the file has in an angle, found none: --set {name}=0.3");
        }
        return [.. program.Parameters.Select(name => values.GetValueOrDefault(name))];
    }
}
