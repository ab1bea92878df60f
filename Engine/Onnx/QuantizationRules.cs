namespace QEngine.Onnx;

/// <summary>
/// Weights of few bits: quantised dynamically, or with scales beside them. What the graph quantises while it computes stays real here.
/// </summary>
internal static class QuantizationRules
{
    /// <summary>Adds the rules.</summary>
    public static void Add(Dictionary<string, Rule> rules)
    {
        rules["DynamicQuantizeLinear"] = call => call[0] is Activation x
            ? new Several(new Quantized(x, Quantized.Bytes), new Quantized(x, Quantized.Scale), new Quantized(x, Quantized.Zero))
            : null;
        rules["QuantizeLinear"] = call => call[0] is Activation x ? new Quantized(x, Quantized.Bytes) : null;
        rules["DequantizeLinear"] = Dequantize;
        rules["MatMulInteger"] = MatMulInteger;
    }

    /// <summary>A product of whole numbers with the product of its sides' scales is that of the real ones.</summary>
    public static Meaning? Multiply(IntegerProduct product, ScaleProduct scale)
    {
        if (product.Left != scale.Left) return null;
        if (product.Right is Constant stored)
        {
            return scale.Right is Constant each && stored.AsWeight?.Dequantize(each.Tensor, product.Zero, 1) is { } weight
                ? AttentionRules.Multiply(product.Left, weight)
                : null;
        }
        return product.Right == scale.Right ? AttentionRules.Multiply(product.Left, product.Right) : null;
    }

    private static Meaning? MatMulInteger(Call call)
    {
        if (call[0] is not Quantized { Part: Quantized.Bytes } left || !IsZeroOf(call[2], left.Of)) return null;
        if (call[1] is Quantized { Part: Quantized.Bytes } right)
            return IsZeroOf(call[3], right.Of) ? new IntegerProduct(left.Of, right.Of, null) : null;
        return call[1] is Constant { Tensor: { Shape.Length: 2, Element: var element } } stored && element != OnnxElement.Int32
            && (call[3] is null || call.Tensor(3) is not null)
            ? new IntegerProduct(left.Of, stored, call.Tensor(3))
            : null;
    }

    private static bool IsZeroOf(Meaning? zero, Activation x) => zero is Quantized { Part: Quantized.Zero } of && of.Of == x;

    private static Meaning? Dequantize(Call call)
    {
        if (call[0] is Quantized { Part: Quantized.Bytes } quantized) return quantized.Of;
        if (call.Tensor(1) is not { } scale || (call[2] is not null && call.Tensor(2) is null) || call.Integer("block_size", 0) != 0)
            return null;
        // Rows of a table of few bits become real after they are looked up.
        if (call[0] is Lookup { Table.IsReal: false } lookup)
            return lookup.Table.Dequantize(scale, call.Tensor(2), -1) is { Scaling.Axis: -1 } table
                ? new Lookup(table, lookup.Index)
                : null;
        return call[0]?.AsWeight?.Dequantize(scale, call.Tensor(2), (int)call.Integer("axis", 1));
    }
}
