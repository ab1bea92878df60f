namespace QEngine.Tools.Demo.Docs;

/// <summary>A documentation id taken apart at its syntax; types inside are still in the id's encoding.</summary>
/// <param name="Letter">Kind letter: T, M, P, F or E.</param>
/// <param name="Container">The declaring type's full name; for a type its own full name.</param>
/// <param name="Name">The member's encoded name without arity, such as <c>#ctor</c>; for a type its last part.</param>
/// <param name="Arity">Number of the method's own type parameters.</param>
/// <param name="Parameters">Encoded parameter types.</param>
/// <param name="Result">Encoded result type of a conversion operator, otherwise null.</param>
internal sealed record DocumentationId(
    char Letter, string Container, string Name, int Arity, IReadOnlyList<string> Parameters, string? Result)
{
    /// <summary>Takes an id apart; null where it names no type or member (a namespace, an unresolved reference).</summary>
    public static DocumentationId? Parse(string id)
    {
        if (id.Length < 3 || id[1] != ':' || !"TMPFE".Contains(id[0])) return null;
        string body = id[2..];
        int open = body.IndexOf('(');
        string path = open < 0 ? body : body[..open];
        string? result = null;
        IReadOnlyList<string> parameters = [];
        int tilde = open < 0 ? path.IndexOf('~') : body.LastIndexOf('~');
        if (tilde > open)
        {
            result = body[(tilde + 1)..];
            if (open < 0) path = path[..tilde];
        }
        if (open >= 0)
        {
            int close = body.LastIndexOf(')', tilde > open ? tilde : body.Length - 1);
            if (close < open) return null;
            parameters = SplitList(body[(open + 1)..close]);
        }
        int dot = path.LastIndexOf('.');
        if (id[0] == 'T') return new('T', path, path[(dot + 1)..], 0, [], null);
        if (dot <= 0) return null;
        (string name, int arity) = SplitArity(path[(dot + 1)..]);
        return new(id[0], path[..dot], name, arity, parameters, result);
    }

    /// <summary>Splits a comma-separated list of encoded types at its outermost commas.</summary>
    public static IReadOnlyList<string> SplitList(string list)
    {
        List<string> parts = [];
        int depth = 0, start = 0;
        for (int i = 0; i < list.Length; i++)
        {
            if (list[i] is '{' or '[' or '(' or '<') depth++;
            else if (list[i] is '}' or ']' or ')' or '>') depth--;
            else if (list[i] == ',' && depth == 0)
            {
                parts.Add(list[start..i].Trim());
                start = i + 1;
            }
        }
        if (list.Length > 0) parts.Add(list[start..].Trim());
        return parts;
    }

    private static (string Name, int Arity) SplitArity(string name)
    {
        int ticks = name.IndexOf("``", StringComparison.Ordinal);
        return ticks > 0 && int.TryParse(name[(ticks + 2)..], out int arity) && arity is > 0 and < 64 ? (name[..ticks], arity) : (name, 0);
    }
}
