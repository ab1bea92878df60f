using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace QEngine.Text;

/// <summary>Reads and writes <c>vocab.txt</c>, and reads any UTF-8 file of a vocabulary.</summary>
internal static class VocabularyFile
{
    // A hundred times the largest published vocabulary; a larger file is a mistake, not a vocabulary.
    private const long MaximumBytes = 1L << 28;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The bytes of a file without a byte order mark, checked to be UTF-8 and not empty.</summary>
    public static byte[] ReadUtf8(string path)
    {
        byte[] content = Read(path);
        if (!Utf8.IsValid(content))
        {
            int position = FirstInvalid(content);
            throw new QEngineException($"expected UTF-8, found the invalid byte 0x{content[position]:X2} at byte {position} of {path}");
        }
        if (content.AsSpan().StartsWith(ByteOrderMark)) content = content[ByteOrderMark.Length..];
        return content.Length > 0 ? content : throw new QEngineException($"expected a vocabulary, found an empty file: {path}");
    }

    /// <summary>One piece a line; a line feed, or a carriage return and a line feed, ends a line.</summary>
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

    /// <summary>Writes one piece a line to a temporary file beside <paramref name="path"/> and renames it.</summary>
    public static void WriteLines(string path, ReadOnlySpan<string> pieces)
    {
        StringBuilder text = new();
        for (int id = 0; id < pieces.Length; id++)
        {
            if (pieces[id].AsSpan().IndexOfAny('\r', '\n') >= 0)
                throw new QEngineException($"expected pieces of one line, found a line break in the piece with id {id}, writing {path}");
            text.Append(pieces[id]).Append('\n');
        }

        string temporary = path + ".tmp";
        try
        {
            try
            {
                using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write))
                {
                    stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
                    stream.Flush(flushToDisk: true);
                }
                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        }
        catch (Exception failure) when (IsFileFailure(failure))
        {
            throw new QEngineException($"expected to write a vocabulary, found: {failure.Message} ({path})", failure);
        }
    }

    private static byte[] Read(string path)
    {
        try
        {
            long length = new FileInfo(path).Length;
            if (length > MaximumBytes)
                throw new QEngineException($"expected a vocabulary of at most {MaximumBytes} bytes, found {length} in {path}");
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (IsFileFailure(failure))
        {
            throw new QEngineException($"expected a readable vocabulary, found: {failure.Message} ({path})", failure);
        }
    }

    private static bool IsFileFailure(Exception failure) => failure is IOException or UnauthorizedAccessException or ArgumentException
        or NotSupportedException;

    private static int FirstInvalid(ReadOnlySpan<byte> content)
    {
        int position = 0;
        while (Rune.DecodeFromUtf8(content[position..], out _, out int used) == OperationStatus.Done) position += used;
        return position;
    }
}
