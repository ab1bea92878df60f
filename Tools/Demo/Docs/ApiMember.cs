namespace QEngine.Tools.Demo.Docs;

/// <summary>What a documentation id names.</summary>
internal enum ApiKind
{
    /// <summary>A class, structure, interface, enumeration or delegate.</summary>
    Type,

    /// <summary>An ordinary method.</summary>
    Method,

    /// <summary>An instance or static constructor.</summary>
    Constructor,

    /// <summary>An operator or conversion.</summary>
    Operator,

    /// <summary>A property or indexer.</summary>
    Property,

    /// <summary>A field, constant or enumeration value.</summary>
    Field,

    /// <summary>An event.</summary>
    Event,
}

/// <summary>One parameter of a member.</summary>
/// <param name="Name">Its name; empty where the documentation does not name it.</param>
/// <param name="Type">Its displayed type; empty where names and types could not be matched.</param>
/// <param name="Text">Its description as plain text, possibly empty.</param>
internal sealed record ApiParameter(string Name, string Type, string Text);

/// <summary>One documented member of the API, all text plain and white space folded.</summary>
/// <param name="Id">Documentation id, such as <c>M:System.IO.File.Delete(System.String)</c>.</param>
/// <param name="Kind">What the id names.</param>
/// <param name="Namespace">Namespace, such as <c>System.IO</c>.</param>
/// <param name="OuterType">Full name of the outermost type with arity, such as <c>System.Collections.Generic.List`1</c>.</param>
/// <param name="Type">Full name of the declaring type with arity (the type itself for a type).</param>
/// <param name="Name">Member name without arity and parameters (the type's own name for types and constructors).</param>
/// <param name="Signature">Display signature without namespaces, such as <c>List&lt;T&gt;.Add(T)</c>.</param>
/// <param name="Summary">The summary.</param>
/// <param name="Parameters">The parameters in order.</param>
/// <param name="Returns">The return value's (or property value's) description, possibly empty.</param>
/// <param name="Remarks">The start of the remarks, possibly empty.</param>
internal sealed record ApiMember(
    string Id, ApiKind Kind, string Namespace, string OuterType, string Type, string Name, string Signature,
    string Summary, IReadOnlyList<ApiParameter> Parameters, string Returns, string Remarks)
{
    /// <summary>What overloads have in common: the declaring type and the member's name.</summary>
    public string OverloadKey => Kind == ApiKind.Type ? Id : $"{Kind}:{Type}.{Name}";
}
