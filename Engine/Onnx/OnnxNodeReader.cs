using QEngine.Storage;

namespace QEngine.Onnx;

/// <summary>Reads a node's message with what its attributes hold, graphs inside it left out.</summary>
internal static class OnnxNodeReader
{
    private const int MaxNames = 1 << 12, MaxAttributes = 1 << 8, MaxIntegers = 1 << 16;

    /// <summary>Reads a node.</summary>
    /// <param name="input">The model's file.</param>
    /// <param name="external">The files beside it.</param>
    /// <param name="message">The node's message.</param>
    public static OnnxNode Read(ProtoInput input, ExternalFiles external, ProtoMessage message)
    {
        List<string> inputs = [], outputs = [];
        Dictionary<string, OnnxAttribute> attributes = new(StringComparer.Ordinal);
        string name = "", type = "", domain = "";
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    AddName(inputs, message);
                    break;
                case 2:
                    AddName(outputs, message);
                    break;
                case 3:
                    name = message.Text("a node's name");
                    break;
                case 4:
                    type = message.Text("a node's type");
                    break;
                case 7:
                    domain = message.Text("a node's domain");
                    break;
                case 5:
                    (string key, OnnxAttribute attribute) = ReadAttribute(input, external, message.Message("an attribute"));
                    if (attributes.Count == MaxAttributes) throw message.Fault($"at most {MaxAttributes} attributes of a node", "more");
                    if (!attributes.TryAdd(key, attribute))
                        throw message.Fault("every attribute of a node once", $"{Printable.Quote(key)} again");
                    break;
            }
        }
        if (type.Length == 0) throw message.Fault("a type for every node", "none");
        return new OnnxNode(type, domain, name, [.. inputs], [.. outputs], attributes);
    }

    private static void AddName(List<string> names, ProtoMessage field)
    {
        if (names.Count == MaxNames) throw field.Fault($"at most {MaxNames} inputs and outputs of a node", "more");
        names.Add(field.Text("the name of a value"));
    }

    private static (string Name, OnnxAttribute Attribute) ReadAttribute(ProtoInput input, ExternalFiles external, ProtoMessage message)
    {
        string name = "";
        OnnxAttribute attribute = new();
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    name = message.Text("an attribute's name");
                    break;
                case 2:
                    attribute.Single = message.Single("a real attribute");
                    break;
                case 3:
                    attribute.Integer = message.Integer("a whole attribute");
                    break;
                case 4:
                    // Bytes of any kind, and perhaps a whole program of another library.
                    attribute.Text = message.TextOrNull("an attribute's text");
                    break;
                case 5:
                    if (attribute.Tensor is not null) throw message.Fault("one tensor of an attribute", "another");
                    attribute.Tensor = OnnxTensorReader.Read(input, external, message.Message("a tensor"));
                    break;
                case 8:
                    message.Integers(attribute.Integers, MaxIntegers, "numbers of an attribute");
                    break;
            }
        }
        return (name, attribute);
    }
}
