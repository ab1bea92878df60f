namespace QEngine.Onnx;

/// <summary>A node with what its inputs are.</summary>
/// <param name="node">The node.</param>
/// <param name="inputs">Its inputs; null for one left out.</param>
internal readonly struct Call(OnnxNode node, Meaning?[] inputs)
{
    /// <summary>The inputs.</summary>
    public Meaning?[] Inputs => inputs;

    /// <summary>An input; null where there is none.</summary>
    public Meaning? this[int input] => input < inputs.Length ? inputs[input] : null;

    /// <summary>An input as numbers, or null.</summary>
    public Numbers? Numbers(int input) => this[input]?.AsNumbers;

    /// <summary>A tensor of the file as input, or null.</summary>
    public OnnxTensor? Tensor(int input) => (this[input] as Constant)?.Tensor;

    /// <summary>The attribute of a name, or null.</summary>
    public OnnxAttribute? Attribute(string name) => node.Attributes.TryGetValue(name, out OnnxAttribute? attribute) ? attribute : null;

    /// <summary>A whole attribute.</summary>
    public long Integer(string name, long absent) => Attribute(name)?.Integer ?? absent;

    /// <summary>
    /// Whole numbers that older versions of an operator have as an attribute and newer ones as an input; null where not known or not given.
    /// </summary>
    public List<long>? Integers(string name, int input)
    {
        if (Attribute(name) is { } attribute) return attribute.Integers;
        if (Numbers(input)?.Values is not { } values) return null;
        List<long> numbers = [];
        foreach (double? value in values)
        {
            if (value is not double known) return null;
            numbers.Add((long)known);
        }
        return numbers;
    }

    /// <summary>Whether all inputs that are there are numbers.</summary>
    public bool AllNumbers
    {
        get
        {
            foreach (Meaning? input in inputs)
            {
                if (input is not null && input.AsNumbers is null) return false;
            }
            return true;
        }
    }
}
