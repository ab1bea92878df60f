using System.Runtime.InteropServices;

namespace QEngine.Benchmarks.Rivals;

/// <summary>
/// Dynamic quantisation of an ONNX file as ONNX Runtime's own tool does it: every product with constant weights becomes
/// DynamicQuantizeLinear and MatMulInteger with 8-bit weights, one scale a column, and its result is scaled back.
/// </summary>
internal static class DynamicQuantization
{
    // Fields of ModelProto, GraphProto, NodeProto and TensorProto, and element types.
    private const int Graph = 7, Node = 1, Initializer = 5;
    private const int NodeInput = 1, NodeOutput = 2, NodeName = 3, NodeType = 4, NodeAttribute = 5;
    private const int Dims = 1, DataType = 2, TensorName = 8, RawData = 9;
    private const long Float = 1, SignedByte = 3;

    /// <summary>Rewrites a model.</summary>
    /// <param name="model">The bytes of a float32 model.</param>
    /// <returns>The bytes of the quantised one, and how many products were replaced.</returns>
    public static (byte[] Model, int Products) Apply(byte[] model)
    {
        ProtobufMessage file = ProtobufMessage.Parse(model);
        int place = file.Fields.FindIndex(field => field.Number == Graph);
        ProtobufMessage graph = file.Fields[place].Message, rewritten = new();
        Dictionary<string, ProtobufMessage> weights = [];
        foreach (ProtobufMessage tensor in graph.Fields.Where(field => field.Number == Initializer).Select(field => field.Message))
            if (tensor.Integer(DataType) == Float && tensor.Integers(Dims).Count == 2) weights[tensor.Text(TensorName)] = tensor;
        HashSet<string> replaced = [];
        Dictionary<string, string> quantizedInputs = [];
        int products = 0;
        foreach (ProtobufMessage.Field field in graph.Fields)
        {
            if (field.Number != Node || field.Message is not { } node || node.Text(NodeType) != "MatMul" || !weights.TryGetValue(node.Texts(NodeInput).Last(), out ProtobufMessage? weight))
            {
                rewritten.Fields.Add(field);
                continue;
            }
            string input = node.Texts(NodeInput).First(), output = node.Text(NodeOutput), name = weight.Text(TensorName), prefix = $"{output}_quantized";
            if (replaced.Add(name)) AddWeights(rewritten, weight, name);
            // One input may go into several products; it is quantised once.
            if (!quantizedInputs.TryGetValue(input, out string? quantized))
            {
                quantizedInputs[input] = quantized = $"{input}_dynamic";
                rewritten.Add(Node, MakeNode("DynamicQuantizeLinear", [input], [quantized, $"{quantized}_scale", $"{quantized}_zero"]));
            }
            ProtobufMessage cast = MakeNode("Cast", [$"{prefix}_sum"], [$"{prefix}_float"]);
            cast.Add(NodeAttribute, new ProtobufMessage().Add(1, "to").Add(3, Float).Add(20, 2));
            rewritten.Add(Node, MakeNode("MatMulInteger", [quantized, $"{name}_int8", $"{quantized}_zero", $"{name}_zero"], [$"{prefix}_sum"]));
            rewritten.Add(Node, cast);
            rewritten.Add(Node, MakeNode("Mul", [$"{quantized}_scale", $"{name}_scale"], [$"{prefix}_scale"]));
            rewritten.Add(Node, MakeNode("Mul", [$"{prefix}_float", $"{prefix}_scale"], [output]));
            products++;
        }
        rewritten.Fields.RemoveAll(field => field.Number == Initializer && replaced.Contains(field.Message.Text(TensorName)));
        file.Fields[place] = file.Fields[place] with { Payload = rewritten.ToArray() };
        return (file.ToArray(), products);
    }

    private static ProtobufMessage MakeNode(string type, string[] inputs, string[] outputs)
    {
        ProtobufMessage node = new();
        foreach (string input in inputs) node.Add(NodeInput, input);
        foreach (string output in outputs) node.Add(NodeOutput, output);
        return node.Add(NodeName, $"{outputs[0]}_{type}").Add(NodeType, type);
    }

    /// <summary>Symmetric 8-bit weights with a scale a column.</summary>
    private static void AddWeights(ProtobufMessage graph, ProtobufMessage weight, string name)
    {
        List<long> dims = weight.Integers(Dims);
        int rows = (int)dims[0], columns = (int)dims[1];
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(weight.Fields.Single(field => field.Number == RawData).Payload.Span);
        float[] scales = new float[columns];
        for (int i = 0; i < values.Length; i++) scales[i % columns] = MathF.Max(scales[i % columns], MathF.Abs(values[i]) / 127);
        sbyte[] codes = new sbyte[rows * columns];
        for (int i = 0; i < codes.Length; i++) codes[i] = scales[i % columns] == 0 ? (sbyte)0 : (sbyte)MathF.Round(values[i] / scales[i % columns]);
        graph.Add(Initializer, Tensor($"{name}_int8", SignedByte, MemoryMarshal.AsBytes(codes.AsSpan()).ToArray(), rows, columns));
        graph.Add(Initializer, Tensor($"{name}_scale", Float, MemoryMarshal.AsBytes(scales.AsSpan()).ToArray(), columns));
        graph.Add(Initializer, Tensor($"{name}_zero", SignedByte, new byte[columns], columns));
    }

    private static ProtobufMessage Tensor(string name, long type, byte[] data, params ReadOnlySpan<long> dims)
    {
        ProtobufMessage tensor = new();
        foreach (long dim in dims) tensor.Add(Dims, dim);
        return tensor.Add(DataType, type).Add(TensorName, name).Add(RawData, data);
    }
}
