namespace QEngine.Kernels;

/// <summary>
/// How d inputs and k outputs of a grouped linear map are dealt out to its groups: each group's outputs see its inputs alone.
/// </summary>
/// <remarks>
/// As the cascade of qubits deals them out: input i belongs to column i mod k, and the (d - k) mod k last inputs belong to the last
/// columns. Group g of G takes the columns j with j mod G = g, so that k groups are the columns themselves and one group is all of them.
/// </remarks>
internal readonly record struct InputGroups
{
    private readonly int _whole;

    /// <summary>Deals inputs and outputs out.</summary>
    /// <param name="inputs">d, at least k.</param>
    /// <param name="outputs">k, at least 1.</param>
    /// <param name="groups">G, a divisor of k.</param>
    /// <exception cref="QEngineException">A number is not in its range.</exception>
    public InputGroups(int inputs, int outputs, int groups)
    {
        if (outputs < 1 || outputs > inputs)
            throw new QEngineException($"expected an output dimension from 1 to the input's {inputs}, found {outputs}");
        if (groups < 1 || outputs % groups != 0)
            throw new QEngineException($"expected a number of groups that divides the output dimension {outputs}, found {groups}");
        (Inputs, Outputs, Count) = (inputs, outputs, groups);
        _whole = inputs - ((inputs - outputs) % outputs);
    }

    /// <summary>d.</summary>
    public int Inputs { get; }

    /// <summary>k.</summary>
    public int Outputs { get; }

    /// <summary>G, the number of groups.</summary>
    public int Count { get; }

    /// <summary>Outputs of a group; output j is number j / G of group j mod G.</summary>
    public int OutputsPerGroup => Outputs / Count;

    /// <summary>The group of an input.</summary>
    public int Group(int input) => (input < _whole ? input % Outputs : Outputs - Inputs + input) % Count;

    /// <summary>How many inputs from one on, before an end, have groups that follow each other.</summary>
    public int Run(int input, int end) => Math.Min(Count - Group(input), (input < _whole ? Math.Min(_whole, end) : end) - input);
}
