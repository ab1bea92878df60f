using System.Xml;

namespace QEngine.Tools.Demo.Docs;

/// <summary>A member's documentation as its file has it; texts still hold reference marks.</summary>
internal sealed record DocEntry(
    string Id, string Summary, IReadOnlyList<(string Name, string Text)> Parameters, IReadOnlyList<string> TypeParameters,
    string Returns, string Remarks);

/// <summary>Streams the members out of an XML documentation file.</summary>
internal static class DocFile
{
    /// <summary>Reads the wanted members of one file; reads nothing from XML of another kind (no root <c>doc</c>).</summary>
    /// <param name="path">The file.</param>
    /// <param name="wanted">Whether the member with this id is of interest.</param>
    /// <param name="add">Receives each member.</param>
    /// <exception cref="QEngineException">The file cannot be read, is not well-formed or has a document type.</exception>
    public static void Read(string path, Func<string, bool> wanted, Action<DocEntry> add)
    {
        XmlReaderSettings settings = new()
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        try
        {
            using FileStream stream = File.OpenRead(path);
            using XmlReader reader = XmlReader.Create(stream, settings);
            Members(reader, wanted, add);
        }
        catch (XmlException failure)
        {
            // No line is known of what stands before the root: a missing root, a prohibited document type.
            string place = failure.LineNumber > 0 ? $"{path}:{failure.LineNumber}" : path;
            throw new QEngineException($"{place}: expected well-formed XML documentation, found: {OneLine(failure.Message)}", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new QEngineException($"{path}: the documentation file cannot be read: {OneLine(failure.Message)}", failure);
        }
    }

    private static void Members(XmlReader reader, Func<string, bool> wanted, Action<DocEntry> add)
    {
        if (reader.MoveToContent() != XmlNodeType.Element || reader.LocalName != "doc") return;
        while (!reader.EOF)
        {
            if (reader.NodeType != XmlNodeType.Element || reader.LocalName != "member") reader.Read();
            else if (reader.GetAttribute("name") is { } id && wanted(id)) add(Member(reader, id));
            else reader.Skip();
        }
    }

    private static DocEntry Member(XmlReader reader, string id)
    {
        string summary = "", returns = "", remarks = "";
        List<(string, string)> parameters = [];
        List<string> typeParameters = [];
        bool empty = reader.IsEmptyElement;
        int depth = reader.Depth;
        reader.Read();
        while (!empty && reader.Depth > depth)
        {
            switch (reader.NodeType == XmlNodeType.Element ? reader.LocalName : "")
            {
                case "summary": summary = DocText.Read(reader); break;
                case "returns" or "value": returns = DocText.Read(reader); break;
                case "remarks": remarks = DocText.Read(reader); break;
                case "param": parameters.Add((reader.GetAttribute("name") ?? "", DocText.Read(reader))); break;
                case "typeparam":
                    typeParameters.Add(reader.GetAttribute("name") ?? "T");
                    reader.Skip();
                    continue;
                case "": break;
                default:
                    reader.Skip();
                    continue;
            }
            reader.Read();
        }
        return new(id, summary, parameters, typeParameters, returns, remarks);
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
