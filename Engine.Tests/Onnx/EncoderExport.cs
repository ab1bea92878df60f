using System.Runtime.InteropServices;
using QEngine.Layers;
using static QEngine.Tests.Onnx.OnnxFile;
using Half16 = System.Half;

namespace QEngine.Tests.Onnx;

/// <summary>Writes an encoder as ONNX in a style, with nodes that compute it, and knows what weights the file then has.</summary>
internal sealed class EncoderExport
{
    private readonly ExportStyle _style;
    private readonly BertConfiguration _sizes;
    private readonly Func<string, (float[] Values, long[] Shape)> _weights;
    private readonly OnnxFile _file;
    private readonly Dictionary<string, string> _matrices = [];
    private string _mask = "", _extents = "";

    private EncoderExport(ExportStyle style, BertConfiguration sizes, Func<string, (float[] Values, long[] Shape)> weights)
    {
        (_style, _sizes, _weights) = (style, sizes, weights);
        _file = new OnnxFile { Form = style.Form, Opset = style.GeluOperator ? 20 : 17 };
    }

    /// <summary>The weights that the file has, after rounding, by their names.</summary>
    public Dictionary<string, float[]> Stored { get; } = [];

    public OnnxFile File => _file;

    /// <summary>Writes the encoder of a model.</summary>
    /// <param name="style">How.</param>
    /// <param name="parameters">The encoder's parameters.</param>
    /// <param name="sizes">Its sizes.</param>
    /// <param name="change">Takes the last hidden states and may put nodes on them; gives the output.</param>
    public static EncoderExport Of(
        ExportStyle style,
        IReadOnlyList<Parameter<float>> parameters,
        BertConfiguration sizes,
        Func<OnnxFile, string, string>? change = null)
    {
        Dictionary<string, Parameter<float>> byName = parameters.ToDictionary(parameter => parameter.TensorName);
        EncoderExport export = new(style, sizes, name => (byName[name].Values.ToArray(), byName[name].FileShape.ToArray()));
        export.Write(change);
        return export;
    }

    private EncoderNames Names => _sizes.Names;

    private void Write(Func<OnnxFile, string, string>? change)
    {
        _file.Input("input_ids").Input("attention_mask");
        if (_sizes.TokenTypes > 0 && !_style.ConstantTypes) _file.Input("token_type_ids");
        string mask = Node("Unsqueeze", Node("Unsqueeze", "attention_mask", _file.Integers(1)), _file.Integers(2));
        _mask = Node("Mul", Node("Sub", Scalar(1), Real(mask)), Scalar(-10000));
        string shape = Node("Shape", "input_ids");
        _extents = Node(
            "Concat", Attribute("axis", 0L), Node("Gather", shape, _file.Integers(0)), Node("Gather", shape, _file.Integers(1)));
        if (_style.UnknownHeads) _file.Input("shape", rank: 1);
        if (_style.Causal)
            _mask = Node(
                "Where", Node("LessOrEqual", Positions(), Node("Unsqueeze", Positions(), _file.Integers(1))), _mask, Scalar(-10000));

        string x = Embeddings(shape);
        for (int layer = 0; layer < _sizes.Layers; layer++) x = Layer(layer, x);
        if (change is not null) x = change(_file, x);
        if (_style.Outputs != "pooled") _file.Output(x);
        if (_style.Outputs != "states") _file.Output(Pooled(x, weights: _style.Outputs == "both"));
    }

    private string Embeddings(string shape)
    {
        string words = Rows(Names.Words, "input_ids", _style.QuantizedWords);
        string length = Node("Gather", Attribute("axis", 0L), shape, _file.Integers(1));
        string positions = _style.RangePositions
            ? Positions()
            : Node("Slice", Buffer([.. Enumerable.Range(0, _sizes.MaximumPositions).Select(i => (long)i + _style.PositionOffset)]),
                _file.Integers(0), length, _file.Integers(1), _file.Integers(1));
        string sum = words;
        if (_sizes.TokenTypes > 0)
        {
            string types = _style.ConstantTypes
                ? Node("Expand", Node("Slice", Buffer(new long[_sizes.MaximumPositions]), _file.Integers(0), length, _file.Integers(1)),
                    shape)
                : "token_type_ids";
            sum = Node("Add", sum, Rows(Names.Types, types, false));
        }
        return Norm(Names.EmbeddingNorm, Node("Add", sum, Rows(Names.Positions, positions, false)));
    }

    private string Positions()
    {
        string length = Node("Squeeze", Node("Gather", Node("Shape", "input_ids"), _file.Integers(1)));
        return Node("Range", _file.Constant(OnnxFile.Scalar(I64, [], 0)), length, _file.Constant(OnnxFile.Scalar(I64, [], 1)));
    }

