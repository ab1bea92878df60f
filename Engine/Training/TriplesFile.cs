using System.Buffers;
using System.Text.Unicode;

namespace QEngine.Training;

/// <summary>One training row: a query, a text that answers it and texts that do not.</summary>
/// <param name="Query">The query, not empty.</param>
/// <param name="Positive">The relevant text, not empty.</param>
/// <param name="Negatives">Irrelevant texts, none of them empty, perhaps none at all.</param>
public sealed record TrainingTriple(string Query, string Positive, IReadOnlyList<string> Negatives);

/// <summary>
/// Files of training rows, UTF-8, columns by tabs: query, positive, then any number of negatives, the same number in all rows of a file.
/// </summary>
public static class TriplesFile
{
    /// <summary>
    /// Reads files row by row, one after the other, while they are enumerated; the number of negatives may differ between files.
    /// </summary>
    /// <param name="paths">Paths of the files, at least one.</param>
    /// <returns>
    /// The rows in order. Equal texts anywhere in the files are one string in memory; the texts are held as long as the enumeration runs.
    /// </returns>
    /// <exception cref="QEngineException">
    /// At once: no path. While enumerating: a row of another number of columns than the file's first, fewer than 2 columns, an empty text,
    /// invalid UTF-8, an empty or unreadable file; names file and line.
    /// </exception>
    public static IEnumerable<TrainingTriple> Read(params IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0) throw new QEngineException("training rows: expected at least one file, found none");
        return Rows(paths);
    }

    private static IEnumerable<TrainingTriple> Rows(IReadOnlyList<string> paths)
    {
        HashSet<string> texts = new(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            using LineReader reader = new(path);
            int columns = 0;
            while (reader.Read()) yield return Parse(reader, texts, ref columns);
            if (columns == 0) throw new QEngineException($"{path}: expected training rows, found an empty file");
        }
    }

    private static TrainingTriple Parse(LineReader reader, HashSet<string> texts, ref int columns)
    {
        ReadOnlySpan<char> line = reader.Line;
        int found = line.Count('\t') + 1;
        if (found < 2) throw reader.Error($"expected at least 2 columns by tabs (query, positive, negatives), found {found}");
        if (columns == 0) columns = found;
        if (found != columns) throw reader.Error($"expected {columns} columns as in the first row, found {found}");
        string query = "";
        string positive = "";
        string[] negatives = new string[columns - 2];
        int column = 0;
        foreach (Range range in line.Split('\t'))
        {
            ReadOnlySpan<char> text = line[range];
            if (text.IsWhiteSpace()) throw reader.Error($"expected a text in column {column + 1}, found an empty one");
            string shared = Intern(text, texts);
            if (column == 0) query = shared;
            else if (column == 1) positive = shared;
            else negatives[column - 2] = shared;
            column++;
        }
        return new TrainingTriple(query, positive, negatives);
    }

    private static string Intern(ReadOnlySpan<char> text, HashSet<string> texts)
    {
        if (texts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out string? known)) return known;
        string added = text.ToString();
        texts.Add(added);
        return added;
    }

    // Lines of strict UTF-8, ended by LF or CR LF, with their numbers; a lone CR is text.
    private sealed class LineReader : IDisposable
    {
        private const int LongestLine = 1 << 30;

        private readonly string path;
        private readonly FileStream stream;
        private byte[] bytes = new byte[1 << 16];
        private char[] characters = new char[1 << 12];
        private int start;
        private int end;
        private int written;
        private long number;

        public LineReader(string path)
        {
            this.path = path;
            try
            {
                stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new QEngineException($"{path}: expected a readable file, found: {failure.Message.ReplaceLineEndings(" ")}", failure);
            }
        }

        public ReadOnlySpan<char> Line => characters.AsSpan(0, written);

        public bool Read()
        {
            int newline;
            while ((newline = bytes.AsSpan(start, end - start).IndexOf((byte)'\n')) < 0 && Fill())
            {
            }
            int length = newline < 0 ? end - start : newline;
            if (newline < 0 && length == 0) return false;
            number++;
            ReadOnlySpan<byte> line = bytes.AsSpan(start, length);
            start = Math.Min(end, start + length + 1);
            if (number == 1 && line.StartsWith("\uFEFF"u8)) line = line[3..];
            if (line.EndsWith("\r"u8)) line = line[..^1];
            if (characters.Length < line.Length) characters = new char[Math.Max(line.Length, 2 * characters.Length)];
            if (Utf8.ToUtf16(line, characters, out int read, out written, replaceInvalidSequences: false) != OperationStatus.Done)
                throw Error($"expected UTF-8, found an invalid byte 0x{line[read]:X2} at byte {read} of the line");
            return true;
        }

        public QEngineException Error(string problem) => new($"{path}:{number}: {problem}");

        public void Dispose() => stream.Dispose();

        private bool Fill()
        {
            int kept = end - start;
            if (kept >= LongestLine) throw new QEngineException($"{path}:{number + 1}: expected a line below 1 GiB, found a longer one");
            if (kept == bytes.Length) Array.Resize(ref bytes, 2 * bytes.Length);
            else bytes.AsSpan(start, kept).CopyTo(bytes);
            start = 0;
            end = kept;
            int read = stream.Read(bytes, end, bytes.Length - end);
            end += read;
            return read > 0;
        }
    }
}
