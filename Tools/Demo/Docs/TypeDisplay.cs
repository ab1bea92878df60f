using System.Text;

namespace QEngine.Tools.Demo.Docs;

/// <summary>
/// Displays a type as encoded in a documentation id: <c>System.Collections.Generic.List{`0}[]@</c> as <c>ref List&lt;T&gt;[]</c>.
/// </summary>
/// <param name="table">Knows where namespaces end.</param>
/// <param name="typeParameters">Names for <c>`0</c>, <c>`1</c> ...</param>
/// <param name="methodParameters">Names for <c>``0</c>, <c>``1</c> ...</param>
internal sealed class TypeDisplay(TypeTable table, IReadOnlyList<string> typeParameters, IReadOnlyList<string> methodParameters)
{
    /// <summary>Displays one encoded type; what does not parse is shown as it stands.</summary>
    public string Show(string encoded)
    {
        bool reference = encoded.EndsWith('@');
        if (reference) encoded = encoded[..^1];
        StringBuilder text = new(reference ? "ref " : "");
        int position = 0;
        while (position < encoded.Length) Piece(encoded, ref position, text);
        return text.ToString();
    }

    private void Piece(string encoded, ref int position, StringBuilder text)
    {
        switch (encoded[position])
        {
            case '{':
                int close = Matching(encoded, position, '{', '}');
                text.Append('<').AppendJoin(", ", DocumentationId.SplitList(encoded[(position + 1)..close]).Select(Show)).Append('>');
                position = close + 1;
                break;
            case '[':
                int end = Matching(encoded, position, '[', ']');
                text.Append('[').Append(',', encoded[position..end].Count(symbol => symbol == ',')).Append(']');
                position = end + 1;
                break;
            case '`':
                text.Append(Parameter(encoded, ref position));
                break;
            default:
                int stop = encoded.AsSpan(position + 1).IndexOfAny("{[`");
                stop = stop < 0 ? encoded.Length : position + 1 + stop;
                // Behind a closed bracket stands a nested type's name or a pointer star, both shown as they are.
                text.Append(position == 0 ? Named(encoded[..stop]) : encoded[position..stop]);
                position = stop;
                break;
        }
    }

    private string Named(string name)
    {
        if (name.StartsWith("delegate*", StringComparison.Ordinal)) return name;
        string bare = name.TrimEnd('*');
        string inner = table.OuterType(bare);
        int dot = inner.LastIndexOf('.');
        return dot < 0 ? name : name[(dot + 1)..];
    }

    private string Parameter(string encoded, ref int position)
    {
        int digits = position;
        while (digits < encoded.Length && encoded[digits] == '`') digits++;
        bool ofMethod = digits - position > 1;
        int end = digits;
        while (end < encoded.Length && char.IsAsciiDigit(encoded[end])) end++;
        string raw = encoded[position..end];
        position = end;
        IReadOnlyList<string> names = ofMethod ? methodParameters : typeParameters;
        return int.TryParse(encoded.AsSpan(digits, end - digits), out int index) && index < names.Count ? names[index] : raw;
    }

    private static int Matching(string text, int open, char opening, char closing)
    {
        int depth = 0;
        for (int i = open; i < text.Length; i++)
        {
            if (text[i] == opening) depth++;
            else if (text[i] == closing && --depth == 0) return i;
        }
        return text.Length;
    }
}
