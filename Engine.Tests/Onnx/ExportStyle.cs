namespace QEngine.Tests.Onnx;

/// <summary>How matrices are stored.</summary>
internal enum MatrixForm
{
    /// <summary>As real numbers.</summary>
    Real,

    /// <summary>As bytes that MatMulInteger takes, as ONNX Runtime's dynamic quantisation writes them.</summary>
    Dynamic,

    /// <summary>As bytes that DequantizeLinear makes real.</summary>
    Dequantized,
}

/// <summary>How a program writes an encoder: what torch, optimum and ONNX Runtime's tools differ in.</summary>
internal sealed record ExportStyle
{
    /// <summary>Names the case.</summary>
    public required string Name { get; init; }

    /// <summary>Numbers of real tensors: OnnxFile.F32 or OnnxFile.F16.</summary>
    public int Element { get; init; } = OnnxFile.F32;

    /// <summary>How tensors lie in the file.</summary>
    public TensorForm Form { get; init; }

    /// <summary>What stands before the names of weights.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Whether matrices are called by numbers.</summary>
    public bool Numbered { get; init; } = true;

    /// <summary>Whether matrices lie as torch has them, with a node that exchanges their axes.</summary>
    public bool Transposes { get; init; }

    /// <summary>Whether normalisation is one operator.</summary>
    public bool NormOperator { get; init; }

    /// <summary>Whether GELU is one operator.</summary>
    public bool GeluOperator { get; init; }

    /// <summary>Whether 1/2 comes before 1 + erf.</summary>
    public bool HalfFirst { get; init; }

    /// <summary>Whether attention is scaled_dot_product_attention's: queries and keys scaled by a number computed from a shape.</summary>
    public bool DotProductAttention { get; init; }

    /// <summary>
    /// Whether keys are turned with batch and heads as one axis, by extents asked for one by one, as torch's newer exporter does.
    /// </summary>
    public bool MergedKeys { get; init; }

    /// <summary>Whether heads are told by the last extent alone.</summary>
    public bool HeadWidthOnly { get; init; }

    /// <summary>Whether shapes to cut heads are an input that nobody knows.</summary>
    public bool UnknownHeads { get; init; }

    /// <summary>Whether token types are zeros of the graph rather than an input.</summary>
    public bool ConstantTypes { get; init; }

    /// <summary>Whether positions are counted with Range.</summary>
    public bool RangePositions { get; init; }

    /// <summary>Whether a token sees only what comes before it.</summary>
    public bool Causal { get; init; }

    /// <summary>Whether all layers have the matrices of the first.</summary>
    public bool SharedLayers { get; init; }

    /// <summary>The first position.</summary>
    public int PositionOffset { get; init; }

    /// <summary>How matrices are stored.</summary>
    public MatrixForm Matrices { get; init; }

    /// <summary>Whether bytes are signed.</summary>
    public bool Signed { get; init; }

    /// <summary>Whether each output has a scale.</summary>
    public bool PerChannel { get; init; }

    /// <summary>Whether word embeddings are bytes too.</summary>
    public bool QuantizedWords { get; init; }

    /// <summary>What the graph gives: states, pooled vectors or both.</summary>
    public string Outputs { get; init; } = "states";

    public override string ToString() => Name;

    /// <summary>All that is read.</summary>
    public static ExportStyle[] All { get; } =
    [
        new() { Name = "torch, numbered" },
        new() { Name = "torch, named and not folded", Numbered = false, Transposes = true, ConstantTypes = true },
        new() { Name = "torch, operators of opset 20", NormOperator = true, GeluOperator = true, RangePositions = true },
        new() { Name = "optimum, scaled dot product", DotProductAttention = true, HeadWidthOnly = true, HalfFirst = true,
            Prefix = "bert." },
        new() { Name = "torch, newer exporter", DotProductAttention = true, MergedKeys = true, NormOperator = true, HalfFirst = true,
            Transposes = true, Numbered = false },
        new() { Name = "typed fields", Form = TensorForm.Typed },
        new() { Name = "external data", Form = TensorForm.External },
        new() { Name = "with a pooler", Outputs = "both" },
        new() { Name = "pooled alone", Outputs = "pooled" },
        new() { Name = "float16", Element = OnnxFile.F16 },
        new() { Name = "float16, typed, operators", Element = OnnxFile.F16, Form = TensorForm.Typed, NormOperator = true,
            DotProductAttention = true },
        new() { Name = "dynamic uint8", Matrices = MatrixForm.Dynamic, QuantizedWords = true },
        new() { Name = "dynamic int8 per channel", Matrices = MatrixForm.Dynamic, Signed = true, PerChannel = true,
            DotProductAttention = true },
        new() { Name = "dynamic int8, typed", Matrices = MatrixForm.Dynamic, Signed = true, Form = TensorForm.Typed,
            QuantizedWords = true },
        new() { Name = "dequantised uint8", Matrices = MatrixForm.Dequantized, QuantizedWords = true },
        new() { Name = "dequantised int8 per channel", Matrices = MatrixForm.Dequantized, Signed = true, PerChannel = true },
    ];
}
