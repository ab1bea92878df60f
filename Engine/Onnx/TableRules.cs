namespace QEngine.Onnx;

/// <summary>Constants and rows of tables.</summary>
internal static class TableRules
{
    /// <summary>Adds the rules.</summary>
    public static void Add(Dictionary<string, Rule> rules)
    {
        rules["Gather"] = Gather;
        rules["Constant"] = Constant;
    }

    private static Meaning? Gather(Call call)
    {
        if (call.Numbers(1) is not { } index || call[0] is not { } data) return null;
        bool isTable = data.AsWeight is { Shape.Length: 2 } table && (table.IsReal || table.Tensor.Element != OnnxElement.Int32);
        if (isTable) return call.Integer("axis", 0) == 0 && Selects(index) ? new Lookup(data.AsWeight!, index) : null;
        return data.AsNumbers is { } numbers ? NumberRules.Gather(numbers, index) : null;
    }

    private static bool Selects(Numbers index) => index.Kind != NumbersKind.Computed;

    private static Meaning? Constant(Call call)
    {
        if (call.Attribute("value")?.Tensor is { } tensor) return new Constant(tensor);
        if (call.Attribute("value_float")?.Single is float single) return new Numbers([single], 0);
        if (call.Attribute("value_int")?.Integer is long integer) return new Numbers([integer], 0);
        return call.Attribute("value_ints") is { } several ? new Numbers([.. several.Integers], 1) : null;
    }
}
