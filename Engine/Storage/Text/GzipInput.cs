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

    private readonly string path;
    private readonly Followed source;
    private readonly GZipStream content;
    private readonly byte[] buffer = new byte[2 * ChunkBytes];
    private int filled;   // bytes in the buffer
    private int given;    // bytes of them that have been read
    private bool ended;

    private GzipInput(string path, Stream file)
    {
        this.path = path;
        source = new Followed(file, Compressed(Mark));
        content = new GZipStream(source, CompressionMode.Decompress);
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">The file is missing, a folder, or may not be read.</exception>
    public static GzipInput Open(string path) => new(path, TextInput.OpenPlain(path));

    /// <inheritdoc/>
    /// <exception cref="QEngineException">The file is no gzip file, damaged or truncated.</exception>
    public override int Read(Span<byte> destination)
    {
        if (given == filled && !ended) Fill();
        int count = Math.Min(filled - given, destination.Length);
        buffer.AsSpan(given, count).CopyTo(destination);
        given += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) content.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Reads some content of the file or, from its last byte on, all there is, which must end in the mark.</summary>
    private void Fill()
    {
        (filled, given) = (0, 0);
        do
        {
            int count = Decompress(buffer.AsSpan(filled, Math.Min(ChunkBytes, buffer.Length - filled)));
            filled += count;
            ended = count == 0;
        }
        while (source.PastFile && !ended);
        if (!ended) return;
        if (!buffer.AsSpan(0, filled).EndsWith(Mark)) throw new QEngineException(Problem());
        filled -= Mark.Length;
    }

    private int Decompress(Span<byte> destination)
    {
        try
        {
            return content.Read(destination);
        }
        catch (InvalidDataException damage)
        {
            throw new QEngineException(Problem(), damage);
        }
    }

    private string Problem() => $"expected a whole gzip file, found other data, damage or an early end: {FileErrors.Name(path)}";

    private static byte[] Compressed(ReadOnlySpan<byte> text)
    {
        using MemoryStream bytes = new();
        using (GZipStream stream = new(bytes, CompressionLevel.Fastest)) stream.Write(text);
        return bytes.ToArray();
    }

    /// <summary>A file and then some more bytes.</summary>
    private sealed class Followed(Stream file, byte[] behind) : ForwardStream
    {
        private int given;

        /// <summary>Whether bytes from behind the file have been read.</summary>
        public bool PastFile { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            int count = file.Read(buffer);
            if (count > 0) return count;
            PastFile = true;
            count = Math.Min(behind.Length - given, buffer.Length);
            behind.AsSpan(given, count).CopyTo(buffer);
            given += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) file.Dispose();
            base.Dispose(disposing);
        }
    }
}