    private string Layer(int layer, string x)
    {
        string query = Heads(Linear(Names.Name(layer, Names.Query), x)), key = Heads(Linear(Names.Name(layer, Names.Key), x)),
            value = Heads(Linear(Names.Name(layer, Names.Value), x));
        query = Node("Transpose", List("perm", 0, 2, 1, 3), query);
        value = Node("Transpose", List("perm", 0, 2, 1, 3), value);
        string scores = _style.DotProductAttention
            ? DotProducts(query, key)
            : Node("Div", Node("MatMul", query, Node("Transpose", List("perm", 0, 2, 3, 1), key)), Scalar(MathF.Sqrt(HeadWidth)));
        string probabilities = Node("Softmax", Attribute("axis", -1L), Node("Add", scores, _mask));
        string context = Node("Transpose", List("perm", 0, 2, 1, 3), Node("MatMul", probabilities, value));
        context = Node("Reshape", context, Node("Concat", Attribute("axis", 0L), _extents, _file.Integers(_sizes.HiddenSize)));
        string middle = Norm(Names.Name(layer, Names.AttentionNorm), Node("Add", Linear(Names.Name(layer, Names.AttentionOutput), context), x));
        string inner = Gelu(Linear(Names.Name(layer, Names.Intermediate), middle));
        return Norm(Names.Name(layer, Names.OutputNorm), Node("Add", Linear(Names.Name(layer, Names.Output), inner), middle));
    }

    private int HeadWidth => _sizes.HiddenSize / _sizes.Heads;

    private string Heads(string x)
    {
        string heads = _style.HeadWidthOnly ? _file.Integers(-1) : _file.Integers(_sizes.Heads);
        return Node("Reshape", x,
            _style.UnknownHeads ? "shape" : Node("Concat", Attribute("axis", 0L), _extents, heads, _file.Integers(HeadWidth)));
    }

    // As torch writes it: the root of the factor on either side, from the last extent of the queries.
    private string DotProducts(string query, string key)
    {
        string width = Node("Slice", Node("Shape", query), _file.Integers(-1), _file.Integers(long.MaxValue));
        string factor = Node("Sqrt", Node("Div", Scalar(1), Node("Sqrt", Real(width))));
        key = Node("Transpose", List("perm", 0, 2, 1, 3), key);
        key = _style.MergedKeys ? Merged(key) : Node("Transpose", List("perm", 0, 1, 3, 2), key);
        return Node("MatMul", Node("Mul", query, factor), Node("Mul", key, factor));
    }

    private string Merged(string key)
    {
        string width = Node("Shape", Attribute("start", -1L), key);
        string length = Node("Shape", new Proto().Raw(Attribute("start", -2L).ToArray()).Raw(Attribute("end", -1L).ToArray()), key);
        string first = Node("Shape", Attribute("end", -2L), key);
        string merged = Node("Reshape", key, Node("Concat", Attribute("axis", 0L), _file.Integers(-1), length, width));
        return Node("Reshape", Node("Transpose", List("perm", 0, 2, 1), merged),
            Node("Concat", Attribute("axis", 0L), first, width, length));
    }

    private string Norm(string name, string x)
    {
        string gain = Vector($"{name}.weight"), shift = Vector($"{name}.bias");
        float epsilon = (float)_sizes.LayerNormEpsilon;
        if (_style.NormOperator)
            return Node("LayerNormalization",
                new Proto().Raw(Attribute("axis", -1L).ToArray()).Raw(Attribute("epsilon", epsilon).ToArray()), x, gain, shift);
        string centered = Node("Sub", x, Node("ReduceMean", List("axes", -1), x));
        string variance = Node("ReduceMean", List("axes", -1), Node("Pow", centered, Scalar(2)));
        string scaled = Node("Div", centered, Node("Sqrt", Node("Add", variance, Scalar(epsilon))));
        return Node("Add", Node("Mul", scaled, gain), shift);
    }

    private string Gelu(string x)
    {
        if (_style.GeluOperator) return Node("Gelu", x);
        string one = Node("Add", Node("Erf", Node("Div", x, Scalar(MathF.Sqrt(2)))), Scalar(1));
        return _style.HalfFirst ? Node("Mul", Node("Mul", x, Scalar(0.5f)), one) : Node("Mul", Node("Mul", x, one), Scalar(0.5f));
    }

    private string Linear(string name, string x)
    {
        (float[] values, long[] shape) = _weights($"{name}.weight");
        string product = _style.Matrices switch
        {
            MatrixForm.Dynamic => IntegerProduct(name, x, values, shape),
            MatrixForm.Dequantized => Node("MatMul", x, Dequantized($"{name}.weight", values, shape, transpose: true)),
            _ => Node("MatMul", x, Matrix(name, values, shape)),
        };
        return Node("Add", Vector($"{name}.bias"), product);
    }

