namespace QEngine.Onnx;

/// <summary>What an operator makes of its inputs in an encoder; null where it has no place in one.</summary>
/// <param name="call">The node with its inputs.</param>
internal delegate Meaning? Rule(Call call);

/// <summary>The operators that encoders are made of.</summary>
internal static class Rules
{
    private static readonly Dictionary<string, Rule> Known = Create();

    /// <summary>What a node computes, or null.</summary>
    public static Meaning? Apply(OnnxNode node, Meaning?[] inputs) =>
        node.IsStandard && Known.TryGetValue(node.Operator, out Rule? rule) ? rule(new Call(node, inputs)) : null;

    private static Dictionary<string, Rule> Create()
    {
        Dictionary<string, Rule> rules = new(StringComparer.Ordinal);
        NumberRules.Add(rules);
        ArithmeticRules.Add(rules);
        NormRules.Add(rules);
        AttentionRules.Add(rules);
        TableRules.Add(rules);
        QuantizationRules.Add(rules);
        return rules;
    }
}
