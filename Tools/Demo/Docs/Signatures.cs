namespace QEngine.Tools.Demo.Docs;

/// <summary>
/// Display signatures: <c>File.Delete(String)</c>, <c>List&lt;T&gt;(Int32)</c>, <c>Decimal.operator +(Decimal, Decimal)</c>.
/// </summary>
internal static class Signatures
{
    private static readonly Dictionary<string, string> OperatorSymbols = new(StringComparer.Ordinal)
    {
        ["op_Addition"] = "+",
        ["op_Subtraction"] = "-",
        ["op_Multiply"] = "*",
        ["op_Division"] = "/",
        ["op_Modulus"] = "%",
        ["op_BitwiseAnd"] = "&",
        ["op_BitwiseOr"] = "|",
        ["op_ExclusiveOr"] = "^",
        ["op_LeftShift"] = "<<",
        ["op_RightShift"] = ">>",
        ["op_UnsignedRightShift"] = ">>>",
        ["op_Equality"] = "==",
        ["op_Inequality"] = "!=",
        ["op_LessThan"] = "<",
        ["op_GreaterThan"] = ">",
        ["op_LessThanOrEqual"] = "<=",
        ["op_GreaterThanOrEqual"] = ">=",
        ["op_UnaryPlus"] = "+",
        ["op_UnaryNegation"] = "-",
        ["op_OnesComplement"] = "~",
        ["op_LogicalNot"] = "!",
        ["op_Increment"] = "++",
        ["op_Decrement"] = "--",
        ["op_True"] = "true",
        ["op_False"] = "false",
        ["op_Implicit"] = "",
        ["op_Explicit"] = "",
        ["op_CheckedAddition"] = "checked +",
        ["op_CheckedSubtraction"] = "checked -",
        ["op_CheckedMultiply"] = "checked *",
        ["op_CheckedDivision"] = "checked /",
        ["op_CheckedUnaryNegation"] = "checked -",
        ["op_CheckedIncrement"] = "checked ++",
        ["op_CheckedDecrement"] = "checked --",
        ["op_CheckedExplicit"] = "checked",
    };

    /// <summary>What an id names.</summary>
    public static ApiKind Kind(DocumentationId id) => id.Letter switch
    {
        'T' => ApiKind.Type,
        'P' => ApiKind.Property,
        'F' => ApiKind.Field,
        'E' => ApiKind.Event,
        _ when id.Name is "#ctor" or "#cctor" => ApiKind.Constructor,
        _ when OperatorName(id) is not null => ApiKind.Operator,
        _ => ApiKind.Method,
    };

    /// <summary>
    /// The member's name as a reader knows it: a constructor has its type's, an explicit implementation its interface's before it.
    /// </summary>
    public static string Name(DocumentationId id, TypeTable table)
    {
        string container = table.WithoutNamespace(id.Container);
        string type = container[(container.LastIndexOf('.') + 1)..];
        if (id.Letter == 'T' || id.Name is "#ctor" or "#cctor") return type.Split('`')[0];
        if (!id.Name.Contains('#')) return id.Name;
        string plain = id.Name.Replace('#', '.').Replace('<', '{').Replace('>', '}').Replace('@', ',');
        int member = LastOutermostDot(plain);
        return $"{new TypeDisplay(table, [], []).Show(plain[..member])}.{plain[(member + 1)..]}";
    }

    /// <summary>The display signature.</summary>
    /// <param name="id">The id taken apart.</param>
    /// <param name="table">Knows the types.</param>
    /// <param name="methodParameters">Names of the method's own type parameters.</param>
    /// <param name="parameters">The displayed parameters (<see cref="ParameterTypes"/>, possibly with names).</param>
    public static string Show(DocumentationId id, TypeTable table, IReadOnlyList<string> methodParameters, IReadOnlyList<string> parameters)
    {
        string type = table.Display(id.Container);
        string list = string.Join(", ", parameters);
        string generic = methodParameters.Count == 0 ? "" : $"<{string.Join(", ", methodParameters)}>";
        return Kind(id) switch
        {
            ApiKind.Type => type,
            ApiKind.Constructor => $"{type}({list})",
            ApiKind.Operator => $"{type}.{Operator(id, table)}({list})",
            ApiKind.Method => $"{type}.{Name(id, table)}{generic}({list})",
            ApiKind.Property when parameters.Count > 0 => $"{type}.{Name(id, table)}[{list}]",
            _ => $"{type}.{Name(id, table)}",
        };
    }

    /// <summary>Displays an id's parameter types.</summary>
    public static IReadOnlyList<string> ParameterTypes(DocumentationId id, TypeTable table, IReadOnlyList<string> methodParameters)
    {
        if (id.Parameters.Count == 0) return [];
        TypeDisplay display = new(table, table.TypeParameters(id.Container), methodParameters);
        return [.. id.Parameters.Select(display.Show)];
    }

    /// <summary>
    /// A short name for a reference inside a text: <c>File.Delete</c>, <c>List&lt;T&gt;</c>; the id itself where it does not parse.
    /// </summary>
    public static string Reference(string reference, TypeTable table)
    {
        if (DocumentationId.Parse(reference) is not { } id) return reference is [_, ':', ..] ? reference[2..] : reference;
        return Kind(id) switch
        {
            ApiKind.Type or ApiKind.Constructor => table.Display(id.Container),
            ApiKind.Operator => $"{table.Display(id.Container)}.{Operator(id, table)}",
            _ => $"{table.Display(id.Container)}.{Name(id, table)}",
        };
    }

    private static string Operator(DocumentationId id, TypeTable table)
    {
        string name = OperatorName(id)!;
        string interfaces = Name(id, table)[..^name.Length]; // of an explicit implementation, with its dot
        string symbol = OperatorSymbols[name];
        if (!name.EndsWith("plicit", StringComparison.Ordinal)) return $"{interfaces}operator {symbol}";
        string result = id.Result is null ? "" : new TypeDisplay(table, table.TypeParameters(id.Container), []).Show(id.Result);
        string way = name == "op_Implicit" ? "implicit" : "explicit";
        return string.Join(' ', new[] { $"{interfaces}{way} operator", symbol, result }.Where(word => word.Length > 0));
    }

    private static string? OperatorName(DocumentationId id)
    {
        string name = id.Name[(id.Name.LastIndexOf('#') + 1)..];
        return id.Letter == 'M' && OperatorSymbols.ContainsKey(name) ? name : null;
    }

    private static int LastOutermostDot(string name)
    {
        int depth = 0;
        for (int i = name.Length - 1; i > 0; i--)
        {
            if (name[i] == '}') depth++;
            else if (name[i] == '{') depth--;
            else if (name[i] == '.' && depth == 0) return i;
        }
        return 0;
    }
}
