namespace QEngine.Tools.Demo.Docs;

/// <summary>
/// The types that are known by their own documentation ids. An id such as <c>A.B.C.D</c> does not say where its namespace
/// ends and nested types begin; a table of all types does.
/// </summary>
internal sealed class TypeTable
{
    private readonly Dictionary<string, IReadOnlyList<string>> _types = new(StringComparer.Ordinal);

    /// <summary>Adds a type with the names of its own type parameters (empty where undocumented).</summary>
    public void Add(string fullName, IReadOnlyList<string> typeParameters)
    {
        if (!_types.TryGetValue(fullName, out IReadOnlyList<string>? known) || known.Count == 0) _types[fullName] = typeParameters;
    }

    /// <summary>The outermost known type that a full type name starts with; the whole name where none is known.</summary>
    public string OuterType(string fullName)
    {
        for (int dot = fullName.IndexOf('.'); dot >= 0; dot = fullName.IndexOf('.', dot + 1))
            if (_types.ContainsKey(fullName[..dot])) return fullName[..dot];
        return fullName;
    }

    /// <summary>The namespace of a type; empty for the global one.</summary>
    public string Namespace(string fullName)
    {
        string outer = OuterType(fullName);
        int dot = outer.LastIndexOf('.');
        return dot < 0 ? "" : outer[..dot];
    }

    /// <summary>A full type name without its namespace, still with arities: <c>Dictionary`2.KeyCollection</c>.</summary>
    public string WithoutNamespace(string fullName)
    {
        string space = Namespace(fullName);
        return space.Length == 0 ? fullName : fullName[(space.Length + 1)..];
    }

    /// <summary>The type parameters in scope in a type, outer types' first, named as documented and otherwise T, or T1, T2 ...</summary>
    public IReadOnlyList<string> TypeParameters(string fullName)
    {
        List<string> names = [];
        string prefix = Namespace(fullName);
        foreach (string part in WithoutNamespace(fullName).Split('.'))
        {
            prefix = prefix.Length == 0 ? part : $"{prefix}.{part}";
            int arity = Arity(part);
            bool isKnown = _types.TryGetValue(prefix, out IReadOnlyList<string>? known) && known.Count == arity;
            names.AddRange(isKnown ? known! : Placeholders(arity));
        }
        return names;
    }

    /// <summary>
    /// Displays a full type name without namespace and with type parameter names: <c>Dictionary&lt;TKey, TValue&gt;.Enumerator</c>.
    /// </summary>
    public string Display(string fullName)
    {
        IReadOnlyList<string> names = TypeParameters(fullName);
        int next = 0;
        IEnumerable<string> parts = WithoutNamespace(fullName).Split('.').Select(part =>
        {
            int arity = Arity(part);
            if (arity == 0) return part;
            string list = string.Join(", ", names.Skip(next).Take(arity));
            next += arity;
            return $"{part[..part.IndexOf('`')]}<{list}>";
        });
        return string.Join('.', parts);
    }

    /// <summary>Names for undocumented type parameters.</summary>
    public static IReadOnlyList<string> Placeholders(int arity) =>
        arity == 1 ? ["T"] : [.. Enumerable.Range(1, arity).Select(i => $"T{i}")];

    private static int Arity(string part)
    {
        int tick = part.IndexOf('`');
        return tick > 0 && int.TryParse(part[(tick + 1)..], out int arity) && arity is > 0 and < 64 ? arity : 0;
    }
}