    private string Matrix(string name, float[] values, long[] shape)
    {
        string stored = _style.Numbered ? _file.Fresh("onnx::MatMul") : $"{_style.Prefix}{name}.weight";
        if (_style.Transposes) return Node("Transpose", List("perm", 1, 0), Store(stored, $"{name}.weight", shape, values));
        Stored[$"{name}.weight"] = Rounded(values);
        string first = name.Replace(".1.", ".0.", StringComparison.Ordinal);
        if (_style.SharedLayers && _matrices.TryGetValue(first, out string? shared)) return shared;
        return _matrices[name] = Add(stored, [shape[1], shape[0]], Quantizer.Transpose(values, shape));
    }

    private string IntegerProduct(string name, string x, float[] values, long[] shape)
    {
        Quantizer quantizer = Quantizer.Of(Quantizer.Transpose(values, shape), (int)shape[1], _style.Signed, _style.PerChannel);
        Stored[$"{name}.weight"] = Quantizer.Transpose(quantizer.Real(), [shape[1], shape[0]]);
        string[] parts = _file.Nodes("DynamicQuantizeLinear", [x], null, [_file.Fresh("bytes"), _file.Fresh("scale"), _file.Fresh("zero")]);
        (string bytes, string scale, string zero) = quantizer.Store(_file, name, [shape[1], shape[0]]);
        string product = Node("MatMulInteger", parts[0], bytes, parts[2], zero);
        return Node("Mul", Real(product), Node("Mul", parts[1], scale));
    }

    private string Dequantized(string name, float[] values, long[] shape, bool transpose)
    {
        float[] laid = transpose ? Quantizer.Transpose(values, shape) : values;
        long[] extents = transpose ? [shape[1], shape[0]] : shape;
        Quantizer quantizer = Quantizer.Of(laid, (int)extents[0], _style.Signed, _style.PerChannel && transpose);
        Stored[name] = transpose ? Quantizer.Transpose(quantizer.Real(), extents) : quantizer.Real();
        (string bytes, string scale, string zero) = quantizer.Store(_file, name, extents);
        return Node("DequantizeLinear", Attribute("axis", 1L), bytes, scale, zero);
    }

    // Rows that are looked up as bytes become real after it in one form, before it in the other.
    private string Rows(string name, string index, bool quantized)
    {
        (float[] values, long[] shape) = _weights($"{name}.weight");
        if (!quantized) return Node("Gather", Store($"{_style.Prefix}{name}.weight", $"{name}.weight", shape, values), index);
        if (_style.Matrices == MatrixForm.Dequantized)
            return Node("Gather", Dequantized($"{name}.weight", values, shape, transpose: false), index);
        Quantizer quantizer = Quantizer.Of(values, (int)shape[0], _style.Signed, perChannel: false);
        Stored[$"{name}.weight"] = quantizer.Real();
        (string bytes, string scale, string zero) = quantizer.Store(_file, name, shape);
        return Node("DequantizeLinear", Node("Gather", bytes, index), scale, zero);
    }

    private string Pooled(string x, bool weights)
    {
        if (!weights) return Node("ReduceMean", List("axes", 1), x);
        string first = Node("Gather", Attribute("axis", 1L), x, _file.Constant(OnnxFile.Scalar(I64, [], 0)));
        string matrix = Add(
            "pooler.dense.weight", [_sizes.HiddenSize, _sizes.HiddenSize], new float[_sizes.HiddenSize * _sizes.HiddenSize]);
        return Node("Tanh",
            Node("Gemm", Attribute("transB", 1L), first, matrix,
                Add("pooler.dense.bias", [_sizes.HiddenSize], new float[_sizes.HiddenSize])));
    }

    private string Vector(string name)
    {
        (float[] values, long[] shape) = _weights(name);
        return Store($"{_style.Prefix}{name}", name, shape, values);
    }

    private string Store(string stored, string name, long[] shape, float[] values)
    {
        Stored[name] = Rounded(values);
        return Add(stored, shape, values);
    }

    private string Add(string name, long[] shape, float[] values) => _style.Element == F16
        ? _file.Tensor(name, F16, shape, MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (Half16)value).AsSpan()).ToArray())
        : _file.Tensor(name, shape, values);

    private float[] Rounded(float[] values) => _style.Element == F16 ? Array.ConvertAll(values, value => (float)(Half16)value) : values;

    private string Buffer(long[] values) =>
        _file.Tensor(_file.Fresh("buffer"), I64, [1, values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    private string Scalar(float value) =>
        _style.Element == F16
            ? _file.Constant(OnnxFile.Scalar(F16, [], BitConverter.HalfToUInt16Bits((Half16)value)))
            : _file.Scalar(value);

    private string Real(string x) => Node("Cast", Attribute("to", (long)_style.Element), x);

    private string Node(string type, params string[] inputs) => _file.Node(type, inputs);

    private string Node(string type, Proto attributes, params string[] inputs) => _file.Node(type, inputs, attributes);
}
