using System.Text;
using QEngine.Storage;

namespace QEngine.Text;

/// <summary>Reads and writes <c>vocab.txt</c>, and reads any UTF-8 file of a vocabulary.</summary>
internal static class VocabularyFile
{
    // Five times the largest published vocabulary; a larger file is a mistake, not a vocabulary.
    private const int MaximumBytes = 1 << 26;

    /// <summary>The bytes of a file without a byte order mark, checked to be UTF-8 and not empty.</summary>
    public static ReadOnlyMemory<byte> ReadUtf8(string path)
    {
        ReadOnlyMemory<byte> content = Utf8Text.ReadAllBytes(path, MaximumBytes);
        return content.Length > 0
            ? content
            : throw new QEngineException($"expected a vocabulary, found an empty file: {FileErrors.Name(path)}");
    }

    /// <summary>One piece a line; a line feed, or a carriage return and a line feed, ends a line.</summary>
    /// <param name="content">The lines, valid UTF-8.</param>
    /// <param name="path">The file's name for errors, fit for a line.</param>
    public static string[] ParseLines(ReadOnlySpan<byte> content, string path)
    {
        List<string> pieces = [];
        while (!content.IsEmpty)
        {
            int end = content.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? content : content[..end];
            content = end < 0 ? [] : content[(end + 1)..];
            if (line.EndsWith("\r"u8)) line = line[..^1];
            if (line.IsEmpty) throw new QEngineException($"expected a piece, found an empty line at line {pieces.Count + 1} of {path}");
            pieces.Add(Encoding.UTF8.GetString(line));
        }
        return [.. pieces];
    }

    /// <summary>Writes one piece a line, atomically.</summary>
    public static void WriteLines(string path, string[] pieces) => AtomicFile.WriteText(path, writer =>
    {
        for (int id = 0; id < pieces.Length; id++)
        {
            if (pieces[id].AsSpan().IndexOfAny('\r', '\n') >= 0)
                throw new QEngineException(
                    $"expected pieces of one line, found a line break in the piece with id {id}, writing {FileErrors.Name(path)}");
            writer.WriteLine(pieces[id]);
        }
    });
}
