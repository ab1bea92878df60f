using System.Text.Json;

namespace QEngine.Storage;

/// <summary>
/// The tokens of a JSON file one after another, for files that are too large for a tree; memory grows with the longest string only.
/// </summary>
/// <remarks>
/// White space stands anywhere between tokens. Strings are checked to be Unicode text where they are asked for. A single pass, for one
/// thread.
/// <code>
/// using JsonTokens tokens = JsonTokens.Open(path);
/// while (tokens.MoveNext()) Use(tokens.Type);
/// </code>
/// </remarks>
internal sealed class JsonTokens : IDisposable
{
    /// <summary>The longest string or number in bytes (64 MiB); a longer one is an error, not an allocation without end.</summary>
    public const int MaximumTokenBytes = 1 << 26;

    private const int InitialBufferBytes = 64 * 1024;

    private readonly Stream _stream;
    private readonly string _name;
    private byte[] _buffer = new byte[InitialBufferBytes];
    private JsonReaderState _state;
    private int _next;         // first byte in the buffer that no token has
    private int _filled;       // bytes in the buffer
    private long _discarded;   // bytes of the file before the buffer
    private bool _started;
    private bool _ended;
    private int _tokenStart;
    private int _tokenLength;
    private bool _isDisposed;

    /// <summary>Reads tokens from a stream.</summary>
    /// <param name="stream">The bytes; disposed together with this object.</param>
    /// <param name="name">What messages call it: the path of the file.</param>
    /// <param name="manyValues">Whether any number of values may follow one another, as in JSON lines, rather than one.</param>
    public JsonTokens(Stream stream, string name, bool manyValues = false)
    {
        (_stream, _name) = (stream, name);
        _state = new JsonReaderState(new JsonReaderOptions { AllowMultipleValues = manyValues });
    }

    /// <summary>Opens a file, decompressing one whose name ends in <c>.gz</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="manyValues">Whether any number of values may follow one another, as in JSON lines, rather than one.</param>
    /// <exception cref="QEngineException">The file cannot be read.</exception>
    public static JsonTokens Open(string path, bool manyValues = false) => new(TextInput.OpenBytes(path), path, manyValues);

    /// <summary>What the current token is; <see cref="JsonTokenType.None"/> before the first.</summary>
    public JsonTokenType Type { get; private set; }

    /// <summary>Where the current token is, for messages: <c>byte 7 of FILE</c>, from 0.</summary>
    public string Where => $"byte {_discarded + _tokenStart} of {FileErrors.Name(_name)}";

    /// <summary>Goes to the next token.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="QEngineException">
    /// The file is no JSON, ends too early, holds a token that is too long, or cannot be read.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_started) SkipByteOrderMark();
        while (!TryRead())
        {
            if (_ended) return false;
            Fill();
        }
        return true;
    }

    /// <summary>Goes to the next token, which must be of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="what">What is expected there, for the message.</param>
    public void MoveTo(JsonTokenType type, string what)
    {
        if (!MoveNext() || Type != type) throw Expected(what);
    }

    /// <summary>The current name, string or number as text.</summary>
    /// <param name="what">What it is, for the message.</param>
    /// <exception cref="QEngineException">It is neither, or holds an unpaired surrogate or what is no UTF-8.</exception>
    public string Text(string what)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Type is not (JsonTokenType.PropertyName or JsonTokenType.String or JsonTokenType.Number)) throw Expected(what);
        ReadOnlySpan<byte> token = _buffer.AsSpan(_tokenStart, _tokenLength);
        if (Type == JsonTokenType.Number) return Utf8Text.Strict.GetString(token);
        // A name within its quotes is a string by itself.
        Utf8JsonReader reader = new(token);
        reader.Read();
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException failure)
        {
            throw new QEngineException($"expected {what} to be Unicode text, found other bytes, {Where}", failure);
        }
    }

    /// <summary>Goes to the end of the current value: of an array or object to its closing bracket.</summary>
    public void Skip()
    {
        int depth = 0;
        do
        {
            if (Type is JsonTokenType.StartObject or JsonTokenType.StartArray) depth++;
            if (Type is JsonTokenType.EndObject or JsonTokenType.EndArray) depth--;
        }
        while (depth > 0 && MoveNext());
    }

    /// <summary>The error for a token that should be another.</summary>
    /// <param name="what">What was expected.</param>
    public QEngineException Expected(string what) => new($"expected {what}, found {Type}, {Where}");

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _stream.Dispose();
    }

    private bool TryRead()
    {
        Utf8JsonReader reader = new(_buffer.AsSpan(_next, _filled - _next), _ended, _state);
        bool read;
        try
        {
            read = reader.Read();
        }
        catch (JsonException failure)
        {
            // Not its message, which quotes the file.
            throw new QEngineException(
                $"expected JSON, "
                + $"found a fault at line {failure.LineNumber + 1}, byte {failure.BytePositionInLine} of {FileErrors.Name(_name)}",
                failure);
        }
        if (read)
        {
            Type = reader.TokenType;
            _tokenStart = _next + (int)reader.TokenStartIndex;
            _tokenLength = reader.ValueSpan.Length + (Type is JsonTokenType.String or JsonTokenType.PropertyName ? 2 : 0);
        }
        _next += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        return read;
    }

    private void SkipByteOrderMark()
    {
        _started = true;
        Fill();
        if (_buffer.AsSpan(0, _filled).StartsWith(Utf8Text.ByteOrderMark)) _next = Utf8Text.ByteOrderMark.Length;
    }

    /// <summary>
    /// Fills the buffer behind the bytes that no token has, to the full: a token that does not fit is looked at again only after the buffer
    /// doubled.
    /// </summary>
    private void Fill()
    {
        _buffer.AsSpan(_next, _filled - _next).CopyTo(_buffer);
        _discarded += _next;
        _filled -= _next;
        _next = 0;
        if (_filled == _buffer.Length)
        {
            if (_buffer.Length >= MaximumTokenBytes)
                throw new QEngineException(
                    $"expected strings below {MaximumTokenBytes} bytes, "
                    + $"found a longer one behind byte {_discarded} of {FileErrors.Name(_name)}");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        try
        {
            while (_filled < _buffer.Length && !_ended)
            {
                int count = _stream.Read(_buffer, _filled, _buffer.Length - _filled);
                _filled += count;
                _ended = count == 0;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Reading(_name, failure);
        }
    }
}
