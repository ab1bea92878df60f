using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace QEngine.Tests.Onnx;

/// <summary>How tensors lie in a file.</summary>
internal enum TensorForm
{
    /// <summary>As raw_data.</summary>
    Raw,

    /// <summary>In the field of their type.</summary>
    Typed,

    /// <summary>In another file.</summary>
    External,
}

/// <summary>An ONNX file in the making: nodes and tensors in their order, by the format's own field numbers.</summary>
internal sealed class OnnxFile
{
    public const int F32 = 1, U8 = 2, I8 = 3, I32 = 6, I64 = 7, Boolean = 9, F16 = 10;

    private readonly Proto _nodes = new(), _tensors = new(), _values = new();
    private readonly MemoryStream _data = new();
    private int _number;

    /// <summary>How tensors of more than one number are written.</summary>
    public TensorForm Form { get; init; }

    /// <summary>The name of the other file.</summary>
    public string DataName { get; init; } = "model.onnx_data";

    /// <summary>The version of the operators.</summary>
    public int Opset { get; init; } = 17;

    /// <summary>Adds an input of whole numbers.</summary>
    public OnnxFile Input(string name, int rank = 2)
    {
        Proto shape = new();
        for (int axis = 0; axis < rank; axis++) shape.Message(1, new Proto().Text(2, $"axis{axis}"));
        Proto type = new Proto().Message(1, new Proto().Integer(1, I64).Message(2, shape));
        _values.Message(11, new Proto().Text(1, name).Message(2, type));
        return this;
    }

    public OnnxFile Output(string name)
    {
        _values.Message(12, new Proto().Text(1, name));
        return this;
    }

    /// <summary>Adds a node; what it computes is called after it where no name is given.</summary>
    public string Node(string type, string[] inputs, Proto? attributes = null, string? output = null, string domain = "") =>
        Nodes(type, inputs, attributes, [output ?? Fresh(type)], domain)[0];

    public string[] Nodes(string type, string[] inputs, Proto? attributes, string[] outputs, string domain = "")
    {
        Proto node = new();
        foreach (string input in inputs) node.Text(1, input);
        foreach (string output in outputs) node.Text(2, output);
        node.Text(3, $"/{outputs[0]}").Text(4, type);
        if (domain.Length > 0) node.Text(7, domain);
        if (attributes is not null) node.Raw(attributes.ToArray());
        _nodes.Message(1, node);
        return outputs;
    }

    /// <summary>A name that no value has.</summary>
    public string Fresh(string stem) => $"{stem}_{_number++}";

    public static Proto Attribute(string name, long value) =>
        new Proto().Message(5, new Proto().Text(1, name).Integer(3, value).Integer(20, 2));

    public static Proto Attribute(string name, float value) =>
        new Proto().Message(5, new Proto().Text(1, name).Single(2, value).Integer(20, 1));

    public static Proto Attribute(string name, string value) =>
        new Proto().Message(5, new Proto().Text(1, name).Text(4, value).Integer(20, 3));

    public static Proto Attribute(string name, Proto tensor) =>
        new Proto().Message(5, new Proto().Text(1, name).Message(5, tensor).Integer(20, 4));

    // Each number a field of its own, as newer libraries write them too; packed ones are in Packed.
    public static Proto List(string name, params long[] values)
    {
        Proto attribute = new Proto().Text(1, name);
        foreach (long value in values) attribute.Integer(8, value);
        return new Proto().Message(5, attribute.Integer(20, 7));
    }

    /// <summary>A tensor of the file.</summary>
    public string Tensor(string name, int type, long[] shape, byte[] data)
    {
        bool one = data.Length <= 8;
        _tensors.Message(5, Tensor(type, shape, data, one && Form == TensorForm.External ? TensorForm.Raw : Form).Text(8, name));
        return name;
    }

    public string Tensor(string name, long[] shape, float[] values) =>
        Tensor(name, F32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    public string Integers(params long[] values) =>
        Tensor(Fresh("const"), I64, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>A number of the file.</summary>
    public string Scalar(float value) => Tensor(Fresh("const"), [], [value]);

    /// <summary>A constant as a node.</summary>
    public string Constant(Proto tensor) => Node("Constant", [], Attribute("value", tensor));

    public static Proto Tensor(int type, long[] shape, byte[] data)
    {
        Proto tensor = new();
        foreach (long extent in shape) tensor.Integer(1, extent);
        return tensor.Integer(2, type).Bytes(9, data);
    }

    public static Proto Scalar(int type, long[] shape, long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Tensor(type, shape, bytes[..(type is U8 or I8 ? 1 : type == F16 ? 2 : type is I32 or F32 ? 4 : 8)]);
    }

    /// <summary>The file, and that of its tensors where it has one.</summary>
    public (byte[] Model, byte[] Data) Write()
    {
        Proto graph = new Proto().Raw(_nodes.ToArray()).Text(2, "graph").Raw(_tensors.ToArray()).Raw(_values.ToArray());
        Proto model = new Proto().Integer(1, 8).Text(2, "tests").Message(7, graph).Message(8, new Proto().Text(1, "").Integer(2, Opset));
        return (model.ToArray(), _data.ToArray());
    }

    /// <summary>Writes both files into a folder.</summary>
    public string Save(string path)
    {
        (byte[] model, byte[] data) = Write();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, model);
        if (data.Length > 0) File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(path)!, DataName), data);
        return path;
    }

    private Proto Tensor(int type, long[] shape, byte[] data, TensorForm form)
    {
        if (form == TensorForm.Raw) return Tensor(type, shape, data);
        Proto tensor = new Proto().Packed(1, shape).Integer(2, type);
        if (form == TensorForm.External)
        {
            long offset = _data.Length;
            _data.Write(data);
            foreach ((string key, string value) in new[] { ("location", DataName), ("offset", $"{offset}"), ("length", $"{data.Length}") })
                tensor.Message(13, new Proto().Text(1, key).Text(2, value));
            return tensor.Integer(14, 1);
        }
        return type switch
        {
            F32 => tensor.Bytes(4, data),
            I64 => tensor.Packed(7, MemoryMarshal.Cast<byte, long>(data).ToArray()),
            F16 => tensor.Packed(5, Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(data).ToArray(), value => (long)value)),
            I8 => tensor.Packed(5, Array.ConvertAll(MemoryMarshal.Cast<byte, sbyte>(data).ToArray(), value => (long)value)),
            I32 => tensor.Packed(5, Array.ConvertAll(MemoryMarshal.Cast<byte, int>(data).ToArray(), value => (long)value)),
            _ => tensor.Packed(5, Array.ConvertAll(data, value => (long)value)),
        };
    }
}
