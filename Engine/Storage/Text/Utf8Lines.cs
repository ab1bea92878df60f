using System.Text;

namespace QEngine.Storage;

/// <summary>The lines of a UTF-8 file one after another, in constant memory, each checked.</summary>
/// <remarks>
/// A line ends at <c>\n</c>; one <c>\r</c> before it is dropped. A byte order mark is left out. A last line without
/// <c>\n</c> counts; nothing after the last <c>\n</c> is no line. A single pass, for one thread.
/// <code>
/// using Utf8Lines lines = Utf8Lines.Open(path);
/// while (lines.MoveNext()) Use(lines.Text);
/// </code>
/// </remarks>
internal sealed class Utf8Lines : IDisposable
{
    /// <summary>
    /// The longest line in bytes (64 MiB); a longer one is an error, not an allocation without end. The tree of a line of JSON, fifteen
    /// times its size at worst, still fits an array.
    /// </summary>
    public const int MaximumLineBytes = 1 << 26;

    private const int InitialBufferBytes = 64 * 1024;

    private readonly Stream _stream;
    private readonly string _name;
    private byte[] _buffer = new byte[InitialBufferBytes];
    private int _next;         // first unread byte in the buffer
    private int _filled;       // bytes in the buffer
    private long _discarded;   // bytes of the file before the buffer
    private int _lineStart;
    private int _lineEnd;
    private bool _isDisposed;

    /// <summary>Reads lines from a stream, standard input for instance.</summary>
    /// <param name="stream">The bytes; disposed together with this object.</param>
    /// <param name="name">What messages call it: the path of the file.</param>
    public Utf8Lines(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        _stream = stream;
        _name = name;
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">The file is missing, a folder, or may not be read.</exception>
    public static Utf8Lines Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new Utf8Lines(TextInput.OpenPlain(path), path);
    }

    /// <summary>Opens lines of a file, numbered behind those that were counted before them; the file is not compressed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="range">The lines.</param>
    /// <exception cref="QEngineException">The file is missing, a folder, or may not be read.</exception>
    public static Utf8Lines Open(string path, LineRange range)
    {
        ArgumentNullException.ThrowIfNull(path);
        RangeInput input = new(RandomAccessFile.Open(path), range.First, range.End);
        bool isNumbered = range.First == 0 || range.LinesBefore > 0;
        return new Utf8Lines(input, isNumbered ? path : $"{path} from byte {range.First} on")
        {
            _discarded = range.First,
            Number = range.LinesBefore,
        };
    }

    /// <summary>Number of the current line, from 1; 0 before the first.</summary>
    public long Number { get; private set; }

    /// <summary>The current line without its end, valid UTF-8; only until the next <see cref="MoveNext"/>.</summary>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _buffer.AsSpan(_lineStart, _lineEnd - _lineStart);
        }
    }

    /// <summary>The current line as a new string.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Where the current line is, for messages: <c>line 3 of corpus.jsonl</c>.</summary>
    public string Where => $"line {Number} of {FileErrors.Name(_name)}";

    /// <summary>Goes to the next line.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="QEngineException">The line is not UTF-8 or too long, or reading failed.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Number == 0 && _discarded == 0) SkipByteOrderMark();
        int searched = 0;
        while (true)
        {
            int newline = _buffer.AsSpan(_next + searched, _filled - _next - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                int end = _next + searched + newline;
                Take(end, end + 1);
                return true;
            }
            searched = _filled - _next;
            if (Fill()) continue;
            if (searched == 0)
            {
                _lineStart = _lineEnd = 0;
                return false;
            }
            Take(_filled, _filled);
            return true;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _stream.Dispose();
    }

    private void Take(int end, int next)
    {
        Number++;
        _lineStart = _next;
        // Only a line that has its \n can have a \r\n end.
        _lineEnd = next > end && end > _next && _buffer[end - 1] == '\r' ? end - 1 : end;
        _next = next;
        int invalid = Utf8Text.FirstInvalid(Bytes);
        if (invalid < 0) return;
        int at = _lineStart + invalid;
        throw new QEngineException($"expected UTF-8 text, found byte 0x{_buffer[at]:X2} at byte {_discarded + at}, {Where}");
    }

    private void SkipByteOrderMark()
    {
        while (_filled < Utf8Text.ByteOrderMark.Length && Fill())
        {
        }
        if (_buffer.AsSpan(0, _filled).StartsWith(Utf8Text.ByteOrderMark)) _next = Utf8Text.ByteOrderMark.Length;
    }

    /// <summary>Reads more bytes behind the unread ones; false at the end of the file.</summary>
    private bool Fill()
    {
        if (_next > 0)
        {
            _buffer.AsSpan(_next, _filled - _next).CopyTo(_buffer);
            _discarded += _next;
            _filled -= _next;
            _next = 0;
        }
        if (_filled == _buffer.Length)
        {
            if (_buffer.Length >= MaximumLineBytes)
                throw new QEngineException(
                    $"expected lines below {MaximumLineBytes} bytes, "
                    + $"found a longer one at line {Number + 1} of {FileErrors.Name(_name)}");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        try
        {
            int count = _stream.Read(_buffer, _filled, _buffer.Length - _filled);
            _filled += count;
            return count > 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Reading(_name, failure);
        }
    }
}
