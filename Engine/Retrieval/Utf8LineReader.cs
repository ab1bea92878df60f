using System.Buffers;
using System.Text.Unicode;

namespace QEngine.Retrieval;

/// <summary>
/// Reads a file line by line as strict UTF-8. Lines end at LF or CR LF; a lone CR belongs to the text; a byte order mark at the start is
/// skipped. Memory is bounded by the longest line.
/// </summary>
internal sealed class Utf8LineReader : IDisposable
{
    private const int LongestLine = 1 << 30;

    private readonly string path;
    private readonly FileStream stream;
    private byte[] bytes = new byte[1 << 16];
    private char[] characters = new char[1 << 12];
    private int start;
    private int end;

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="QEngineException">It cannot be opened.</exception>
    public Utf8LineReader(string path)
    {
        this.path = path;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new QEngineException($"{path}: expected a readable file, found: {OneLine(failure.Message)}", failure);
        }
    }

    /// <summary>The number of the line read last, from 1; 0 before the first.</summary>
    public long LineNumber { get; private set; }

    /// <summary>The line read last, without its end; valid until the next read.</summary>
    public ReadOnlyMemory<char> Line { get; private set; }

    /// <summary>Reads the next line.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="QEngineException">Invalid UTF-8, a line beyond 1 GiB, or a failure of the disk.</exception>
    public bool Read()
    {
        if (!FindLine(out int length, out int next)) return false;
        LineNumber++;
        ReadOnlySpan<byte> line = bytes.AsSpan(start, length);
        start = next;
        if (LineNumber == 1 && line.StartsWith("\uFEFF"u8)) line = line[3..];
        if (line.EndsWith("\r"u8)) line = line[..^1];
        if (characters.Length < line.Length) characters = new char[Math.Max(line.Length, 2 * characters.Length)];
        OperationStatus status = Utf8.ToUtf16(line, characters, out int read, out int written, replaceInvalidSequences: false);
        if (status != OperationStatus.Done)
            throw Error($"expected UTF-8, found an invalid byte 0x{line[read]:X2} at byte {read} of the line");
        Line = characters.AsMemory(0, written);
        return true;
    }

    /// <summary>Makes the error that names the file and the line read last.</summary>
    /// <param name="problem">What was expected and what was found.</param>
    public QEngineException Error(string problem) => new($"{path}:{LineNumber}: {problem}");

    /// <summary>Makes the error that names the file and the line read last.</summary>
    /// <param name="problem">What was expected and what was found.</param>
    /// <param name="failure">The failure underneath.</param>
    public QEngineException Error(string problem, Exception failure) => new($"{path}:{LineNumber}: {problem}", failure);

    /// <summary>Makes the error for a file without content.</summary>
    /// <param name="expected">What was expected in it.</param>
    public QEngineException EmptyError(string expected) => new($"{path}: expected {expected}, found an empty file");

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    // Finds the end of the line that begins at start; the buffer is filled and enlarged until it is there.
    private bool FindLine(out int length, out int next)
    {
        int scanned = 0;
        while (true)
        {
            int newline = bytes.AsSpan(start + scanned, end - start - scanned).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                length = scanned + newline;
                next = start + length + 1;
                return true;
            }
            scanned = end - start;
            if (Fill()) continue;
            length = scanned;
            next = end;
            return length > 0;
        }
    }

    private bool Fill()
    {
        int kept = end - start;
        if (kept >= LongestLine)
        {
            LineNumber++;
            throw Error("expected a line below 1 GiB, found a longer one");
        }
        if (kept == bytes.Length) Array.Resize(ref bytes, 2 * bytes.Length);
        else if (start > 0) bytes.AsSpan(start, kept).CopyTo(bytes);
        start = 0;
        end = kept;
        try
        {
            int read = stream.Read(bytes, end, bytes.Length - end);
            end += read;
            return read > 0;
        }
        catch (IOException failure)
        {
            throw new QEngineException($"{path}: expected a readable file, found: {OneLine(failure.Message)}", failure);
        }
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
