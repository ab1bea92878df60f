using System.IO.Compression;

namespace QEngine.Storage;

/// <summary>The content of a gzip file of one or more members, in constant memory; a damaged or truncated one is an error.</summary>
/// <remarks>
/// <see cref="GZipStream"/> checks what it decompresses, but takes the end of a truncated file for the end of the data. So a short member
/// of our own is read behind the file: the decompressor gives out its content only where the file before it is whole. What comes after
/// the file's last byte is held until that is known, as it may be made of our member's bytes read as if they were the file's.
/// </remarks>
internal sealed class GzipInput : ForwardStream
{
    private const int ChunkBytes = 64 * 1024;

    private static readonly byte[] Mark = [0, .. "the whole file has been read"u8, 0];

    private readonly string _path;
    private readonly Followed _source;
    private readonly GZipStream _content;
    private readonly byte[] _buffer = new byte[2 * ChunkBytes];
    private int _filled;   // bytes in the buffer
    private int _given;    // bytes of them that have been read
    private bool _ended;

    private GzipInput(string path, Stream file)
    {
        _path = path;
        _source = new Followed(file, Compressed(Mark));
        _content = new GZipStream(_source, CompressionMode.Decompress);
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">The file is missing, a folder, or may not be read.</exception>
    public static GzipInput Open(string path) => new(path, TextInput.OpenPlain(path));

    /// <inheritdoc/>
    /// <exception cref="QEngineException">The file is no gzip file, damaged or truncated.</exception>
    public override int Read(Span<byte> destination)
    {
        if (_given == _filled && !_ended) Fill();
        int count = Math.Min(_filled - _given, destination.Length);
        _buffer.AsSpan(_given, count).CopyTo(destination);
        _given += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _content.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Reads some content of the file or, from its last byte on, all there is, which must end in the mark.</summary>
    private void Fill()
    {
        (_filled, _given) = (0, 0);
        do
        {
            int count = Decompress(_buffer.AsSpan(_filled, Math.Min(ChunkBytes, _buffer.Length - _filled)));
            _filled += count;
            _ended = count == 0;
        }
        while (_source.PastFile && !_ended);
        if (!_ended) return;
        if (!_buffer.AsSpan(0, _filled).EndsWith(Mark)) throw new QEngineException(Problem());
        _filled -= Mark.Length;
    }

    private int Decompress(Span<byte> destination)
    {
        try
        {
            return _content.Read(destination);
        }
        catch (InvalidDataException damage)
        {
            throw new QEngineException(Problem(), damage);
        }
    }

    private string Problem() => $"expected a whole gzip file, found other data, damage or an early end: {FileErrors.Name(_path)}";

    private static byte[] Compressed(ReadOnlySpan<byte> text)
    {
        using MemoryStream bytes = new();
        using (GZipStream stream = new(bytes, CompressionLevel.Fastest)) stream.Write(text);
        return bytes.ToArray();
    }

    /// <summary>A file and then some more bytes.</summary>
    private sealed class Followed(Stream file, byte[] behind) : ForwardStream
    {
        private int _given;

        /// <summary>Whether bytes from behind the file have been read.</summary>
        public bool PastFile { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            int count = file.Read(buffer);
            if (count > 0) return count;
            PastFile = true;
            count = Math.Min(behind.Length - _given, buffer.Length);
            behind.AsSpan(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) file.Dispose();
            base.Dispose(disposing);
        }
    }
}
