using QEngine.Storage;

namespace QEngine.Onnx;

/// <summary>One attribute of a node; what it does not have is null.</summary>
internal sealed class OnnxAttribute
{
    /// <summary>A whole number.</summary>
    public long? Integer { get; set; }

    /// <summary>A real number.</summary>
    public float? Single { get; set; }

    /// <summary>Text.</summary>
    public string? Text { get; set; }

    /// <summary>Whole numbers.</summary>
    public List<long> Integers { get; } = [];

    /// <summary>A tensor.</summary>
    public OnnxTensor? Tensor { get; set; }
}

/// <summary>One operation of the graph.</summary>
/// <param name="Operator">Its type.</param>
/// <param name="Domain">Whose type; empty for ONNX itself.</param>
/// <param name="Name">Its name, which may be empty.</param>
/// <param name="Inputs">Names of its inputs; empty for one left out.</param>
/// <param name="Outputs">Names of its outputs; empty for one left out.</param>
/// <param name="Attributes">By name.</param>
internal sealed record OnnxNode(
    string Operator, string Domain, string Name, string[] Inputs, string[] Outputs, IReadOnlyDictionary<string, OnnxAttribute> Attributes)
{
    /// <summary>Whether its type is one of ONNX itself.</summary>
    public bool IsStandard => Domain is "" or "ai.onnx";

    /// <summary>For messages: type and name, or what it computes where it has none.</summary>
    public override string ToString()
    {
        string type = Printable.Short(IsStandard ? Operator : $"{Domain}.{Operator}");
        return Name.Length > 0
            ? $"node {Printable.Quote(Name)} of type {type}"
            : $"the node of type {type} that computes {Printable.Quote(Outputs.Length > 0 ? Outputs[0] : "")}";
    }
}
