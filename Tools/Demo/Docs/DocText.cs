using System.Text;
using System.Xml;

namespace QEngine.Tools.Demo.Docs;

/// <summary>
/// Renders the inside of a documentation element as plain text. References to members become marks that
/// <see cref="Resolve"/> replaces once all types are known.
/// </summary>
internal static class DocText
{
    // Characters that XML 1.0 does not allow in a document, so they cannot come from one.
    private const char MarkStart = '\u0001';
    private const char MarkEnd = '\u0002';

    /// <summary>Reads the element the reader stands on and leaves the reader at its end (or on it, when empty).</summary>
    public static string Read(XmlReader reader)
    {
        if (reader.IsEmptyElement) return "";
        StringBuilder text = new();
        int depth = reader.Depth;
        reader.Read();
        while (reader.Depth > depth)
        {
            if (reader.NodeType == XmlNodeType.Element && IsAside(reader))
            {
                reader.Skip();
                continue;
            }
            Node(reader, text);
            reader.Read();
        }
        return text.ToString();
    }

    /// <summary>Replaces reference marks by display names and folds white space.</summary>
    public static string Resolve(string text, TypeTable table)
    {
        StringBuilder resolved = new(text.Length);
        int position = 0;
        for (int start; (start = text.IndexOf(MarkStart, position)) >= 0;)
        {
            int end = text.IndexOf(MarkEnd, start);
            resolved.Append(text, position, start - position).Append(Signatures.Reference(text[(start + 1)..end], table));
            position = end + 1;
        }
        return Fold(resolved.Append(text, position, text.Length - position));
    }

    /// <summary>Cuts a text at the last sentence end, or else word end, that leaves it within a length.</summary>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length) return text;
        int sentence = text.LastIndexOf(". ", length - 1, length, StringComparison.Ordinal);
        if (sentence > length / 2) return text[..(sentence + 1)];
        int word = text.LastIndexOf(' ', length);
        return text[..(word > 0 ? word : length)];
    }

    /// <summary>Blocks of code and links for further reading say nothing that a sentence would.</summary>
    private static bool IsAside(XmlReader reader) => reader.LocalName switch
    {
        // The documentation's converter writes unknown inline words as code with this attribute.
        "code" => reader.GetAttribute("data-dev-comment-type") is null,
        "script" or "seealso" or "example" or "exception" => true,
        _ => false,
    };

    private static void Node(XmlReader reader, StringBuilder text)
    {
        switch (reader.NodeType)
        {
            case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                text.Append(reader.Value);
                break;
            case XmlNodeType.Element:
                Start(reader, text);
                break;
            case XmlNodeType.EndElement when IsBlock(reader.LocalName):
                text.Append(' ');
                break;
        }
    }

    private static void Start(XmlReader reader, StringBuilder text)
    {
        if (IsBlock(reader.LocalName)) text.Append(' ');
        else if (reader.LocalName == "sup") text.Append('^');
        else if (!reader.IsEmptyElement) return; // its own words follow
        else if (reader.GetAttribute("cref") is { } member) text.Append(MarkStart).Append(member).Append(MarkEnd);
        else if (reader.GetAttribute("uid") is { } page) text.Append(MarkStart).Append("T:").Append(PageName(page)).Append(MarkEnd);
        else text.Append(reader.GetAttribute("langword") ?? reader.GetAttribute("name") ?? "");
    }

    private static bool IsBlock(string element) =>
        element is "para" or "p" or "br" or "list" or "listheader" or "item" or "term" or "description" or "ul" or "ol" or "li" or "div";

    /// <summary>The member in a page link such as <c>System.IO.File.Delete%2A</c>.</summary>
    private static string PageName(string uid) => Uri.UnescapeDataString(uid).Split('(')[0].TrimEnd('*');

    private static string Fold(StringBuilder text)
    {
        StringBuilder folded = new(text.Length);
        string source = text.ToString();
        for (int i = 0; i < source.Length; i++)
        {
            if (!char.IsWhiteSpace(source[i])) folded.Append(source[i]);
            else if (folded.Length > 0 && folded[^1] != ' ' && !ClosesPhrase(source, i + 1)) folded.Append(' ');
        }
        if (folded.Length > 0 && folded[^1] == ' ') folded.Length--;
        return folded.ToString();
    }

    /// <summary>Whether punctuation that clings to the word before it starts here (".NET" does not).</summary>
    private static bool ClosesPhrase(string text, int at)
    {
        if (at >= text.Length) return true;
        return text[at] is ',' or ';' or ')' || (text[at] == '.' && (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1])));
    }
}
